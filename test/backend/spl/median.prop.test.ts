import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import type { Bounds } from '../../../src/ir/rule.ts'
import { judge, timeOf } from '../../engine/brute-force/judge.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, program, ruleId, span } from '../program.ts'
import { search, textOf } from './search.ts'

// Many events in few milliseconds, so that windows hold even numbers of values on both sides of a bound, and blocks of
// time end inside of them.

const read = eventRule('read', equals('event.action', 'file_read'))
const events = fc
  .array(fc.tuple(fc.nat(9), fc.integer({ min: 0, max: 5 })), { minLength: 2, maxLength: 12 })
  .map((drawn) =>
    drawn.map(([time, count], at): EventRecord => {
      const fields = { 'event.action': 'file_read', 'detpack.use.count': count }
      return { line: at + 1, time: timeOf(1_700_000_000_000 + time), sequence: at, id: `e${at}`, fields }
    }),
  )
const bounds: fc.Arbitrary<Bounds> = fc
  .tuple(fc.constantFrom('gt', 'gte', 'lt', 'lte', 'eq', 'neq'), fc.constantFrom(1, 2, 2.5, 3))
  .map(([operator, value]) => [{ operator, value }])

test('a median in SPL is that of the definition', () => {
  let alerts = 0
  fc.assert(
    fc.property(events, bounds, fc.nat(4), (stream, bound, timespan) => {
      const of = [{ rule: ruleId('read'), span }]
      const body = {
        type: 'value',
        of,
        measure: { of: 'median' },
        fields: ['detpack.use.count'],
        bounds: bound,
      } as const
      const rule = correlation('r', body, { timespan })
      const compiled = splBackend.compile(program(read, rule), rule.id, context())
      const text = compiled.kind === 'query' ? compiled.query.text : ''
      const found = search(text, stream).map((row) => `${textOf(row.first_id)}>${textOf(row.last_id)}`)
      const expected = judge(program(read, rule), stream, -Infinity)
        .filter((one) => one.rule === rule.id)
        .map(({ first, last }) => `${first}>${last}`)
      expect(found.sort()).toEqual(expected.sort())
      alerts += expected.length
    }),
    { numRuns: 500 },
  )
  expect(alerts).toBeGreaterThan(300)
})
