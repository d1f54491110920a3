import { describe, expect, test } from 'vitest'
import { pathOf, placeOf } from '../../../src/event/tool/place.ts'
import { ToolTable } from '../../../src/event/tool/tool-table.ts'

const none = {
  tools: [],
  servers: new Map<string, string>(),
  cwd: null,
  home: null,
  log: null,
  own: { paths: [], hosts: [] },
}
const table = new ToolTable([{ ...none, hosts: new Map([['api.example', '198.51.100.10']]) }])
const homely = new ToolTable([{ ...none, hosts: new Map<string, string>(), home: '/home/agent', cwd: '/srv' }])

describe('a destination', () => {
  test.each([
    ['https://203.0.113.9/a', { end: { address: '203.0.113.9', ip: '203.0.113.9', port: 443 } }],
    ['http://[2001:db8::9]:8080/', { end: { address: '2001:db8::9', ip: '2001:db8::9', port: 8080 } }],
    ['https://user:secret@Other.Example./', { end: { address: 'other.example', port: 443 }, domain: 'other.example' }],
    [
      'https://api.example/',
      { end: { address: '198.51.100.10', ip: '198.51.100.10', port: 443 }, domain: 'api.example' },
    ],
    ['api.example:25', { end: { address: '198.51.100.10', ip: '198.51.100.10', port: 25 }, domain: 'api.example' }],
    ['http://localhost:9/', { end: { address: '127.0.0.1', ip: '127.0.0.1', port: 9 }, domain: 'localhost' }],
    ['http://0x7f.1/', { end: { address: '127.0.0.1', ip: '127.0.0.1', port: 80 } }],
  ])('of %s', (text, place) => expect(placeOf(text, table)).toEqual(place))

  test.each(['file:///etc/passwd', 'data:,x', 'http://', 'two words', '', 'https://a b/'])('is not in %j', (text) =>
    expect(placeOf(text, table)).toBeUndefined(),
  )
})

describe('a path', () => {
  test.each([
    ['/a/../b//c', undefined, table, { path: '/b/c', sure: true }],
    ['file:///a%20b', undefined, table, { path: '/a b', sure: true }],
    ['~/.ssh/id_rsa', undefined, table, { path: '/home/~/.ssh/id_rsa', sure: false }],
    ['~/.ssh/id_rsa', undefined, homely, { path: '/home/agent/.ssh/id_rsa', sure: true }],
    ['../etc/x', undefined, homely, { path: '/etc/x', sure: true }],
    ['x', '/tmp', homely, { path: '/tmp/x', sure: true }],
    ['x', undefined, table, { path: 'x', sure: false }],
  ])('of %s from %s', (text, cwd, of, path) => expect(pathOf(text, cwd, of)).toEqual(path))

  test.each(['', 'file://%', 'a\0b'])('is not in %j', (text) => expect(pathOf(text, undefined, table)).toBeUndefined())
})
