import { expect } from 'vitest'
import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { runSpl, type SplContext, type SplResult } from '../../../src/engine/spl/run-spl.ts'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { Time } from '../../../src/event/record.ts'

/** Monday, noon. */
export const NOW = Date.parse('2026-11-23T12:00:00Z') as Time

/** Runs a search on events in the order of their arrival. */
export function run(
  text: string,
  events: readonly JsonObject[] = [],
  more: Partial<Omit<SplContext, 'lookups'>> & {
    readonly lookups?: Readonly<Record<string, readonly JsonObject[]>>
  } = {},
): SplResult {
  const { lookups = {}, timeField, ...rest } = more
  const records = events.map((fields, at) => toRecord(fields, at + 1, { timeField }))
  return runSpl(new Source('search.spl', text), records, {
    now: NOW,
    timeField,
    ...rest,
    lookups: new Map(Object.entries(lookups)),
  })
}

/** The rows of a search that has nothing to tell. */
export function rows(...given: Parameters<typeof run>): readonly JsonObject[] {
  const result = run(...given)
  expect(result.diagnostics.map(said)).toEqual([])
  return result.kind === 'rows' ? result.rows : []
}

/** One field of each row; undefined where it is missing. */
export function column(name: string, ...given: Parameters<typeof run>): readonly (Json | undefined)[] {
  return rows(...given).map((row) => row[name])
}

/** The value of an expression; undefined for null. */
export function value(expression: string, fields: JsonObject = {}): Json | undefined {
  const found = rows(`* | eval result=${expression}`, [fields])
  return found[0]?.result
}

/** `line:column code message (hint)` of all that a search has to tell. */
export function told(...given: Parameters<typeof run>): readonly string[] {
  return run(...given).diagnostics.map(said)
}

function said({ code, message, span, hint }: Diagnostic): string {
  const at = span?.source.position(span.start)
  return `${at ? `${at.line}:${at.column} ` : ''}${code} ${message}${hint === undefined ? '' : ` (${hint})`}`
}
