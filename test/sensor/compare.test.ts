import { describe, expect, test } from 'vitest'
import type { JsonObject } from '../../src/event/field.ts'
import { Binding, compareAct, compareRun } from './compare.ts'
import type { DoneAct, Statement } from './statement.ts'

const RUN = 'a'.repeat(32)
const PROGRAM = '/opt/acts'

function event(sequence: number, more: Readonly<Record<string, JsonObject>> = {}): JsonObject {
  const boot = 1000 + sequence * 10
  return {
    '@timestamp': `2026-01-01T00:00:00.00${boot}Z`,
    event: {
      id: `${RUN}-${sequence}`,
      sequence,
      kind: 'event',
      dataset: 'detpack.use',
      provider: 'sensor',
      action: 'file_read',
      category: ['file'],
      type: ['access'],
      outcome: 'success',
      ...more['event'],
    },
    process: {
      entity_id: 'f00d',
      pid: 7,
      executable: PROGRAM,
      thread: { id: 7 },
      user: { id: '0' },
      group: { id: '0' },
      parent: { entity_id: 'beef', pid: 5 },
      ...more['process'],
    },
    file: { path: '/tmp/x', ...more['file'] },
    detpack: {
      sensor: { run: RUN },
      time: { boot },
      object: { id: `${'0'.repeat(16)}-fe00000-42-1` },
      description: { id: `${RUN}-d1` },
      descriptor: {
        flags: ['O_RDONLY', 'O_LARGEFILE'],
        opened_by: 'f00d',
        opened_at: '2026-01-01T00:00:00.001000Z',
      },
      ...more['detpack'],
    },
  }
}

function said(sequence: number, fields: Statement['fields'] = {}, more: Partial<Statement> = {}): Statement {
  return {
    act: 'read',
    pid: 7,
    thread: 7,
    user: 0,
    group: 0,
    after: 1000 + sequence * 10 - 5,
    before: 1000 + sequence * 10 + 5,
    fields: { 'event.action': 'file_read', ...fields },
    ...more,
  }
}

function compared(statements: readonly Statement[], events: readonly JsonObject[]): string[] {
  const act: DoneAct = { name: 'read', statements, actors: [7] }
  return compareAct(act, events, new Binding(events), PROGRAM)
}

test('finds nothing to say of an event that is as the actor says', () => {
  const fields = {
    'file.path': '/tmp/x',
    'detpack.object.id': { device: 0xfe00000, inode: 42 },
    'detpack.description.id': { same: 'it' },
    'detpack.descriptor.flags': ['O_RDONLY'],
    'detpack.descriptor.opened_by': { entity: 7 },
    'detpack.descriptor.opened_at': { after: 1000, before: 1001 },
    'detpack.descriptor.raced': null,
    'detpack.syscall': { orAbsent: 'read' },
  }
  expect(compared([said(1, fields)], [event(1)])).toEqual([])
})

describe('tells', () => {
  test.each<[string, Statement['fields'], string]>([
    ['another path', { 'file.path': '/tmp/y' }, 'file.path is "/tmp/x"'],
    ['another object', { 'detpack.object.id': { device: 1, inode: 42 } }, 'detpack.object.id is'],
    ['a field that should not be there', { 'file.path': null }, 'not absent'],
    ['a field that is missing', { 'file.size': 3 }, 'file.size is undefined'],
    ['a flag too many', { 'detpack.descriptor.flags': [] }, 'detpack.descriptor.flags'],
    ['another opener', { 'detpack.descriptor.opened_by': { entity: 5 } }, 'opened_by is "f00d", not beef of 5'],
    ['another time of opening', { 'detpack.descriptor.opened_at': { after: 1, before: 2 } }, 'opened_at'],
    ['another text where it might be missing', { 'file.path': { orAbsent: '/tmp/y' } }, 'not /tmp/y or absent'],
    ['a number out of its range', { 'detpack.time.boot': { least: 0, most: 1 } }, 'detpack.time.boot'],
    ['a failure', { 'event.outcome': 'failure' }, 'event.outcome'],
  ])('%s', (_, fields, problem) => {
    expect(compared([said(1, fields)], [event(1)])).toEqual([expect.stringContaining(problem)])
  })

  test('an event that the actor knows nothing of', () => {
    expect(compared([], [event(1)])).toEqual([expect.stringMatching(/^unexpected: /)])
  })

  test('an event that did not come', () => {
    expect(compared([said(1)], [])).toEqual([expect.stringMatching(/^missing: file_read/)])
  })

  test('an event of another thread, user or time', () => {
    expect(compared([said(1, {}, { thread: 8 })], [event(1)])).toHaveLength(1)
    expect(compared([said(1, {}, { user: 8 })], [event(1)])).toHaveLength(1)
    expect(compared([said(9)], [event(1)])).toEqual([expect.stringContaining('detpack.time.boot is 1010')])
  })

  test('one description where there are two', () => {
    const two = [
      said(1, { 'detpack.description.id': { same: 'one' } }),
      said(2, { 'detpack.description.id': { same: 'other' } }),
    ]
    expect(compared(two, [event(1), event(2)])).toEqual([expect.stringContaining('another value than that of "one"')])
  })

  test('events of one thread in another order', () => {
    const wide = { after: 0, before: 9999 }
    const two = [said(1, { 'file.path': '/a' }, wide), said(2, { 'file.path': '/b' }, wide)]
    const events = [event(1, { file: { path: '/b' } }), event(2, { file: { path: '/a' } })]
    expect(compared(two, events)).toEqual([expect.stringMatching(/^order: /)])
  })
})

test('lets an event be missing that a kernel may not show', () => {
  expect(compared([said(1, {}, { maybe: 'an old kernel' })], [])).toEqual([])
})

test('leaves the events of other processes alone', () => {
  expect(compared([], [event(1, { process: { pid: 8 } })])).toEqual([])
})

describe('of a run', () => {
  test('takes consecutive events of the tree', () => {
    expect(compareRun([event(1), event(2)], 5)).toEqual([])
  })

  test('tells a hole, a step back and a stranger', () => {
    expect(compareRun([event(1), event(3)], 5)).toEqual(['event.sequence 3 follows 1'])
    const back = event(2, { detpack: { sensor: { run: RUN }, time: { boot: 1 } } })
    expect(compareRun([event(1), back], 5)).toEqual([expect.stringContaining('is of 1, after one of 1010')])
    expect(compareRun([event(1)], 6)).toEqual([expect.stringContaining('did not start')])
  })

  test('tells what was lost', () => {
    const loss = event(1, { event: { id: `${RUN}-1`, sequence: 1, action: 'sensor_loss' } })
    expect(compareRun([loss], 5)).toEqual([expect.stringContaining('were lost')])
  })
})
