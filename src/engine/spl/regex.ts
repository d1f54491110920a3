import { RE2JS, RE2JSSyntaxException } from 're2js'

/** A PCRE expression that is run in linear time, or why it cannot be. */
export type Regex = { readonly run: RE2JS } | { readonly problem: string; readonly at: number }

const WORD = '[0-9A-Za-z_]'
const BOUNDARY = `(?:(?<!${WORD})(?=${WORD})|(?<=${WORD})(?!${WORD}))`
const NO_BOUNDARY = `(?:(?<!${WORD})(?!${WORD})|(?<=${WORD})(?=${WORD}))`

/**
 * Look-around that says what RE2 has a sign for: the places before, after and between words, the begin and end of lines,
 * and what never matches. Compiled searches write these so.
 */
const KNOWN_LOOKS: readonly (readonly [written: string, meant: string])[] = [
  [BOUNDARY, '\\b'],
  [NO_BOUNDARY, '\\B'],
  ['(?:\\A|(?<=\\n))', '(?m:^)'],
  ['(?=\\n|\\z)', '(?m:$)'],
  ['(?!)', '[^\\x00-\\x{10FFFF}]'],
]

/** `(?>.*?x)` with a text of fixed length: taken where it first occurs, which loses nothing before `.*` or the end. */
const ATOMIC_SEARCH =
  /^\(\?>\.\*\?((?:\\x[0-9a-f]{2}|\\[^\w\s]|[^\\()*+?{}|[\]^$]|\(\?:(?:\\[^\w\s]|[^\\()|])(?:\|(?:\\[^\w\s]|[^\\()|]))*\))*)\)(?=\(\?>\.\*\?|\.\*|$)/u

/**
 * Reads an expression as PCRE does and gives it to a machine that takes linear time. What that machine cannot do
 * (look-around, back-references, atomic groups, possessive repetition, conditions) is a problem with its place in the
 * expression. Names of groups may be written `(?<n>`, `(?P<n>` and `(?'n'`.
 */
export function compileRegex(source: string): Regex {
  const read = translate(source)
  if ('problem' in read) return read
  try {
    return { run: RE2JS.compile(read.text) }
  } catch (thrown) {
    if (!(thrown instanceof RE2JSSyntaxException)) throw thrown
    return { problem: thrown.message.replace(/^error parsing regexp: /, ''), at: 0 }
  }
}

type Translated = { readonly text: string } | { readonly problem: string; readonly at: number }

function translate(source: string): Translated {
  let text = ''
  let at = 0
  let inClass = false
  while (at < source.length) {
    const rest = source.slice(at)
    const known = inClass ? undefined : KNOWN_LOOKS.find(([written]) => rest.startsWith(written))
    if (known) {
      text += known[1]
      at += known[0].length
      continue
    }
    const character = source[at] ?? ''
    if (character === '\\') {
      const escape = translateEscape(rest, inClass)
      if ('problem' in escape) return { problem: escape.problem, at }
      text += escape.text
      at += escape.length
      continue
    }
    if (inClass) {
      if (character === ']') inClass = false
      text += rest.startsWith('[:') ? (/^\[:\^?\w+:\]/.exec(rest)?.[0] ?? '\\[') : character === '[' ? '\\[' : character
      at += rest.startsWith('[:') ? (/^\[:\^?\w+:\]/.exec(rest)?.[0].length ?? 1) : 1
      continue
    }
    if (character === '[') {
      const open = /^\[\^?\]?/.exec(rest)?.[0] ?? '['
      text += open.replace(']', '\\]')
      at += open.length
      inClass = true
      continue
    }
    if (rest.startsWith('(?')) {
      const group = translateGroup(rest, source)
      if ('problem' in group) return { problem: group.problem, at }
      text += group.text
      at += group.length
      continue
    }
    if (/^(?:[*+?]|\{\d+(?:,\d*)?\})\+/.test(rest)) return { problem: 'a possessive repetition', at }
    // Before a line break at the very end, too.
    text += character === '$' && /^\$(?:\)|\||$)/.test(rest) ? '(?:\\n?\\z)' : character
    at++
  }
  return inClass ? { problem: 'a class that is not closed', at: source.length } : { text }
}

type Part = { readonly text: string; readonly length: number } | { readonly problem: string }

function translateEscape(rest: string, inClass: boolean): Part {
  const next = rest[1] ?? ''
  if (next === '') return { problem: 'a backslash at the end' }
  if (/^\\[1-9]|^\\[gk][{<'\d-]|^\\\(\?P=/.test(rest) && !inClass) return { problem: 'a back-reference' }
  switch (next) {
    case 'Q': {
      const end = rest.indexOf('\\E')
      const literal = end === -1 ? rest.slice(2) : rest.slice(2, end)
      return { text: RE2JS.quote(literal), length: end === -1 ? rest.length : end + 2 }
    }
    // In PCRE a vertical tab is a blank.
    case 's':
      return { text: inClass ? '\\t\\n\\v\\f\\r ' : '[\\t\\n\\v\\f\\r ]', length: 2 }
    case 'S':
      return { text: inClass ? '\\x00-\\x08\\x0e-\\x1f!-\\x{10FFFF}' : '[^\\t\\n\\v\\f\\r ]', length: 2 }
    case 'h':
      return { text: inClass ? '\\t \\x{A0}' : '[\\t \\x{A0}]', length: 2 }
    case 'R':
      return inClass ? { problem: '\\R inside a class' } : { text: '(?:\\r\\n|[\\n\\v\\f\\r])', length: 2 }
    case 'N':
      return inClass ? { problem: '\\N inside a class' } : { text: '[^\\n]', length: 2 }
    case 'Z':
      return inClass ? { problem: '\\Z inside a class' } : { text: '(?:\\n?\\z)', length: 2 }
    case 'e':
      return { text: '\\x1b', length: 2 }
    case 'b':
      return { text: inClass ? '\\x08' : '\\b', length: 2 }
    case '0': {
      const octal = /^\\0[0-7]{0,2}/.exec(rest)?.[0] ?? '\\0'
      return { text: `\\x{${parseInt(octal.slice(1), 8).toString(16)}}`, length: octal.length }
    }
    case 'K':
    case 'G':
    case 'X':
    case 'C':
    case 'c':
      return { problem: `\\${next}` }
    default:
      // A letter without a meaning is refused by RE2; other characters stand for themselves, those beyond ASCII too.
      return next > '\u007f' ? { text: next, length: 2 } : { text: rest.slice(0, 2), length: 2 }
  }
}

function translateGroup(rest: string, source: string): Part {
  const comment = /^\(\?#[^)]*\)/.exec(rest)?.[0]
  if (comment !== undefined) return { text: '', length: comment.length }
  const name = /^\(\?(?:P?<|')([A-Za-z_]\w*)[>']/.exec(rest)
  if (name) return { text: `(?P<${name[1] ?? ''}>`, length: name[0].length }
  if (/^\(\?<?[=!]/.test(rest)) return { problem: 'look-around' }
  const search = ATOMIC_SEARCH.exec(rest)
  if (search && /^\(\?i?s/.test(source)) return { text: `(?:.*?${search[1] ?? ''})`, length: search[0].length }
  if (rest.startsWith('(?>')) return { problem: 'an atomic group' }
  if (rest.startsWith('(?|')) return { problem: 'groups that share their numbers' }
  if (rest.startsWith('(?(')) return { problem: 'a condition' }
  if (/^\(\?(?:R|\d|&|P[>=])/.test(rest)) return { problem: 'a reference to a group' }
  const flags = /^\(\?([a-zA-Z-]*)[:)]/.exec(rest)
  if (flags?.[1]?.includes('x') === true) return { problem: 'the flag x' }
  if (flags?.[1]?.includes('J') === true) return { problem: 'the flag J' }
  return flags ? { text: flags[0], length: flags[0].length } : { problem: `the group "${rest.slice(0, 3)}"` }
}

/** What stands in the place of a match: a text in which `\1` to `\9` are groups, `\0` the whole. */
export function replacementOf(text: string): (...match: readonly (string | undefined)[]) => string {
  const parts = text.split(/\\(\d)/)
  return (...match) => parts.map((part, at) => (at % 2 === 0 ? part : (match[Number(part)] ?? ''))).join('')
}
