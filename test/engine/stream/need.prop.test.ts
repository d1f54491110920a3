import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { neededBy } from '../../../src/engine/stream/need.ts'
import type { EventFilter } from '../../../src/event/event-filter.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { ObjectValues } from '../../../src/event/object-values.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { not } from '../../../src/ir/predicate.ts'
import type { Program } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { readSigma } from '../../../src/sigma/index.ts'
import { eventRule, programOf, programs, streams } from '../brute-force/program.ts'

/** The identities of all alerts, at the same moment for the whole stream and for what is left of it. */
function alertsOf(program: Program, events: readonly EventRecord[], now: number): readonly string[] {
  return evaluate(program, events, { now: now as never }).alerts.map((alert) => alert.id)
}

function endOf(events: readonly EventRecord[]): number {
  return Math.max(0, ...events.map((event) => event.time ?? 0))
}

/** One id is one event (event contract §1); here they are drawn by chance. */
function eachOnce(events: readonly EventRecord[]): readonly EventRecord[] {
  const seen = new Set<string>()
  return events.filter(({ id }) => id === null || (!seen.has(id) && seen.add(id)))
}

/** Event rules alert only as a part of correlations, as most of a pack do: then some of them may not be needed. */
function onlyCorrelations(program: Program): Program {
  return programOf(
    ...Array.from(program.rules.values(), (rule) => (rule.kind === 'event' ? { ...rule, alone: false } : rule)),
  )
}

function isNeeded({ fields, every, needs }: EventFilter): (event: JsonObject) => boolean {
  const values = new ObjectValues(fields, every)
  return (event) => {
    values.turn(event)
    return needs(values)
  }
}

const root = path.join(import.meta.dirname, '../../..')
const filesIn = (folder: string, ending: string): readonly string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => readFileSync(path.join(root, folder, name), 'utf8'))

describe('what a program needs', () => {
  it('gives the same alerts as everything, for any rules and any stream', () => {
    let [left, all] = [0, 0]
    fc.assert(
      fc.property(programs, streams.map(eachOnce), fc.boolean(), (given, events, alone) => {
        const program = alone ? given : onlyCorrelations(given)
        const needs = isNeeded(neededBy(program).filter)
        const needed = events.filter((event) => needs(event.fields))
        left += events.length - needed.length
        all += events.length
        const end = endOf(events)
        expect(alertsOf(program, needed, end)).toEqual(alertsOf(program, events, end))
      }),
      { numRuns: 500 },
    )
    // A filter that lets everything pass would be exact too.
    expect(left).toBeGreaterThan(all / 50)
  })

  it('gives the same alerts of the pack on its recordings, and leaves most of them out', () => {
    const sources = filesIn('rules/detections', '.yml').map((text, place) => new Source(`rule-${place}.yml`, text))
    const { program } = ecs.mapProgram(readSigma(sources).program)
    const events = filesIn('test/recordings', '.ndjson')
      .flatMap((text) => text.split('\n').filter((line) => line !== ''))
      .map((line, at) => toRecord(JSON.parse(line) as JsonObject, at + 1))
    const { filter, diagnostics } = neededBy(program)
    const needs = isNeeded(filter)
    const needed = events.filter((event) => needs(event.fields))
    const end = endOf(events)
    expect(alertsOf(program, needed, end)).toEqual(alertsOf(program, events, end))
    expect(diagnostics).toEqual([])
    expect(needed.length).toBeLessThan(events.length / 2)
  })

  it('is everything when a rule cannot be asked here', () => {
    const unknown = eventRule('r', {
      op: 'test',
      subject: { kind: 'field', name: 'a' },
      test: { is: 'regex', source: '(?=x)', flags: { ignoreCase: false, multiline: false, dotAll: false } },
    })
    const { filter, diagnostics } = neededBy(programOf(unknown))
    expect([isNeeded(filter)({}), diagnostics.map((one) => one.code)]).toEqual([true, ['engine/need']])
  })

  it('is nothing of what only rules ask for that nobody uses', () => {
    const rule = { ...eventRule('r', not({ op: 'any', of: [] })), alone: false }
    expect(isNeeded(neededBy(programOf(rule)).filter)({ a: 1 })).toBe(false)
  })
})
