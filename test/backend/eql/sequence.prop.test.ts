import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import type { CorrelationBody, Ordered } from '../../../src/ir/rule.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, span } from '../program.ts'
import { chainsOf } from '../chains.ts'
import { readMachine, runMachine, type Tick } from './machine.ts'

const rules = ['a', 'b', 'c', 'u', 'x'].map((name) => eventRule(name, equals('event.action', name)))
const until = { rule: ruleId('u'), span }
const between = { where: 'between', after: 0, rule: ruleId('x'), span } as const

const bodies: Readonly<Record<string, Ordered>> = {
  'two steps': ordered(['a', 'b']),
  'three steps': ordered(['a', 'b', 'c']),
  'a repeated step': ordered(['a', 'a', 'b']),
  until: ordered(['a', 'b', 'c'], { until }),
  'a gap on the second of two steps': ordered(['a', 'b'], { gaps: [3] }),
  'absence between two steps': ordered(['a', 'b'], { unless: [between] }),
  'absence between, and until': ordered(['a', 'b'], { unless: [between], until }),
}

const ticks = fc
  .array(
    fc.record({
      gap: fc.nat(2),
      actions: fc.subarray(['a', 'b', 'c']),
      other: fc.constantFrom(null, null, null, 'u', 'x'),
      key: fc.constantFrom('1', '1', '2'),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((drawn) => {
    let time = 0
    return drawn.map(({ gap, actions, other, key }, sequence): Tick => ({
      id: `e${sequence}`,
      time: (time += gap),
      sequence,
      actions: new Set(other === null ? actions : [...actions, other]),
      key,
    }))
  })

for (const [name, body] of Object.entries(bodies))
  test(`an EQL sequence with ${name} finds the alerts of the rule`, () => {
    const rule = correlation('r', body satisfies CorrelationBody, { timespan: 5, group: ['host.id'] })
    const compiled = eqlBackend.compile(program(...rules, rule), rule.id, context())
    if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.diagnostics))
    const machine = readMachine(compiled.query.text.replace('by host.id', 'by key'))
    let alerts = 0
    fc.assert(
      fc.property(ticks, (stream) => {
        const expected = chainsOf(body, 5, stream)
        alerts += expected.size
        expect(runMachine(machine, stream)).toEqual(expected)
      }),
      { numRuns: 1500 },
    )
    expect(alerts).toBeGreaterThan(50)
  })

test('an event count with "gte" slides over the events', () => {
  const body: CorrelationBody = {
    type: 'count',
    of: [{ rule: ruleId('a'), span }],
    bounds: [{ operator: 'gte', value: 3 }],
  }
  const counting = correlation('r', body, { timespan: 5, group: [groupKey('host.id')] })
  const accept = [{ language: 'eql', node: 'event-count', why: 'x', until: '2030-01-01', span }]
  const rule = { ...counting, governance: { ...counting.governance, accept } }
  const compiled = eqlBackend.compile(program(...rules, rule), rule.id, context())
  if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.diagnostics))
  const machine = readMachine(compiled.query.text.replace('by host.id', 'by key'))
  fc.assert(
    fc.property(ticks, (stream) => {
      const expected = new Set<string>()
      for (const key of ['1', '2']) {
        const own = stream.filter((tick) => tick.key === key && tick.actions.has('a'))
        for (const [at, last] of own.entries()) {
          const first = own[at - 2]
          if (first && last.time - first.time <= 5) expected.add(`${key} ${first.id}>${last.id}`)
        }
      }
      expect(runMachine(machine, stream)).toEqual(expected)
    }),
    { numRuns: 1500 },
  )
})
