import type { Language, NativeQuery, ResultIdentity } from '../backend/backend.ts'
import { ROW_CAP } from '../backend/esql/query-text.ts'
import { error, hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { Source } from '../diagnostic/source.ts'
import { parseEql, runEql } from '../engine/eql/run.ts'
import { runEsql } from '../engine/esql/run.ts'
import type { FieldTypes } from '../engine/field-type.ts'
import type { RowResult } from '../engine/query-run.ts'
import { runSpl } from '../engine/spl/run-spl.ts'
import type { Alert } from '../event/alert.ts'
import type { Time } from '../event/record.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { alertsOfRows, alertsOfSequences, finderIn, singleAlerts, type FindEvent } from './native-alert.ts'
import type { Store } from './store.ts'

/** The languages whose text can be run without a server. */
export const offlineLanguages = ['eql', 'esql', 'spl'] as const
export type OfflineLanguage = (typeof offlineLanguages)[number]

export function isOffline(language: Language): language is OfflineLanguage {
  return (offlineLanguages as readonly string[]).includes(language)
}

export interface NativeRun {
  /** Each identity once, by closing event. */
  readonly alerts: readonly Alert[]
  /** With an error the text was refused, or something was cut off: then the alerts are not all. */
  readonly diagnostics: readonly Diagnostic[]
}

export interface RunContext {
  /** That holds the rule. */
  readonly program: Program
  readonly types: FieldTypes
  /** Absence windows that end by then are closed; what a scheduled search knows as "now". */
  readonly now: Time
}

/** Runs the compiled text of a rule in the engine of its language. */
export function runNative(
  query: NativeQuery & { readonly language: OfflineLanguage },
  rule: Rule,
  store: Store,
  context: RunContext,
): NativeRun {
  const find = finderIn(store, rule, context.program)
  const source = new Source(`${rule.name ?? rule.title} in ${query.language}`, query.text)
  return RUNNERS[query.language](source, { identity: query.identity, rule, find, store, context })
}

interface Asked {
  readonly identity: ResultIdentity
  readonly rule: Rule
  readonly find: FindEvent
  readonly store: Store
  readonly context: RunContext
}

const RUNNERS: Readonly<Record<OfflineLanguage, (source: Source, asked: Asked) => NativeRun>> = {
  eql: inEql,
  esql: inEsql,
  spl: inSpl,
}

function inEql(source: Source, { rule, find, store, context: { types } }: Asked): NativeRun {
  const parsed = parseEql(source)
  if ('diagnostics' in parsed) return { alerts: [], diagnostics: parsed.diagnostics }
  const result = runEql(parsed.query, store.events, { types, tiebreakerField: 'event.sequence' })
  const { diagnostics } = result
  switch (result.of) {
    case 'refused':
      return { alerts: [], diagnostics }
    case 'events':
      return { alerts: singleAlerts(rule, result.events, find), diagnostics }
    case 'sequences':
      return { alerts: alertsOfSequences(rule, result.sequences, find), diagnostics }
  }
}

/** A result that the row cap may have cut is an error, not an answer (semantics §3). */
function inEsql(source: Source, { identity, rule, find, store, context: { types, now } }: Asked): NativeRun {
  const result = runEsql(source, store.events, { now, types, timeField: '@timestamp', lookups: new Map() })
  if (result.kind === 'rows' && result.rows.length >= ROW_CAP) {
    const hint = 'narrow the rule, or run it on fewer events'
    return {
      alerts: [],
      diagnostics: [error('prove/row-cap', `ES|QL gives no more than ${ROW_CAP} rows`, rule.span, { hint })],
    }
  }
  return ofRows(result, { identity, rule, find })
}

function inSpl(source: Source, { identity, rule, find, store, context: { types, now } }: Asked): NativeRun {
  const span = { earliest: 0 as Time, latest: now }
  return ofRows(runSpl(source, store.events, { now, types, span, timeField: '@timestamp', lookups: new Map() }), {
    identity,
    rule,
    find,
  })
}

function ofRows(result: RowResult, { identity, rule, find }: Omit<Asked, 'context' | 'store'>): NativeRun {
  const { diagnostics } = result
  if (result.kind === 'refused') return { alerts: [], diagnostics }
  return { alerts: alertsOfRows(rule, identity, result.rows, find), diagnostics }
}

/** Whether a run says all there is. */
export function isWhole({ diagnostics }: NativeRun): boolean {
  return !hasErrors(diagnostics) && !diagnostics.some(({ code }) => code === 'spl/truncated')
}
