import type { Pattern } from '../../ir/pattern.ts'
import type { Order } from '../../ir/predicate.ts'
import { foldClass } from '../../ir/regex/case-fold.ts'
import { escapeLucene } from '../regex/lucene.ts'
import { INTRICATE, isPatternDeterminable } from '../regex/pattern-tree.ts'
import type { Dialect, Said } from '../search/dialect.ts'

const SYMBOL: Readonly<Record<Order, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

/** Elasticsearch refuses longer expressions (`index.max_regex_length`, 1,000 by default). */
const LONGEST_REGEX = 1000
const SHORTER = 'test a shorter part of it'

/** The syntax of Lucene's classic query parser, with what Elasticsearch adds to it (`_exists_`, `>=`). */
export const luceneDialect: Dialect = {
  language: 'lucene',
  // Below 1,024 clauses, the least that any node allows, with room for what it adds.
  mostTerms: 1000,
  and: 'AND',
  or: 'OR',
  not: 'NOT',
  everything: '*:*',
  /** A `*` in a name means every field that has this form, also behind a backslash. */
  field: (name) => (name === '' || name.includes('*') ? undefined : name.replace(/[^\p{L}\p{N}_.@]/gu, '\\$&')),
  exists: (field) => `_exists_:${field}`,
  match(field, values) {
    const [only] = values
    return `${field}:${values.length === 1 && only !== undefined ? only : `(${values.join(' OR ')})`}`
  },
  exactly: (value) => (/^[A-Za-z0-9_.]+$/.test(value) && !WORD.test(value) ? value : `"${escapeQuoted(value)}"`),
  order: (field, operator, value) => `${field}:${SYMBOL[operator]}${value}`,
  text: (pattern, cased) => (cased ? wildcards(pattern) : caseless(pattern)),
  regex: (source) => ({ value: delimited(source) }),
  anywhere: (value) => value,
}

/** Words that the parser takes as operators. */
const WORD = /^(?:AND|OR|NOT|TO)$/

function escapeQuoted(value: string): string {
  return value.replace(/["\\]/g, '\\$&')
}

function wildcards(pattern: Pattern): Said {
  if (!isPatternDeterminable(pattern, true)) return { unsaid: INTRICATE, hint: SHORTER }
  const written = pattern.map((part) => {
    if (part.kind === 'any') return '*'
    return part.kind === 'one' ? '?' : part.text.replace(/[^\p{L}\p{N}_.]/gu, '\\$&')
  })
  return { value: written.join('') }
}

/** A pattern as an expression over the whole value, each letter in all its cases (Unicode simple folding). */
function caseless(pattern: Pattern): Said {
  if (!isPatternDeterminable(pattern, false)) return { unsaid: INTRICATE, hint: SHORTER }
  let source = ''
  for (const part of pattern) {
    if (part.kind === 'any') source += '.*'
    else if (part.kind === 'one') source += '.'
    else source += foldedText(part.text)
  }
  const text = delimited(source)
  if (text.length - 2 <= LONGEST_REGEX) return { value: text }
  const unsaid = `so long a text without regard to case (over ${LONGEST_REGEX} characters as a regular expression)`
  return { unsaid, hint: `${SHORTER}, or add the modifier cased` }
}

function foldedText(text: string): string {
  let source = ''
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at) ?? 0
    source += foldedForms.get(code) ?? folded(code)
    at += code > 0xffff ? 2 : 1
  }
  return source
}

const foldedForms = new Map<number, string>()

function folded(code: number): string {
  const same = foldClass(code).map((each) => String.fromCodePoint(each))
  const form = same.length === 1 ? escapeLucene(same.join('')) : `[${same.join('')}]`
  foldedForms.set(code, form)
  return form
}

/**
 * An expression between slashes. A backslash before the last slash would escape it, whatever stands before the
 * backslash, for the parser takes the longest stretch it can.
 */
function delimited(source: string): string {
  return `/${source.replaceAll('/', '\\/').replace(/\\\\$/, '[\\\\]')}/`
}
