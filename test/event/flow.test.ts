import { describe, expect, test } from 'vitest'
import type { Action } from '../../src/event/action.ts'
import { flowFields, FlowTracker, type FlowObject, type FlowUse } from '../../src/event/flow.ts'
import type { ClassOrder } from '../../src/event/flow-slot.ts'

const RANKS = ['credential', 'personal', 'public']
const order: ClassOrder = {
  rank: (name) => (RANKS.includes(name) ? RANKS.indexOf(name) : RANKS.length),
  isFollowed: (name) => name !== 'public',
}

const key: FlowObject = { id: 'key', kind: 'file', class: 'credential' }
const letter: FlowObject = { id: 'letter', kind: 'file', class: 'personal' }
const plain: FlowObject = { id: 'plain', kind: 'file' }
const pipe: FlowObject = { id: 'pipe', kind: 'pipe' }
const net: FlowObject = { id: 'net', kind: 'socket' }

/** A tracker and a short way to feed it: each use comes one millisecond after the one before. */
function recording(limits?: { processes?: number; objects?: number }) {
  const tracker = new FlowTracker(order, limits)
  let micros = 0
  const use = (process: string, action: Action, object?: FlowObject, rest: Partial<FlowUse> = {}) => {
    micros += 1000
    return tracker.apply({ process, action, object, succeeded: true, micros, ...rest })
  }
  const holds = (process: string) => [...tracker.state(process, micros).objects].sort()
  return { tracker, use, holds }
}

describe('what a process holds', () => {
  test('nothing at first, and nothing by reading what has no class', () => {
    const { use } = recording()
    expect(use('a', 'file_read', plain)).toEqual({ objects: [], classes: [], age: null, overflow: 0 })
  })

  test('a classed object from its opening on, with its class and age in nanoseconds', () => {
    const { use } = recording()
    expect(use('a', 'file_open', key)).toEqual({ objects: ['key'], classes: ['credential'], age: 0, overflow: 0 })
    expect(use('a', 'network_connect', net).age).toBe(1_000_000)
  })

  test('the age is that of the youngest, and reading makes an object young again', () => {
    const { use } = recording()
    use('a', 'file_open', key)
    use('a', 'file_open', letter)
    expect(use('a', 'file_read', key)).toMatchObject({ objects: ['key', 'letter'], age: 0 })
    expect(use('a', 'network_send', net).age).toBe(1_000_000)
  })

  test('an age is at most what a number says exactly, as when the time of an event was not known', () => {
    const { use } = recording()
    use('a', 'file_open', key)
    const later = Date.UTC(2026, 0, 1) * 1000
    expect(use('a', 'network_send', net, { micros: later }).age).toBe(Number.MAX_SAFE_INTEGER)
  })

  test('a descriptor without data is gone when the last descriptor is', () => {
    const { tracker, use, holds } = recording()
    use('a', 'file_open', key)
    tracker.release('a', 'key')
    expect(holds('a')).toEqual([])
  })

  test('a descriptor of a copy is a descriptor of what was copied, until the last of both is gone', () => {
    const { tracker, use, holds } = recording()
    use('a', 'file_read', key)
    use('a', 'file_write', plain)
    use('b', 'file_open', key)
    use('b', 'file_open', plain)
    tracker.release('b', 'plain')
    expect(holds('b')).toEqual(['key'])
    tracker.release('b', 'key')
    expect(holds('b')).toEqual([])
  })

  test('with descriptors of many copies it is held to the end: no count is kept of so many', () => {
    const { tracker, use, holds } = recording()
    const copies = Array.from({ length: 10 }, (_, n): FlowObject => ({ id: `copy${n}`, kind: 'file' }))
    use('a', 'file_read', key)
    for (const copy of copies) use('a', 'file_write', copy)
    for (const copy of copies) use('b', 'file_open', copy)
    tracker.release('b', 'copy9')
    expect(holds('b')).toEqual(['key'])
  })

  test('data that was read stays after the descriptor is closed', () => {
    const { tracker, use, holds } = recording()
    use('a', 'file_open', key)
    use('a', 'file_read', key)
    tracker.release('a', 'key')
    expect(holds('a')).toEqual(['key'])
  })

  test('a failed open or read gives nothing, an end of file no data', () => {
    const { tracker, use, holds } = recording()
    use('a', 'file_open', key, { succeeded: false })
    expect(holds('a')).toEqual([])
    use('a', 'file_open', key)
    use('a', 'file_read', key, { bytes: 0 })
    tracker.release('a', 'key')
    expect(holds('a')).toEqual([])
  })

  test('a class that is not followed takes no room', () => {
    const { use } = recording()
    expect(use('a', 'file_read', { id: 'motd', kind: 'file', class: 'public' }).objects).toEqual([])
  })

  test('what exits is forgotten, after its own last event', () => {
    const { use, holds } = recording()
    use('a', 'file_read', key)
    expect(use('a', 'process_exit').objects).toEqual(['key'])
    expect(holds('a')).toEqual([])
  })
})

describe('how it travels', () => {
  test('to a child by fork, and through exec', () => {
    const { use, holds } = recording()
    use('a', 'file_read', key)
    use('a', 'process_fork', undefined, { child: 'b' })
    use('b', 'process_exec', plain)
    expect(holds('b')).toEqual(['key'])
  })

  test('to a child that was told of late, beside what it holds already', () => {
    const { use, holds } = recording()
    use('b', 'file_open', letter)
    use('a', 'file_open', key)
    expect(holds('b')).toEqual(['letter'])
    use('a', 'process_fork', undefined, { child: 'b' })
    expect(holds('b')).toEqual(['key', 'letter'])
  })

  test('not to a child that was forked before', () => {
    const { use, holds } = recording()
    use('a', 'process_fork', undefined, { child: 'b' })
    use('a', 'file_read', key)
    expect(holds('b')).toEqual([])
  })

  test('by mapping', () => {
    const { tracker, use, holds } = recording()
    use('a', 'file_open', key)
    use('a', 'file_map', key)
    tracker.release('a', 'key')
    expect(holds('a')).toEqual(['key'])
  })

  test('by a descriptor received or taken, before anything is read', () => {
    const { use, holds } = recording()
    use('a', 'file_open', key)
    use('a', 'descriptor_send', key, { sink: 'b-end' })
    use('b', 'descriptor_receive', key, { source: { id: 'b-end', kind: 'socket' } })
    use('c', 'descriptor_take', key)
    expect(holds('b')).toEqual(['key'])
    expect(holds('c')).toEqual(['key'])
  })

  test('through a pipe, to who reads it and not to who only made it', () => {
    const { use, holds } = recording()
    use('shell', 'descriptor_create', pipe)
    use('cat', 'file_read', key)
    use('cat', 'file_write', pipe)
    use('shell', 'descriptor_duplicate', pipe)
    expect(holds('shell')).toEqual([])
    use('curl', 'file_read', pipe)
    expect(holds('curl')).toEqual(['key'])
  })

  test('through a UNIX socket, to the other end only', () => {
    const { use, holds } = recording()
    const mine: FlowObject = { id: 'a-end', kind: 'socket' }
    const theirs: FlowObject = { id: 'b-end', kind: 'socket' }
    use('a', 'file_read', key)
    use('a', 'network_send', mine, { sink: 'b-end' })
    use('c', 'network_receive', mine)
    use('b', 'network_receive', theirs)
    expect(holds('c')).toEqual([])
    expect(holds('b')).toEqual(['key'])
  })

  test('with the message that passes a descriptor', () => {
    const { use, holds } = recording()
    use('a', 'file_read', key)
    use('a', 'descriptor_send', plain, { sink: 'b-end' })
    use('b', 'descriptor_receive', plain, { source: { id: 'b-end', kind: 'socket' } })
    expect(holds('b')).toEqual(['key'])
  })

  test('through a copy with a harmless name, however often copied', () => {
    const { use, holds } = recording()
    const second: FlowObject = { id: 'second', kind: 'file' }
    use('a', 'file_read', key)
    use('a', 'file_write', plain)
    use('b', 'file_read', plain)
    use('b', 'file_write', second)
    use('c', 'file_open', second)
    expect(holds('c')).toEqual(['key'])
  })

  test('by copy_file_range and sendfile, which mark with the source alone', () => {
    const { use, holds } = recording()
    use('a', 'file_read', letter)
    use('a', 'file_write', plain, { source: key })
    use('b', 'file_read', plain)
    expect(holds('a')).toEqual(['key', 'letter'])
    expect(holds('b')).toEqual(['key'])
  })

  test('under another name: the class stays with the object', () => {
    const { tracker, use, holds } = recording()
    use('a', 'file_open', key, { succeeded: false })
    use('b', 'file_read', { id: 'key', kind: 'file' })
    expect(tracker.classOf('key')).toBe('credential')
    expect(holds('b')).toEqual(['key'])
  })

  test('an object keeps the highest class it ever had', () => {
    const { tracker, use } = recording()
    use('a', 'file_open', { id: 'x', kind: 'file', class: 'personal' })
    use('a', 'file_open', { id: 'x', kind: 'file', class: 'credential' })
    use('a', 'file_open', { id: 'x', kind: 'file', class: 'personal' })
    expect(tracker.classOf('x')).toBe('credential')
  })

  test.each([
    ['who holds a descriptor only has no data to write', 'file_open', plain],
    ['what is written to a terminal or /dev/null is not kept', 'file_read', { id: 'tty', kind: 'device' }],
    ['TCP is not followed', 'file_read', net],
  ] as const)('not: %s', (_, action, written) => {
    const { use, holds } = recording()
    use('a', action, key)
    use('a', 'file_write', written)
    use('b', 'file_read', written)
    expect(holds('b')).toEqual([])
  })
})

describe('bounds', () => {
  const letters = Array.from({ length: 12 }, (_, n): FlowObject => ({ id: `l${n}`, kind: 'file', class: 'personal' }))

  test('a process holds eight; the oldest make room and are counted', () => {
    const { use } = recording()
    for (const one of letters) use('a', 'file_read', one)
    const state = use('a', 'network_send', net)
    expect(state.objects).toEqual(['l11', 'l10', 'l9', 'l8', 'l7', 'l6', 'l5', 'l4'])
    expect(state.overflow).toBe(4)
  })

  test('reading much that is less important does not push a credential out', () => {
    const { use, holds } = recording()
    use('a', 'file_read', key)
    for (const one of letters) use('a', 'file_read', one)
    expect(holds('a')).toContain('key')
  })

  test('a lower class stays out when eight higher ones are held', () => {
    const { use, holds } = recording()
    for (const one of letters.slice(0, 8)) use('a', 'file_read', { ...one, class: 'credential' })
    const state = use('a', 'file_read', letter)
    expect(holds('a')).not.toContain('letter')
    expect(state.overflow).toBe(1)
  })

  test('a child starts with the overflow of its parent', () => {
    const { use } = recording()
    for (const one of letters) use('a', 'file_read', one)
    use('a', 'process_fork', undefined, { child: 'b' })
    expect(use('b', 'network_send', net)).toMatchObject({ overflow: 4 })
  })

  test('a full table of processes refuses and counts', () => {
    const { tracker, use, holds } = recording({ processes: 1 })
    use('a', 'file_read', key)
    use('b', 'file_read', key)
    expect(holds('b')).toEqual([])
    expect(tracker.refused).toEqual({ processes: 1, objects: 0 })
  })

  test('a full table of objects refuses and counts', () => {
    const { tracker, use, holds } = recording({ objects: 1 })
    use('a', 'file_read', key)
    use('a', 'file_write', plain)
    use('b', 'file_read', plain)
    expect(holds('b')).toEqual([])
    expect(tracker.refused).toEqual({ processes: 0, objects: 1 })
  })
})

test('as fields of an event: nothing when there is nothing to tell', () => {
  const { use } = recording()
  expect(flowFields(use('a', 'file_open', plain))).toBeUndefined()
  expect(flowFields(use('a', 'file_open', key))).toEqual({ object: { id: ['key'], class: ['credential'] }, age: 0 })
})
