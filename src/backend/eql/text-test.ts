import type { Pattern } from '../../ir/pattern.ts'
import { literal } from '../../ir/pattern.ts'
import { foldClass } from '../../ir/regex/case-fold.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { INTRICATE, isPatternDeterminable, patternTree } from '../regex/pattern-tree.ts'
import { concat, type RegexNode } from '../../ir/regex/tree.ts'
import { term } from '../condition-tree.ts'
import { compare, type Expression } from './expression.ts'
import { eqlText } from './syntax.ts'

/**
 * A text pattern on a keyword field, or what cannot be said. EQL's `:` and `like` know the same two wildcards as Sigma
 * but no escape for them: a literal `*` or `?` goes by `==`, `in~` or a regular expression. `:` and `in~` fold ASCII
 * only, so a letter beyond it is spelt out in each of its forms (semantics §1).
 */
export function textTest(field: string, pattern: Pattern, cased: boolean): Expression | { readonly unsaid: string } {
  const whole = literal(pattern)
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return term(`${field} != null`)
  if (whole === '') return compare(field, '==', '""')
  if (cased) return whole === undefined ? wildcards(field, pattern, true) : compare(field, '==', eqlText(whole))
  return whole === undefined ? wildcards(field, pattern, false) : insensitive(field, whole)
}

function insensitive(field: string, whole: string): Expression | { readonly unsaid: string } {
  const spellings = spellingsOf(whole)
  if (!spellings) return regexOf(field, [{ kind: 'text', text: whole }], false)
  return compare(field, needsEscape(whole) ? 'in~' : ':', ...spellings.map(eqlText))
}

function wildcards(field: string, pattern: Pattern, cased: boolean): Expression | { readonly unsaid: string } {
  if (!isPatternDeterminable(pattern, cased)) return { unsaid: INTRICATE }
  if (pattern.some((part) => part.kind === 'text' && needsEscape(part.text))) return regexOf(field, pattern, cased)
  const written = pattern.map((part) => (part.kind === 'text' ? part.text : part.kind === 'any' ? '*' : '?')).join('')
  if (cased) return compare(field, 'like', eqlText(written))
  const spellings = spellingsOf(written)
  return spellings ? compare(field, ':', ...spellings.map(eqlText)) : regexOf(field, pattern, false)
}

/** Elasticsearch uses U+0001 as an escape of its own when it reads a pattern. */
function needsEscape(text: string): boolean {
  return /[*?\u0001]/.test(text)
}

const MOST_SPELLINGS = 8

/** The text with each cased letter beyond ASCII in each of its forms; undefined when there are too many. */
function spellingsOf(text: string): readonly string[] | undefined {
  let spellings = ['']
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    const forms = code < 0x80 ? [character] : foldClass(code).map((form) => String.fromCodePoint(form))
    spellings = spellings.flatMap((before) => forms.map((form) => before + form))
    if (spellings.length > MOST_SPELLINGS) return undefined
  }
  return spellings
}

function regexOf(field: string, pattern: Pattern, cased: boolean): Expression | { readonly unsaid: string } {
  const whole = [START, patternTree(pattern, cased), END]
  const emitted = emitLuceneRegex(concat(whole))
  return 'text' in emitted ? compare(field, 'regex', eqlText(emitted.text)) : { unsaid: emitted.unsupported }
}

const START: RegexNode = { kind: 'anchor', at: 'start' }
const END: RegexNode = { kind: 'anchor', at: 'end' }
