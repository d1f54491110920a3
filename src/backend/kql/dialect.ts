import type { Pattern } from '../../ir/pattern.ts'
import type { Order } from '../../ir/predicate.ts'
import { INTRICATE, isPatternDeterminable } from '../regex/pattern-tree.ts'
import type { Dialect, Said } from '../search/dialect.ts'

const SYMBOL: Readonly<Record<Order, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }
const SENSIBLE = 'compile this rule to Lucene, which has a form for it'

export const kqlDialect: Dialect = {
  language: 'kql',
  // Elasticsearch's reader calls itself for each alternative: a node of 8.19 ended at 1,500 of them.
  mostTerms: 500,
  and: 'and',
  or: 'or',
  not: 'not',
  everything: '*',
  field(name) {
    if (name === '' || name.includes('*')) return undefined
    return /^[\p{L}\p{N}_.@-]+$/u.test(name) && !WORD.test(name) ? name : quoted(name)
  },
  exists: (field) => `${field}: *`,
  match(field, values) {
    const each = values.map((value) => `${field}: ${value}`)
    return each.length === 1 ? each.join('') : `(${each.join(' or ')})`
  },
  exactly: (value) => (/^\d+(\.\d+)?$/.test(value) ? value : quoted(value)),
  order: (field, operator, value) => `${field} ${SYMBOL[operator]} ${value.startsWith('-') ? quoted(value) : value}`,
  text: (pattern, cased) =>
    cased
      ? wildcards(pattern)
      : { unsaid: 'a text without regard to case: keywords compare with case', hint: SENSIBLE },
  regex: () => ({ unsaid: 'a regular expression', hint: SENSIBLE }),
}

const WORD = /^(?:and|or|not)$/i

const ESCAPES: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** Behind a backslash Elasticsearch takes the closing quote as one that is escaped, also when the backslash itself is. */
function quoted(value: string): string {
  const escaped = value.replace(/["\\\n\r\t]/g, (found) => ESCAPES[found] ?? `\\${found}`)
  return `"${escaped.replace(/\\\\$/, '\\u005c')}"`
}

/**
 * Kibana takes what stands around `*` for itself; Elasticsearch's own reader takes `?` as a wildcard and escapes as no
 * wildcard at all, and Kibana splits at spaces where it does not know the field. What both take alike are plain
 * characters.
 */
function wildcards(pattern: Pattern): Said {
  if (pattern.some((part) => part.kind === 'one')) return { unsaid: 'the wildcard "?"', hint: SENSIBLE }
  const odd = pattern.find((part) => part.kind === 'text' && /[\s\\():<>"*{}?]/.test(part.text))
  if (odd?.kind === 'text') {
    const found = /[\s\\():<>"*{}?]/.exec(odd.text)?.[0] ?? ''
    const what = /\s/.test(found) ? 'a space' : `"${found}"`
    return { unsaid: `a wildcard beside ${what}, which Kibana and Elasticsearch read differently`, hint: SENSIBLE }
  }
  if (!isPatternDeterminable(pattern, true)) return { unsaid: INTRICATE, hint: 'test a shorter part of it' }
  return { value: pattern.map((part) => (part.kind === 'text' ? part.text : '*')).join('') }
}
