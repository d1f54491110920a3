import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { timeOf } from '../../engine/brute-force/judge.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, ordered, program } from '../program.ts'
import { search } from './search.ts'

const read = eventRule('read', equals('event.action', 'file_read'))
const send = eventRule('send', equals('event.action', 'network_send'))
const chain = {
  ...correlation('chain', ordered(['read', 'send']), { timespan: 1000, group: ['host.id'] }),
  fields: ['file.path', 'detpack.flow.object.class', 'destination.ip', "it's"],
}

function row(first: JsonObject): JsonObject | undefined {
  const compiled = splBackend.compile(program(read, send, chain), chain.id, context())
  if (compiled.kind === 'refused') throw new Error('refused')
  const event = (at: number, action: string, fields: JsonObject) => ({
    line: at,
    time: timeOf(1_700_000_000_000 + at),
    sequence: at,
    id: `e${at}`,
    fields: { 'event.action': action, 'host.id': 'h', ...fields },
  })
  const sent = { 'destination.ip': '203.0.113.9', 'process.name': 'curl' }
  return search(compiled.query.text, [event(1, 'file_read', first), event(2, 'network_send', sent)])[0]
}

test('an alert has the fields of its last event, and of its first one those that the rule shows', () =>
  expect(row({ 'file.path': '/a\nb', 'detpack.flow.object.class': ['x', 'y'] })).toMatchObject({
    detpack_rule: 'chain',
    first_id: 'e1',
    last_id: 'e2',
    first_time: 1_700_000_000.001,
    last_time: 1_700_000_000.002,
    group_1: 'h',
    'process.name': 'curl',
    'destination.ip': '203.0.113.9',
    first_file_path: '/a b',
    first_detpack_flow_object_class: 'x, y',
  }))

test('a field that the first event lacks has no column', () => {
  const columns = Object.keys(row({}) ?? {})
  expect(columns).toContain('first_id')
  expect(columns.filter((name) => name.startsWith('first_'))).toEqual(['first_id', 'first_time'])
})
