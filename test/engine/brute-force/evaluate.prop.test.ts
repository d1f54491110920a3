import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Correlator } from '../../../src/engine/stream/correlator.ts'
import { evaluate, Evaluator } from '../../../src/engine/stream/evaluate.ts'
import { BatchReader } from '../../../src/engine/stream/line-batch.ts'
import { alertId, type Alert } from '../../../src/event/alert.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { NdjsonReader } from '../../../src/event/ndjson.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import type { Program } from '../../../src/ir/rule.ts'
import { judge, timeOf, type Verdict } from './judge.ts'
import { programs, streams } from './program.ts'

/** `PROPERTY_RUNS=10` takes ten times as long. */
const numRuns = 1000 * Number(process.env.PROPERTY_RUNS ?? 1)
const timeout = 60_000 * Number(process.env.PROPERTY_RUNS ?? 1)
const ends = fc.option(fc.integer({ min: 0, max: 40 }), { freq: 3 })

describe('the engine and the brute-force judge give the same alerts', () => {
  it(
    'of a whole file',
    () => {
      fc.assert(
        fc.property(programs, streams, ends, (program, events, now) => {
          const { alerts } = evaluate(program, events, now === null ? {} : { now: timeOf(now) })
          expect(told(alerts, program)).toEqual(judged(program, events, now))
        }),
        { numRuns },
      )
    },
    timeout,
  )

  it(
    'of lines that are read as they stand, whether the alerts are to be shown or not',
    () => {
      fc.assert(
        fc.property(programs, streams, fc.boolean(), fc.boolean(), (program, events, nested, keepFields) => {
          const lines = events.map((event) => lineOf(event, nested))
          const records = lines.map((line, i) => toRecord(JSON.parse(line) as JsonObject, i + 1))
          const evaluator = new Evaluator(program, { keepFields })
          const reader = new NdjsonReader({ name: 'events' })
          reader.feed(new TextEncoder().encode(lines.map((line) => `${line}\n`).join('')), evaluator.lines)
          expect(reader.end()).toEqual([])
          expect(told(evaluator.end().alerts, program)).toEqual(judged(program, records, null))
        }),
        { numRuns },
      )
    },
    timeout,
  )

  it(
    'of stretches of lines that others have looked through',
    () => {
      fc.assert(
        fc.property(programs, streams, fc.nat(14), fc.boolean(), (program, events, cut, keepFields) => {
          const lines = events.map((event) => lineOf(event, true))
          const records = lines.map((line, i) => toRecord(JSON.parse(line) as JsonObject, i + 1))
          const evaluator = new Evaluator(program, { keepFields })
          const reader = new BatchReader(structuredClone(evaluator.search))
          let line = 1
          for (const stretch of [lines.slice(0, cut), lines.slice(cut)]) {
            const batch = reader.read(new TextEncoder().encode(stretch.map((each) => `${each}\n`).join('')))
            if (batch !== null) evaluator.merge(structuredClone(batch), line)
            line += batch?.lines ?? 0
          }
          expect(line).toBe(lines.length + 1)
          const whole = evaluate(program, records)
          const { alerts, untimed, duplicates, stats } = evaluator.end()
          expect({ untimed, duplicates, stats }).toEqual({
            untimed: whole.untimed,
            duplicates: whole.duplicates,
            stats: whole.stats,
          })
          expect(told(alerts, program)).toEqual(judged(program, records, null))
        }),
        { numRuns },
      )
    },
    timeout,
  )

  it(
    'of a stream that arrives out of order',
    () => {
      fc.assert(
        fc.property(programs, streams, ends, fc.boolean(), (program, events, now, marked) => {
          const correlator = new Correlator(program, { heldBack: milliseconds(16) })
          const alerts: Alert[] = []
          let passed = now
          for (const [i, event] of events.entries()) {
            correlator.push(event)
            const rest = events.slice(i + 1).flatMap((one) => one.time ?? [])
            if (marked && rest.length > 0) {
              correlator.watermark(timeOf(Math.min(...rest)))
              // A watermark of a doubled event is a time that has passed too.
              passed = Math.max(passed ?? 0, Math.min(...rest))
            }
            alerts.push(...correlator.drain())
          }
          correlator.end(now === null ? undefined : timeOf(now))
          alerts.push(...correlator.drain())
          expect(correlator.stats.late).toBe(0)
          expect(told(alerts, program)).toEqual(judged(program, events, passed))
        }),
        { numRuns },
      )
    },
    timeout,
  )
})

function lineOf({ time, sequence, id, fields }: EventRecord, nested: boolean): string {
  const names = { ...(sequence !== null && { sequence }), ...(id !== null && { id }) }
  const dotted = Object.entries(names).map(([name, value]) => [`event.${name}`, value] as const)
  const stamp = time === null ? {} : { '@timestamp': new Date(time).toISOString() }
  return JSON.stringify({ ...fields, ...stamp, ...(nested ? { event: names } : Object.fromEntries(dotted)) })
}

function judged(program: Program, events: readonly EventRecord[], now: number | null): string[] {
  return judge(program, events, now ?? -Infinity)
    .map((one: Verdict) => line(alertId(one.rule, one.group, one.first, one.last), one.rule, one.lines, program))
    .sort()
}

function told(alerts: readonly Alert[], program: Program): string[] {
  return alerts
    .map((alert) => {
      const lines = alert.steps.map((step) => step.event?.line ?? null)
      return line(alert.id, alert.rule, lines, program)
    })
    .sort()
}

/** Identity and steps; those of an unordered alert have no order. */
function line(id: string, rule: string, lines: readonly (number | null)[], program: Program): string {
  const of = [...program.rules.values()].find((one) => one.id === rule)
  const unordered = of?.kind === 'correlation' && of.body.type === 'unordered'
  return `${rule} ${(unordered ? [...lines].sort() : lines).join(' ')} ${id}`
}
