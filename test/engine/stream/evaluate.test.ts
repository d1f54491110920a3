import { describe, expect, it } from 'vitest'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { timeOf } from '../brute-force/judge.ts'
import { correlation, kindRule, ordered, programOf } from '../brute-force/program.ts'

it('keeps only the names of events where alerts are not shown', () => {
  const rule = kindRule('a')
  const event = { line: 3, time: timeOf(5), sequence: 7, id: 'run-7', fields: { kind: 'a' } }
  const [shown] = evaluate(programOf({ ...rule, alone: true }), [event]).alerts
  const [named] = evaluate(programOf({ ...rule, alone: true }), [event], { keepFields: false }).alerts
  expect(shown?.steps[0]?.event).toEqual(event)
  expect(named).toEqual({ ...shown, steps: [{ as: 'a', rule: 'a', event: { ...event, fields: {} } }] })
})

describe('a clock that was set', () => {
  const chain = correlation(
    'then',
    1000,
    ordered([
      ['a', null],
      ['b', null],
    ]),
  )
  const program = programOf(kindRule('a'), kindRule('b'), chain)
  const event = (line: number, kind: string, at: number, epoch: number, boot = 'x'): EventRecord => ({
    line,
    time: timeOf(at),
    sequence: line,
    id: `run-${line}`,
    fields: { kind, host: { id: 'h', boot: { id: boot } }, detpack: { clock: { epoch } } },
  })
  const found = (...events: EventRecord[]): unknown => {
    const { alerts, diagnostics } = evaluate(program, events)
    return [alerts.filter(({ rule }) => rule === 'then').length, diagnostics.map(({ code }) => code)]
  }

  it('breaks a chain, and that is told', () => {
    expect(found(event(1, 'a', 5, 0), event(2, 'b', 7, 0))).toEqual([1, []])
    expect(found(event(1, 'a', 5, 0), event(2, 'b', 7, 1))).toEqual([0, ['engine/clock-set']])
    expect(found(event(1, 'a', 5, 0), event(2, 'b', 3, 1))).toEqual([0, ['engine/clock-set']])
  })

  it('is none after the next boot, or where it was set between what no rule is about', () => {
    expect(found(event(1, 'a', 5, 0), event(2, 'b', 7, 1, 'y'))).toEqual([0, []])
    expect(found(event(1, 'a', 5, 0), event(2, 'b', 7, 0), event(3, 'c', 9, 1))).toEqual([1, []])
  })
})
