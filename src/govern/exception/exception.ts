import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import { parseYaml, type ScalarNode } from '../../diagnostic/yaml.ts'
import type { Time } from '../../event/record.ts'
import { DAY, decodeDay } from '../day.ts'
import { decodeScope, type Scope } from './scope.ts'

/**
 * What a rule is not to see for a while (rules/exceptions): events in the scope are left out for that rule, for each of
 * its steps and absences, as an exception item of Kibana does.
 */
export interface Exception {
  readonly id: string
  readonly title: string
  /** The rule by name, id or title. */
  readonly rule: ScalarNode
  readonly reason: string
  /** The role that answers for it. */
  readonly owner: string
  /** Who wrote it, and who let it be: not the same. */
  readonly author: string
  readonly approver: string
  readonly ticket: string
  readonly scope: Scope
  /** The first day, and the end of the last one. */
  readonly from: Time
  readonly until: Time
  /** Ids of the alerts that led to it. */
  readonly alerts: readonly string[]
  /** The rules that still see what this one no longer does, by name, id or title. */
  readonly residual: readonly ScalarNode[]
  /** The attack that the rule must still find, and the benign run that it must no longer report. */
  readonly tests: { readonly fires: ExceptionTest; readonly silent: ExceptionTest }
  readonly span: Span
}

export interface ExceptionTest {
  /** The recording (NDJSON), relative to the file of the exception. */
  readonly events: string
  readonly span: Span
}

/** An exception holds a year at most. */
const LONGEST = 366 * DAY

/** Reads an exception. A file with a mistake gives its diagnostics and no exception. */
export function parseException(source: Source): {
  readonly exception?: Exception
  readonly diagnostics: readonly Diagnostic[]
} {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    const span = root?.span ?? { source, start: 0, end: 0 }
    if (diagnostics.length === 0) diagnostics.push(error('govern/wrong-type', 'an exception must be a map', span))
    return { diagnostics }
  }
  const reader = new MapReader(root, 'govern', 'an exception', diagnostics)
  const exception = decodeException(reader, diagnostics)
  reader.finish()
  return hasErrors(diagnostics) || exception === undefined ? { diagnostics } : { exception, diagnostics }
}

const NEEDED = ['id', 'title', 'rule', 'reason', 'owner', 'author', 'approver', 'ticket', 'scope', 'from', 'until']

function decodeException(reader: MapReader, diagnostics: Diagnostic[]): Exception | undefined {
  reader.require(...NEEDED, 'residual', 'tests')
  const text = (key: string): string => reader.text(key)?.trim() ?? ''
  const [rule] = reader.texts('rule') ?? []
  const from = decodeDay(reader, 'from', diagnostics)
  const last = decodeDay(reader, 'until', diagnostics)
  const scope = decodeScope(reader.map('scope'), diagnostics)
  const map = reader.map('tests')
  const tests = map && decodeTests(new MapReader(map, 'govern', '"tests"', diagnostics), diagnostics)
  const exception = {
    ...{ id: text('id'), title: text('title'), reason: text('reason'), owner: text('owner') },
    ...{ author: text('author'), approver: text('approver'), ticket: text('ticket'), scope },
    alerts: (reader.texts('alerts') ?? []).map((each) => each.text),
    residual: reader.texts('residual') ?? [],
    span: reader.span,
  }
  for (const key of NEEDED)
    if (reader.node(key)?.kind === 'scalar' && reader.text(key)?.trim() === '')
      diagnostics.push(error('govern/missing-key', `"${key}" says nothing`, reader.node(key)?.span))
  if (!/^[A-Za-z0-9._-]{0,64}$/.test(exception.id)) {
    const hint = 'letters, digits, ".", "-" and "_", at most 64: it is the name of the item in the target as well'
    diagnostics.push(error('govern/name', `"${exception.id}" cannot be an id`, reader.node('id')?.span, { hint }))
  }
  if (rule === undefined || from === undefined || last === undefined || tests === undefined) return undefined
  const until = (last + DAY - 1) as Time
  checkTerm(from, until, reader, diagnostics)
  return { ...exception, rule, from, until, tests }
}

function checkTerm(from: Time, until: Time, reader: MapReader, diagnostics: Diagnostic[]): void {
  const span = reader.node('until')?.span
  if (until < from) diagnostics.push(error('govern/exception-term', 'the exception ends before it begins', span))
  if (until - from > LONGEST) {
    const hint = 'write it anew when it is still needed then'
    diagnostics.push(error('govern/exception-too-long', 'an exception holds a year at most (DP-8)', span, { hint }))
  }
}

function decodeTests(reader: MapReader, diagnostics: Diagnostic[]): Exception['tests'] | undefined {
  reader.require('fires', 'silent')
  const one = (key: string): ExceptionTest | undefined => {
    const events = reader.text(key)
    const span = reader.node(key)?.span
    return events === undefined || span === undefined ? undefined : { events, span }
  }
  const [fires, silent] = [one('fires'), one('silent')]
  reader.finish()
  if (fires !== undefined && fires.events === silent?.events)
    diagnostics.push(
      error('govern/same-test', 'one recording cannot be both the attack and the benign run', fires.span),
    )
  return fires && silent ? { fires, silent } : undefined
}
