import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import type { Json } from '../../../src/event/field.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import type { CorrelationBody, Ordered } from '../../../src/ir/rule.ts'
import { timeOf } from '../../engine/brute-force/judge.ts'
import { chainsOf, type ChainEvent } from '../chains.ts'
import { context } from '../context.ts'
import { correlation, eventRule, ordered, program, ruleId, span, tested } from '../program.ts'
import { search, textOf } from './search.ts'

// One field for each rule, so that an event can match several.
const rules = ['a', 'b', 'c', 'u', 'x', 'y'].map((name) =>
  eventRule(name, tested(`is.${name}`, { is: 'boolean', value: true })),
)
const on = (rule: string) => ({ rule: ruleId(rule), span })
const between = (after: number) => ({ where: 'between', after, ...on('x') }) as const
const before = { where: 'before', within: milliseconds(2), ...on('y') } as const
const after = { where: 'after', within: milliseconds(2), ...on('x') } as const

const bodies: Readonly<Record<string, Ordered>> = {
  'two steps': ordered(['a', 'b']),
  'three steps': ordered(['a', 'b', 'c']),
  'a repeated step': ordered(['a', 'a', 'b']),
  gaps: ordered(['a', 'b', 'c'], { gaps: [2, 3] }),
  until: ordered(['a', 'b', 'c'], { until: on('u') }),
  'absence between three steps': ordered(['a', 'b', 'c'], { unless: [between(1)] }),
  'absence before': ordered(['a', 'b'], { unless: [before] }),
  'absence after': ordered(['a', 'b'], { unless: [after] }),
  everything: ordered(['a', 'b', 'c'], { gaps: [3, 3], until: on('u'), unless: [between(0), before, after] }),
}

/** Sequence numbers repeat at times: such events have no order among them. */
const streams = fc
  .array(
    fc.record({
      gap: fc.nat(2),
      actions: fc.subarray(['a', 'b', 'c']),
      other: fc.constantFrom(null, null, null, 'u', 'x', 'y'),
      key: fc.constantFrom('1', '1', '2'),
      tied: fc.integer({ min: 0, max: 5 }),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((drawn) => {
    let time = 1_700_000_000_000
    let sequence = 0
    return drawn.map(({ gap, actions, other, key, tied }, at): ChainEvent => {
      if (tied > 0 || at === 0) {
        time += gap
        sequence++
      }
      return { id: `run-${at}`, time, sequence, actions: new Set(other === null ? actions : [...actions, other]), key }
    })
  })

function recordOf(event: ChainEvent, at: number): EventRecord {
  const fields: Record<string, Json> = { 'host.id': event.key }
  for (const action of event.actions) fields[`is.${action}`] = true
  return { line: at + 1, time: timeOf(event.time), sequence: event.sequence, id: event.id, fields }
}

function alertsOf(body: CorrelationBody, stream: readonly ChainEvent[]): Set<string> {
  const rule = correlation('r', body, { timespan: 5, group: ['host.id'] })
  const compiled = splBackend.compile(program(...rules, rule), rule.id, context())
  if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.diagnostics.map((one) => one.message)))
  // Everything is delivered twice.
  const found = search(compiled.query.text, [...stream, ...stream].map(recordOf))
  return new Set(found.map((row) => `${textOf(row.group_1)} ${textOf(row.first_id)}>${textOf(row.last_id)}`))
}

/** Events of one place in the order are told apart by nothing, so neither are alerts that differ in them only. */
function byPlace(alerts: ReadonlySet<string>, stream: readonly ChainEvent[]): Set<string> {
  const places = new Map(stream.map((event) => [event.id, `${event.time}.${event.sequence}`]))
  return new Set([...alerts].map((alert) => alert.replace(/run-\d+/g, (id) => places.get(id) ?? id)))
}

for (const [name, body] of Object.entries(bodies))
  test(`an SPL sequence with ${name} finds the alerts of the rule`, () => {
    let alerts = 0
    fc.assert(
      fc.property(streams, (stream) => {
        const expected = byPlace(chainsOf(body, 5, stream), stream)
        alerts += expected.size
        expect(byPlace(alertsOf(body, stream), stream)).toEqual(expected)
      }),
      { numRuns: 200 },
    )
    expect(alerts).toBeGreaterThan(10)
  })

/** In strict order only: what a count or an unordered set sees of a tie is not laid down. */
const strict = streams.map((stream) => stream.map((event, at) => ({ ...event, sequence: at })))

test('an SPL event count finds the newest events within the timespan', () => {
  const body: CorrelationBody = { type: 'count', of: [on('a'), on('b')], bounds: [{ operator: 'gte', value: 3 }] }
  fc.assert(
    fc.property(strict, (stream) => {
      const expected = new Set<string>()
      for (const key of ['1', '2']) {
        const own = stream.filter((one) => one.key === key && (one.actions.has('a') || one.actions.has('b')))
        for (const [at, last] of own.entries()) {
          const first = own[at - 2]
          if (first && last.time - first.time <= 5) expected.add(`${key} ${first.id}>${last.id}`)
        }
      }
      expect(alertsOf(body, stream)).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})

test('an SPL set in any order finds the newest match of each rule', () => {
  const condition = {
    op: 'all',
    of: ['a', 'b', 'c'].map((rule) => ({ op: 'rule', rule: ruleId(rule) }) as const),
  } as const
  fc.assert(
    fc.property(strict, (stream) => {
      const expected = new Set<string>()
      for (const key of ['1', '2']) {
        const own = stream.filter((one) => one.key === key)
        const started = new Set<string>()
        for (const [at, last] of own.entries()) {
          if (!['a', 'b', 'c'].some((rule) => last.actions.has(rule))) continue
          const newest = ['a', 'b', 'c'].map((rule) =>
            own.slice(0, at + 1).findLastIndex((one) => one.actions.has(rule)),
          )
          const first = own[Math.min(...newest)]
          if (!first || last.time - first.time > 5 || started.has(first.id)) continue
          started.add(first.id)
          expected.add(`${key} ${first.id}>${last.id}`)
        }
      }
      expect(alertsOf({ type: 'unordered', of: [on('a'), on('b'), on('c')], condition }, stream)).toEqual(expected)
    }),
    { numRuns: 200 },
  )
})
