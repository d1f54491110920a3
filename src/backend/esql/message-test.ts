import type { Pattern } from '../../ir/pattern.ts'
import type { Test, ValueTest } from '../../ir/predicate.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { parseRegex } from '../../ir/regex/parse.ts'
import type { RegexNode } from '../../ir/regex/tree.ts'
import { no, searching, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { quote } from './literal.ts'
import { LONGEST_REGEX, matchesWord } from './text-test.ts'
import { patternRegex } from './text-pattern.ts'

const HINT = 'name the field; or compile this rule to SPL, or deploy it to the target "local"'

/**
 * A keyword that may stand in any field: the search index is asked for it in all fields at once, by a regular expression
 * of the whole value. It looks into keyword fields only. So where the mapping has fields of other types, a keyword that
 * could be the text of a number, time, address or boolean is refused.
 */
export function emitMessageTest(of: Test, emission: Emission): Condition {
  const form = formOf(of.test)
  if (form === undefined || 'unsupported' in form) {
    emission.refuse(form?.unsupported ?? 'this test on whatever field it may be', of.span, HINT)
    return no
  }
  const typed = emission.context.mapping.field('@timestamp') !== undefined
  if (typed && form.mayBeTyped)
    emission.refuse(
      'a keyword that may stand in any field and could be a number, time, address or boolean',
      of.span,
      HINT,
    )
  if (form.regex.length > LONGEST_REGEX)
    emission.refuse(`so long a keyword (${LONGEST_REGEX} characters as a regular expression)`, of.span, HINT)
  if (form.open > MOST_OPEN)
    emission.refuse(`more than ${MOST_OPEN} characters that are left open, in whatever field`, of.span, HINT)
  return searching(`QSTR(${quote(`\\*:/${form.regex.replaceAll('/', '\\/')}/`)})`)
}

/**
 * Each character that is left open may double the states of the automaton behind a `*`. Of one that grows too large the
 * search finds nothing, without a word.
 */
const MOST_OPEN = 8

/** The expression, and what of it decides whether it can be asked. */
type Form =
  | {
      readonly regex: string
      /** It may have the form of a value that is no text. */
      readonly mayBeTyped: boolean
      /** Characters that may be many. */
      readonly open: number
    }
  | { readonly unsupported: string }

function formOf(test: ValueTest): Form | undefined {
  switch (test.is) {
    case 'text':
      return ofPattern(test.pattern, test.cased)
    case 'regex': {
      const parsed = parseRegex(test.source, test.flags)
      if ('unsupported' in parsed) return parsed
      const emitted = emitLuceneRegex(parsed.node)
      if ('unsupported' in emitted) return emitted
      return { regex: emitted.text, mayBeTyped: treeMayBeTyped(parsed.node), open: openIn(parsed.node) }
    }
    case 'number':
    case 'boolean':
    case 'null':
    case 'exists':
    case 'order':
    case 'cidr':
    case 'field':
    case 'time-part':
      return undefined
  }
}

function ofPattern(of: Pattern, cased: boolean): Form {
  const letters = of.flatMap((part) => (part.kind === 'text' ? Array.from(part.text) : []))
  const mayBeTyped =
    ALPHABETS.some((alphabet) => letters.every((letter) => alphabet.test(letter))) ||
    ['true', 'false'].some((word) => matchesWord(of, cased, word))
  return { regex: patternRegex(of, cased), mayBeTyped, open: of.filter(({ kind }) => kind === 'one').length }
}

/** A letter in both cases is not open; what is repeated without end is a loop, and makes no more states. */
function openIn(node: RegexNode): number {
  switch (node.kind) {
    case 'empty':
    case 'anchor':
      return 0
    case 'set':
      return node.set.reduce((sum, [low, high]) => sum + high - low + 1, 0) > 4 ? 1 : 0
    case 'repeat':
      return openIn(node.of) * Math.max(node.min, node.max ?? 0)
    case 'alternate':
    case 'concat':
      return node.of.reduce((sum, each) => sum + openIn(each), 0)
  }
}

/** Characters of times and whole numbers, and of addresses. */
const ALPHABETS: readonly RegExp[] = [/[0-9TZ:.+-]/i, /[0-9a-f:.]/i]
const WORDS = /[truefals]/i

/** Unless a character is needed that no such text has. */
function treeMayBeTyped(node: RegexNode): boolean {
  const parts = node.kind === 'concat' ? node.of : [node]
  return [...ALPHABETS, WORDS].some((alphabet) =>
    parts.every((part) => part.kind !== 'set' || part.set.some(([low, high]) => overlaps(low, high, alphabet))),
  )
}

function overlaps(low: number, high: number, alphabet: RegExp): boolean {
  for (let code = low; code <= Math.min(high, 0x7f); code++) if (alphabet.test(String.fromCharCode(code))) return true
  return false
}
