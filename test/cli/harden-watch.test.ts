import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const USES = path.resolve('test/govern/drift/recordings/kept.ndjson')

it('writes an event for each use beyond the baseline, and remembers the units', () => {
  const cwd = temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\n',
    'rules/baselines/profiles/demo.yml':
      'id: demo\ntitle: Demo\nowner: IT\nunits: [demo.service]\nreview_every: 90d\nroot: true\nexposure: 10.0\n' +
      'linux_capabilities: {CAP_KILL: {why: reload, risk: R-SERVICE-05}}\nsettings: {}\n',
    'root/etc/systemd/system/demo.service': '[Service]\nExecStart=/bin/demo\nCapabilityBoundingSet=CAP_KILL\n',
  })
  const watch = (...args: string[]): ReturnType<typeof detpack> =>
    detpack(['harden', 'watch', '--once', '--root', 'root', '--state', 'state.json', ...args], { cwd })
  const first = watch(USES)
  const told = first.stdout.trimEnd().split('\n')
  expect(told.map((line) => /CAP_\w+/.exec(line)?.[0])).toEqual([
    'CAP_CHOWN',
    'CAP_NET_BIND_SERVICE',
    'CAP_SETGID',
    'CAP_SETUID',
  ])
  expect(first.code).toBe(1)
  expect(watch()).toMatchObject({ code: 0, stdout: '' })
  expect(watch('no/such/file')).toMatchObject({ code: 2 })
  expect(detpack(['harden', 'watch', '--once', '--state', 'detpack.yml'], { cwd })).toMatchObject({ code: 2 })
})
