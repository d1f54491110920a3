import type { EventRecord } from '../../event/record.ts'
import type { Bound } from './bound.ts'
import type { Columns } from './columns.ts'
import type { EventFields } from './event-field.ts'
import { luceneRegex } from './lucene-regex.ts'
import { Refusal } from './refusal.ts'
import { expressionsOf, partsOf, type Command, type Expression } from './tree.ts'
import { cell, each, type Value } from './value.ts'

/**
 * A column that no query can name: the values of all keyword fields of an event, for QSTR. It is there for the conditions
 * that stand right behind the source, and for no other command.
 */
export const SEARCHED = '*'

/** The one form of a query string that is run: a regular expression of a whole value, in whatever field. */
const FORM = /^\\?\*:\/((?:[^\\/]|\\[^])+)\/$/

type Call = Extract<Expression, { kind: 'call' }>

export function isSearch(of: Expression): of is Call {
  return of.kind === 'call' && of.name.toLowerCase() === 'qstr'
}

/** How many conditions stand right behind the source, and whether any of them searches. Throws where QSTR may not stand. */
export function searchingConditions(rest: readonly Command[]): { readonly count: number; readonly search: boolean } {
  const first = rest.findIndex(({ kind }) => kind !== 'where')
  const count = first === -1 ? rest.length : first
  const conditions = rest.slice(0, count).flatMap(expressionsOf)
  const inner = conditions.flatMap(belowConnectives)
  const misplaced = [...inner.flatMap((of) => (isSearch(of) ? [] : [of])), ...rest.slice(count).flatMap(expressionsOf)]
  for (const of of misplaced) refuseSearch(of)
  return { count, search: inner.some(isSearch) }
}

/** What AND, OR and NOT connect. */
function belowConnectives(of: Expression): readonly Expression[] {
  return of.kind === 'and' || of.kind === 'or' || of.kind === 'not' ? partsOf(of).flatMap(belowConnectives) : [of]
}

function refuseSearch(of: Expression): void {
  if (isSearch(of))
    throw new Refusal(
      'esql/unsupported',
      'QSTR is run only in the conditions right behind the source, by itself or connected by AND, OR and NOT',
      of.span,
    )
  partsOf(of).forEach(refuseSearch)
}

/** All values of keyword fields; fields of other types no regular expression is asked of. */
export function searchedValues(fields: EventFields): (event: EventRecord) => Value {
  const readers = fields
    .names()
    .flatMap((name) => (fields.typeOf(name) === 'keyword' ? [fields.reader(name, 'keyword')] : []))
  return (event) => cell(readers.flatMap((read) => each(read(event))))
}

export function bindSearch(of: Call, columns: Columns): Bound {
  const [argument] = of.args
  const text = argument?.kind === 'literal' && of.args.length === 1 ? argument.value : undefined
  const source = typeof text === 'string' ? FORM.exec(text)?.[1] : undefined
  if (source === undefined)
    throw new Refusal('esql/unsupported', 'of QSTR only "\\\\*:/regular expression/" is run', of.span)
  const test = luceneRegex(source)
  if (typeof test !== 'function')
    throw new Refusal('esql/regex', `cannot run this pattern: ${test.unsupported}`, of.span)
  const { place } = columns.find(SEARCHED, of.span)
  const evaluate: Bound['evaluate'] = (row) => each(row[place] ?? null).some((value) => test(value as string))
  return { type: 'boolean', span: of.span, evaluate }
}
