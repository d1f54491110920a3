import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { any, one, pattern, text, type Pattern } from '../ir/pattern.ts'
import { all, anyOf, field, type Predicate } from '../ir/predicate.ts'

/** An exception of a pack, as far as a target is told of it: events in its scope are not there for the rule. */
export interface PackException {
  readonly id: string
  readonly title: string
  readonly reason: string
  readonly owner: string
  readonly author: string
  readonly approver: string
  readonly ticket: string
  readonly scope: readonly ScopePart[]
  /** The end of the last day, ms since 1970: from then on, by the clock of who runs the rule, it covers nothing. */
  readonly until: number
  readonly span: Span
}

/** One field of a scope; any of the values will do. */
export interface ScopePart {
  readonly field: string
  /** `is`: the exact text. `like`: a pattern, in which `*` stands for any letters, `?` for one. Both with case. */
  readonly test: 'is' | 'like'
  readonly values: readonly string[]
  readonly span: Span
}

/** With more values than this a part is no part of a query but a list of its own, where the target keeps such. */
const MOST_WRITTEN = 500
/** A lookup of Splunk reads no more rows of the KV store (limits.conf, max_rows_per_query); Kibana takes 65,536. */
const MOST_VALUES = 50_000

type KnownTypes = (field: string) => { readonly type: string } | undefined

/** What an exception says of itself in a target, in one text. */
export function exceptionNote({ reason, owner, author, approver, ticket }: PackException): string {
  return `${reason}\n\nOwner: ${owner}. Written by ${author}, approved by ${approver}. Ticket: ${ticket}.`
}

/** Whether the values of a part are kept as a list. */
export function isListed({ test, values }: Pick<ScopePart, 'test' | 'values'>): boolean {
  return test === 'is' && values.length > MOST_WRITTEN
}

/** The values as a list holds them: each once, in order. */
export function listedValues({ values }: Pick<ScopePart, 'values'>): readonly string[] {
  return [...new Set(values)].sort()
}

/** The events that a scope covers. */
export function coveredEvents(scope: readonly Pick<ScopePart, 'field' | 'test' | 'values'>[]): Predicate {
  return all(
    ...scope.map(({ field: name, test, values }) =>
      anyOf(
        ...values.map((value) => {
          const form = test === 'is' ? pattern(text(value)) : patternOf(value)
          return field(name, { is: 'text', pattern: form, cased: true })
        }),
      ),
    ),
  )
}

/** A backslash takes the meaning of the letter after it away, as in Elasticsearch's `wildcard`. */
function patternOf(written: string): Pattern {
  return pattern(
    ...(written.match(/\\[\s\S]|[\s\S]/gu) ?? []).map((part) => {
      if (part === '*') return any
      return part === '?' ? one : text(part.replace(/^\\(?=[\s\S])/, ''))
    }),
  )
}

/**
 * Why the parts of a scope do not mean the same in every target: `artifact/exception-field`, for a field that the mapping
 * does not know, whose values stores compare otherwise than by their text, or of which a list cannot hold a value;
 * `artifact/exception-size`, for more values than a list may have.
 */
export function unfitScope({ scope }: Pick<PackException, 'scope'>, knows: KnownTypes): readonly Diagnostic[] {
  return scope.flatMap(({ field: name, test, values, span }) => {
    const type = knows(name)?.type
    const refused = (message: string, hint?: string): readonly Diagnostic[] => [
      error('artifact/exception-field', message, span, { hint }),
    ]
    if (type === undefined) return refused(`the mapping does not know "${name}", so that an exception may never be met`)
    if (test === 'like' && type !== 'keyword')
      return refused(`"${name}" is no text (${type}), and has no patterns`, 'name the values')
    if (type === 'date') return refused(`"${name}" is a time, which Elasticsearch compares by stretches`)
    if (values.some((value) => value === '')) return refused(`no exception is made for an empty "${name}"`)
    const strange = values.find((value) => !isWrittenSo(value, type))
    if (strange !== undefined)
      return refused(`events never hold "${strange}" in "${name}" (${type})`, 'write the value as events have it')
    if (values.length > MOST_VALUES) {
      const message = `"${name}" has ${values.length} values, and ${MOST_VALUES} are the most`
      return [error('artifact/exception-size', message, span, { hint: 'write a pattern' })]
    }
    if (!isListed({ test, values }) || values.every(isLine)) return []
    return refused(`a list of values for "${name}" holds none with a line break, or of blanks alone`)
  })
}

/** Lists are sent as lines of a file. */
function isLine(value: string): boolean {
  return value.trim() !== '' && !/[\r\n\u2028\u2029]/.test(value)
}

/** Whether a value is the one text of what it means: a store that knows the type takes other texts for the same. */
function isWrittenSo(value: string, type: string): boolean {
  switch (type) {
    case 'long':
    case 'double':
      return String(Number(value)) === value
    case 'boolean':
      return value === 'true' || value === 'false'
    case 'ip':
      // No network, no upper case, no group with a zero in front or as four digits of zeros.
      return /^[0-9a-f.:]+$/.test(value) && !/(?:^|[:.])0[0-9a-f]/.test(value)
    default:
      return true
  }
}
