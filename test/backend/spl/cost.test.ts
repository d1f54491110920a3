import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import type { CorrelationBody } from '../../../src/ir/rule.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, program, ruleId, span, tested } from '../program.ts'

const read = eventRule('read', equals('event.action', 'file_read'))
const named = eventRule('named', tested('file.path', { is: 'text', pattern: pattern(any, text('.pem')), cased: false }))

function warned(
  name: string,
  body: Partial<CorrelationBody>,
  group: readonly string[],
  timespan = 600_000,
): readonly string[] {
  const of = [{ rule: ruleId(name), span }]
  const whole = { type: 'count', of, bounds: [{ operator: 'gte', value: 3 }], ...body } as CorrelationBody
  const rule = correlation('r', whole, { timespan, group })
  const compiled = splBackend.compile(program(read, named, rule), rule.id, context())
  expect(compiled.kind).toBe('query')
  return compiled.diagnostics.map(({ code, severity, message }) => `${severity} ${code} ${message}`)
}

test('a search that can ask the index for something, and reads no lists beside each other, costs what it must', () =>
  expect(warned('read', {}, ['host.id', 'detpack.flow.object.id'])).toEqual([]))

test('reading all events of the reach at each run is told', () =>
  expect(warned('named', {}, ['host.id'])).toEqual([
    'warning backend/cost each run in SPL reads every event of 10m: no condition can be asked of the index',
  ]))

test('a product of lists is told, with its size', () => {
  const distinct = { type: 'value', measure: { of: 'distinct' }, fields: ['detpack.flow.object.class'] } as const
  expect(warned('read', distinct, ['detpack.flow.object.id'])).toEqual([
    'warning backend/cost in SPL an event becomes a row for each combination of detpack.flow.object.id, detpack.flow.object.class: with 8 values each, 64 rows',
  ])
})

test('a window of days is told, with what each run reads again; one of a day is not', () => {
  const day = 86_400_000
  expect(warned('read', {}, ['host.id'], day)).toEqual([])
  expect(warned('read', {}, ['host.id'], 3 * day)).toEqual([
    'warning backend/cost each run in SPL reads again what matched in 3d: at 10 such events a second, 2,592,000 of them',
  ])
})
