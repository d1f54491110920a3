import { complement, everyChar, LAST_CODE_POINT, sizeOf, type CharSet } from '../../ir/char-set.ts'
import { nestsEndlessRepeats, type RegexNode } from '../../ir/regex/tree.ts'

/** An expression in PCRE's dialect, or what it cannot say exactly. */
export type PcreRegex = { readonly text: string } | { readonly unsupported: string }

/**
 * Writes a tree as an unanchored PCRE expression that needs no flags and means the same whatever the defaults are:
 * sets instead of `\d` or `.`, `\A` and `\z` instead of `^` and `$`, look-around instead of `\b`.
 *
 * PCRE backtracks and gives up at a limit, without a word; so an endless repetition inside another is refused.
 */
export function emitPcre(node: RegexNode): PcreRegex {
  if (nestsEndlessRepeats(node)) return { unsupported: 'a repetition inside a repetition, which may take for ever' }
  const text = emit(node)
  return typeof text === 'string' ? { text } : text
}

type Emitted = string | { readonly unsupported: string }

const WORD = '[0-9A-Za-z_]'

function emit(node: RegexNode): Emitted {
  switch (node.kind) {
    case 'empty':
      return ''
    case 'set':
      return emitSet(node.set)
    case 'anchor':
      return emitAnchor(node)
    case 'concat':
      return joined(node.of.map(emit), '')
    case 'alternate': {
      const text = joined(node.of.map(emit), '|')
      return typeof text === 'string' ? `(?:${text})` : text
    }
    case 'repeat': {
      const inner = emit(node.of)
      if (typeof inner !== 'string') return inner
      const atom = node.of.kind === 'set' ? inner : `(?:${inner})`
      return atom + count(node.min, node.max)
    }
  }
}

function emitAnchor(node: Extract<RegexNode, { kind: 'anchor' }>): string {
  switch (node.at) {
    case 'start':
      return '\\A'
    case 'end':
      return '\\z'
    // PCRE's own multi-line anchors leave out the place after a last line break; RE2's do not.
    case 'line-start':
      return '(?:\\A|(?<=\\n))'
    case 'line-end':
      return '(?=\\n|\\z)'
    case 'word':
      return `(?:(?<!${WORD})(?=${WORD})|(?<=${WORD})(?!${WORD}))`
    case 'not-word':
      return `(?:(?<!${WORD})(?!${WORD})|(?<=${WORD})(?=${WORD}))`
  }
}

function count(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

function joined(parts: readonly Emitted[], between: string): Emitted {
  const texts: string[] = []
  for (const part of parts) {
    if (typeof part !== 'string') return part
    texts.push(part)
  }
  return texts.join(between)
}

/** Characters outside ASCII stand as alternatives, never in brackets, so that bytes and characters mean the same. */
function emitSet(set: CharSet): Emitted {
  if (set.length === 0) return '(?!)'
  if (sizeOf(set) === sizeOf(everyChar)) return '[\\s\\S]'
  const negated = set.at(-1)?.[1] === LAST_CODE_POINT
  const named = negated ? complement(set) : set
  const beyond = named.filter(([, high]) => high >= 0x80)
  if (beyond.length === 0) return bracket(named, negated)
  if (negated || beyond.some(([low, high]) => low < 0x80 || high - low > 3) || beyond.length > 8)
    return { unsupported: 'a class with characters outside ASCII' }
  const singles = beyond.flatMap(([low, high]) =>
    Array.from({ length: high - low + 1 }, (_, at) => String.fromCodePoint(low + at)),
  )
  const ascii = named.filter(([, high]) => high < 0x80)
  const [only] = singles
  if (ascii.length === 0 && singles.length === 1 && only !== undefined) return `(?:${only})`
  return `(?:${[...(ascii.length > 0 ? [bracket(ascii, false)] : []), ...singles].join('|')})`
}

function bracket(set: CharSet, negated: boolean): string {
  const [only] = set
  if (!negated && set.length === 1 && only && only[0] === only[1]) return escapePcre(String.fromCodePoint(only[0]))
  const ranges = set.map(([low, high]) => {
    const from = escapePcre(String.fromCodePoint(low))
    const to = escapePcre(String.fromCodePoint(high))
    if (low === high) return from
    return high === low + 1 ? from + to : `${from}-${to}`
  })
  return `[${negated ? '^' : ''}${ranges.join('')}]`
}

/**
 * A literal text in PCRE's dialect. Control characters, and those that Splunk gives a meaning of its own (backtick,
 * dollar, double quote), are written by number.
 */
export function escapePcre(literal: string): string {
  // Most are a letter, asked for one by one.
  if (/^[\w/]+$/.test(literal)) return literal
  return literal
    .replace(/[\\.*+?|(){}[\]^-]/g, '\\$&')
    .replace(/[\u0000-\u001f\u007f"$`]/g, (found) => `\\x${found.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
