import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Backend, NativeQuery } from '../../src/backend/backend.ts'
import { eqlBackend } from '../../src/backend/eql/backend.ts'
import { splBackend } from '../../src/backend/spl/backend.ts'
import { renderDiagnostic } from '../../src/diagnostic/frame.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { parseEql, runEql } from '../../src/engine/eql/run.ts'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { alertId } from '../../src/event/alert.ts'
import { recordReader } from '../../src/event/record-reader.ts'
import type { EventRecord } from '../../src/event/record.ts'
import { schemaFields } from '../../src/event/schema.ts'
import type { Rule } from '../../src/ir/rule.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { search, textOf } from '../backend/spl/search.ts'
import { compiledTask } from './compiled-task.ts'
import { eventOf, streams, tasks } from './grant-samples.ts'

const CONTEXT = {
  mapping: ecs,
  store: { elasticIndex: 'logs-detpack.use-*', splunkBase: 'index=detpack sourcetype="detpack:event"' },
  today: '2026-11-23',
}
const TYPES = new Map(schemaFields.map(({ name, type }) => [name, type]))

/** The identities of the alerts that a query finds. */
const RUN: Readonly<
  Record<'eql' | 'spl', (query: NativeQuery, rule: Rule, events: readonly EventRecord[]) => string[]>
> = {
  eql({ text }, rule, events) {
    const parsed = parseEql(new Source('compiled.eql', text))
    if ('diagnostics' in parsed) throw new Error(parsed.diagnostics.map(renderDiagnostic).join('\n'))
    const result = runEql(parsed.query, events, { tiebreakerField: 'event.sequence', types: TYPES })
    if (result.of === 'refused') throw new Error(result.diagnostics.map(renderDiagnostic).join('\n'))
    if (result.of === 'events') return result.events.map(({ id }) => alertId(rule.id, {}, id ?? '', id ?? ''))
    return result.sequences.map(({ keys, events }) =>
      alertId(rule.id, groupOf(rule, keys), events[0]?.id ?? '', events.at(-1)?.id ?? ''),
    )
  },
  spl({ text }, rule, events) {
    return search(text, events).map((row) => {
      const group = groupOf(
        rule,
        keysOf(rule).map((_, at) => textOf(row[`group_${at + 1}`])),
      )
      return alertId(rule.id, group, textOf(row.first_id), textOf(row.last_id ?? row.first_id))
    })
  },
}

function groupOf(rule: Rule, values: readonly (string | null)[]): Record<string, string> {
  return Object.fromEntries(keysOf(rule).map((name, at) => [name, values[at] ?? '']))
}

function keysOf(rule: Rule): string[] {
  return rule.kind === 'correlation' ? rule.group.map(({ name }) => name) : []
}

it.each([
  ['eql', eqlBackend, 10],
  ['spl', splBackend, 10],
] as const)(
  '%s finds of the clauses that it can say what the stream engine finds',
  (language, backend: Backend, least) => {
    let alerts = 0
    const said = new Set<string>()
    fc.assert(
      fc.property(tasks, streams, (task, uses) => {
        const read = recordReader()
        const events = uses.map((use, at) => read(eventOf(use), at + 1))
        const program = compiledTask(task)
        const found = evaluate(program, events).alerts
        for (const rule of program.rules.values()) {
          const compiled = rule.alone ? backend.compile(program, rule.id, CONTEXT) : undefined
          if (compiled?.kind !== 'query' || events.length === 0) continue
          const expected = found.filter((alert) => alert.rule === rule.id).map(({ id }) => id)
          expect(RUN[language](compiled.query, rule, events).sort(), compiled.query.text).toEqual(expected.sort())
          alerts += expected.length
          said.add(rule.name?.replace(/^a\.(?:g\d\.)?/, '') ?? '')
        }
      }),
      { numRuns: 30 },
    )
    expect(alerts).toBeGreaterThan(least)
    expect([...said]).toEqual(
      expect.arrayContaining(['when', 'only-to', 'only-to.at-once', 'unless', 'not-granted.read']),
    )
  },
)
