import { expect, it } from 'vitest'
import { sampleHosts } from '../../../src/prove/task/sample-host.ts'
import { pathLists, samplePaths } from '../../../src/prove/task/sample-path.ts'
import { sampled } from './sampled.ts'

const base = { name: 'a', purpose: 'p', grants: [] }

it('takes a path for each set of patterns that one path may match', () => {
  const paths = ['/srv/', '/srv/www/', '**/*.gz', '**/*.tar.gz', '/home/a/x']
  const grants = [...paths, '~/'].map((each, at) => ({ id: `g${at}`, capability: ['file_read'], on: { path: [each] } }))
  const { task, around } = sampled({ ...base, grants })
  const lists = task.grants.flatMap(({ on }) => pathLists(on))
  const found = samplePaths(lists, task, around)
  const matched = (path: string): string =>
    [
      path.startsWith('/srv/') && 'srv',
      path.startsWith('/srv/www/') && 'www',
      /^(?:\/root|\/home\/[^/]+)\//.test(path) && '~',
      path.endsWith('.gz') && 'gz',
      path.endsWith('.tar.gz') && 'tar',
      path === '/home/a/x' && 'x',
    ]
      .filter(Boolean)
      .join(' ')
  const names = ['', ' gz', ' gz tar']
  const expected = ['', 'srv', 'srv www', '~'].flatMap((place) => names.map((name) => (place + name).trim()))
  expect(found.map(matched).sort()).toEqual([...expected, '~ x'].sort())
})

it('takes a destination for each set of networks that one address may lie in, and none of loopback', () => {
  const hosts = [
    { name: 'wide', network: '203.0.113.0/24' },
    { name: 'first', network: '203.0.113.0/30', port: 443 },
    { name: 'six', network: '2001:db8::/64' },
    { name: 'own', network: '127.0.0.0/8' },
    { name: 'helper', socket: '/run/helper.sock' },
  ]
  const { task } = sampled({ ...base, hosts })
  const found = sampleHosts(task).map(({ hosts: names }) => names.join(' '))
  expect(found.sort()).toEqual(['', 'six', 'wide', 'wide first'])
})

it('finds no host elsewhere where every address is a host of the task', () => {
  const hosts = [
    { name: 'four', network: '0.0.0.0/0' },
    { name: 'six', network: '::/0' },
  ]
  expect(sampleHosts(sampled({ ...base, hosts }).task).map((each) => each.hosts)).toEqual([['four'], ['six']])
})
