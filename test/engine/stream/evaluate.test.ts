import { expect, it } from 'vitest'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { timeOf } from '../brute-force/judge.ts'
import { kindRule, programOf } from '../brute-force/program.ts'

it('keeps only the names of events where alerts are not shown', () => {
  const rule = kindRule('a')
  const event = { line: 3, time: timeOf(5), sequence: 7, id: 'run-7', fields: { kind: 'a' } }
  const [shown] = evaluate(programOf({ ...rule, alone: true }), [event]).alerts
  const [named] = evaluate(programOf({ ...rule, alone: true }), [event], { keepFields: false }).alerts
  expect(shown?.steps[0]?.event).toEqual(event)
  expect(named).toEqual({ ...shown, steps: [{ as: 'a', rule: 'a', event: { ...event, fields: {} } }] })
})
