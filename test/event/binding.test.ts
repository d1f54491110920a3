import { describe, expect, test } from 'vitest'
import type { Action } from '../../src/event/action.ts'
import { Bound, LONGEST_VALUE, refuseValue, type Binding } from '../../src/event/binding.ts'
import { importText } from './importing.ts'

const document: Binding = { name: 'document', kind: 'file', value: '/home/a/report.txt' }
const folder: Binding = { name: 'folder', kind: 'directory', value: '/home/a/notes/' }
const service: Binding = { name: 'service', kind: 'host', value: '192.0.2.10:443' }

/** What one object is bound to, used in that way. */
function used(bound: Bound, id: string, path: string, action: Action = 'file_read', previousPath?: string) {
  return bound.ofObject({ id, path, action, previousPath })
}

describe('a file is the one that the path named at the start', () => {
  test('by its path, and only it', () => {
    const bound = new Bound([document])
    expect(used(bound, 'o1', '/home/a/report.txt')).toEqual(['document'])
    expect(used(bound, 'o2', '/home/a/report.txt.old')).toBeUndefined()
    expect(used(bound, 'o3', '/home/a/private/letter.txt')).toBeUndefined()
  })

  test('under another name too', () => {
    const bound = new Bound([document])
    expect(used(bound, 'o1', '/tmp/moved', 'file_rename', '/home/a/report.txt')).toEqual(['document'])
    expect(used(bound, 'o1', '/tmp/moved')).toEqual(['document'])
  })

  test('and nothing that is brought to the path later', () => {
    const bound = new Bound([document])
    expect(used(bound, 'o1', '/home/a/report.txt')).toEqual(['document'])
    expect(used(bound, 'o2', '/home/a/report.txt', 'file_rename', '/home/a/private/letter.txt')).toBeUndefined()
    expect(used(bound, 'o2', '/home/a/report.txt')).toBeUndefined()
  })

  test('also when it was not seen before that', () => {
    const bound = new Bound([document])
    expect(used(bound, 'o2', '/home/a/report.txt', 'file_rename', '/home/a/private/letter.txt')).toBeUndefined()
    expect(used(bound, 'o2', '/home/a/report.txt')).toBeUndefined()
  })
})

test('a directory is all below it', () => {
  const bound = new Bound([folder])
  expect(used(bound, 'o1', '/home/a/notes')).toEqual(['folder'])
  expect(used(bound, 'o2', '/home/a/notes/deep/er.md')).toEqual(['folder'])
  expect(used(bound, 'o3', '/home/a/notes-of-others/x')).toBeUndefined()
  expect(used(new Bound([{ ...folder, value: '/' }]), 'o4', '/etc/passwd')).toEqual(['folder'])
})

describe('a host is an address or a network, with its port where one is given', () => {
  const of = (value: string, address: string, port = 443) =>
    new Bound([{ ...service, value }]).ofDestination(address, port)

  test.each([
    ['192.0.2.10', '192.0.2.10'],
    ['192.0.2.0/24:443', '192.0.2.99'],
    ['2001:db8::1', '2001:0db8::1'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['2001:db8::/32', '2001:db8:5::1'],
    ['192.0.2.10', '::ffff:192.0.2.10'],
  ])('%s is %s', (value, address) => expect(of(value, address)).toEqual(['service']))

  test.each([
    ['192.0.2.10:80', '192.0.2.10'],
    ['192.0.2.10', '192.0.2.11'],
    ['192.0.2.10', '2001:db8::1'],
    ['192.0.2.10', 'not an address'],
  ])('%s is not %s', (value, address) => expect(of(value, address)).toBeUndefined())
})

test('names are told once each, in order', () => {
  const bound = new Bound([{ ...folder, name: 'z', value: '/home/a' }, document, { ...document, name: 'a' }, document])
  expect(used(bound, 'o1', '/home/a/report.txt')).toEqual(['a', 'document', 'z'])
})

test.each([
  ['file', 'report.txt', 'from / on'],
  ['file', '/home/../etc/shadow', 'as the kernel tells it'],
  ['directory', '/a//b', 'as the kernel tells it'],
  ['host', 'api.example.org', 'addresses, not names'],
  ['host', '192.0.2.10:0', 'addresses'],
  ['host', '192.0.2.0/33', 'addresses'],
  ['host', '[192.0.2.1]', 'addresses'],
  ['host', '::ffff:192.0.2.1', 'addresses'],
  ['host', '192.0.2.1:4:4', 'addresses'],
  ['host', 'fe80::1%eth0', 'addresses'],
  ['text', 'a\tb', 'control character'],
  ['text', '', 'empty'],
  ['text', 'é'.repeat(LONGEST_VALUE / 2 + 1), 'longer than'],
] as const)('a %s that is %j is refused', (kind, value, why) => expect(refuseValue(kind, value)).toContain(why))

test.each([
  ['file', '/home/a/report.txt'],
  ['directory', '/'],
  ['host', '192.0.2.10'],
  ['text', 'é'.repeat(LONGEST_VALUE / 2)],
] as const)('a %s that is %j is taken', (kind, value) => expect(refuseValue(kind, value)).toBeUndefined())

test('events of an import carry what their object and destination are bound to', () => {
  const recording = [
    '812 1767225600.000100 openat(AT_FDCWD</home/a>, "report.txt", O_RDONLY) = 5</home/a/report.txt>',
    '812 1767225600.000200 read(5</home/a/report.txt>, "x"..., 4096) = 411',
    '812 1767225600.000300 openat(AT_FDCWD</home/a>, "other.txt", O_RDONLY) = 6</home/a/other.txt>',
    '812 1767225600.000400 read(6</home/a/other.txt>, "x"..., 4096) = 411',
    '812 1767225600.000500 socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 7<TCP:[900]>',
    '812 1767225600.000600 connect(7<TCP:[900]>, {sa_family=AF_INET, sin_port=htons(443), sin_addr=inet_addr("192.0.2.10")}, 16) = 0',
    '812 1767225600.000700 sendfile(7<TCP:[192.0.2.15:4000->192.0.2.10:443]>, 5</home/a/report.txt>, NULL, 99) = 99',
  ]
  const { events } = importText('strace', `${recording.join('\n')}\n`, {
    task: { name: 'summarize' },
    bindings: [document, service],
  })
  const told = events.map(({ event, file, detpack }) => [
    event.action,
    file?.path,
    detpack.object?.binding,
    detpack.source?.object?.binding,
    detpack.destination?.binding,
  ])
  expect(told).toContainEqual(['file_read', '/home/a/report.txt', ['document'], undefined, undefined])
  expect(told).toContainEqual(['file_read', '/home/a/other.txt', undefined, undefined, undefined])
  expect(told).toContainEqual(['network_connect', undefined, undefined, undefined, ['service']])
  expect(told).toContainEqual(['network_send', undefined, undefined, ['document'], ['service']])
})
