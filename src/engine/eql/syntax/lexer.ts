import type { Source, Span } from '../../../diagnostic/source.ts'
import { Problem } from '../problem.ts'
import { keywords, signs, type Keyword, type Token } from './token.ts'

/** The tokens of a query, the end among them; throws a `Problem` at the first text that is none. */
export function tokensOf(source: Source): readonly Token[] {
  const lexer = new Lexer(source)
  const tokens: Token[] = []
  for (;;) {
    const token = lexer.next()
    tokens.push(token)
    if (token.kind === 'end') return tokens
  }
}

const KEYWORDS: ReadonlySet<string> = new Set(keywords)
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r' }
/** Whitespace, comments to the end of the line, and comments in brackets, which nest. */
const BLANK = /[ \r\n\t]+|\/\/[^\r\n]*/y
const NAME = /[A-Za-z_@][A-Za-z0-9_]*/y
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?/y
const UNICODE = /\\u\{([0-9A-Fa-f]{2,8})\}/y
/** What is neither an escape nor the end of a text in double quotes. */
const PLAIN = /[^"\\\r\n]+/y

class Lexer {
  readonly #source: Source
  readonly #text: string
  #at = 0

  constructor(source: Source) {
    this.#source = source
    this.#text = source.text
  }

  next(): Token {
    this.#skipBlank()
    const start = this.#at
    const character = this.#text[start]
    if (character === undefined) return { kind: 'end', start, end: start }
    if (character === '"') return { kind: 'text', value: this.#string(), start, end: this.#at }
    if (character === '`') return { kind: 'quoted', value: this.#backticks(), start, end: this.#at }
    if (/[\d.]/.test(character)) {
      const number = this.#number()
      if (number) return number
    }
    return this.#word() ?? this.#sign()
  }

  #span(start: number, end = this.#at): Span {
    return { source: this.#source, start, end }
  }

  /** What a sticky expression matches here; moves behind it. */
  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at = pattern.lastIndex
    return found
  }

  #skipBlank(): void {
    for (;;) {
      if (this.#take(BLANK)) continue
      if (!this.#text.startsWith('/*', this.#at)) return
      this.#skipComment()
    }
  }

  #skipComment(): void {
    const start = this.#at
    let depth = 0
    do {
      const found = /\/\*|\*\//g
      found.lastIndex = this.#at
      const bracket = found.exec(this.#text)
      if (!bracket)
        throw new Problem('eql/syntax', 'this comment does not end', this.#span(start, start + 2), 'end it with "*/"')
      depth += bracket[0] === '/*' ? 1 : -1
      this.#at = found.lastIndex
    } while (depth > 0)
  }

  #number(): Token | undefined {
    const start = this.#at
    const found = this.#take(NUMBER)
    if (!found) return undefined
    const value = Number(found[0])
    // What a long cannot hold is read as a fraction, as the server does.
    const whole = /^\d+$/.test(found[0]) && value < 2 ** 63
    if (!Number.isFinite(value))
      throw new Problem('eql/number', `the number ${found[0]} is too large`, this.#span(start))
    return { kind: whole ? 'integer' : 'decimal', value, start, end: this.#at }
  }

  #word(): Token | undefined {
    const start = this.#at
    const found = this.#take(NAME)
    if (!found) return undefined
    const [name] = found
    const tilde = this.#text[this.#at] === '~'
    if (tilde) this.#at++
    const word = tilde ? `${name}~` : name
    if (isKeyword(word)) return { kind: 'keyword', value: word, start, end: this.#at }
    return { kind: tilde ? 'tilde' : 'name', value: name, start, end: this.#at }
  }

  #sign(): Token {
    const start = this.#at
    const sign = signs.find((one) => this.#text.startsWith(one, start))
    if (sign === '?' && /^["']/.test(this.#text.slice(start + 1, start + 2)))
      throw new Problem(
        'eql/syntax',
        'raw strings are not written with "?"',
        this.#span(start, start + 1),
        'write """text"""',
      )
    if (sign) {
      this.#at += sign.length
      return { kind: 'sign', value: sign, start, end: this.#at }
    }
    const [character = ''] = this.#text.slice(start)
    const hint = Object.hasOwn(SIGN_HINTS, character) ? SIGN_HINTS[character] : undefined
    throw new Problem(
      'eql/syntax',
      `EQL does not know the character ${JSON.stringify(character)} here`,
      this.#span(start, start + character.length),
      hint,
    )
  }

  #backticks(): string {
    const start = this.#at
    const found = this.#take(/`((?:[^`]|``)*)`/y)
    if (!found)
      throw new Problem(
        'eql/syntax',
        'this name in backticks does not end',
        this.#span(start, start + 1),
        'end it with "`"',
      )
    return (found[1] ?? '').replaceAll('``', '`')
  }

  #string(): string {
    return this.#text.startsWith('"""', this.#at) ? this.#raw() : this.#escaped()
  }

  /** `"""…"""` on one line; up to two more double quotes at its end belong to it. */
  #raw(): string {
    const start = this.#at
    const found = this.#take(/"""([^\r\n]*?)"""("{0,2})/y)
    if (!found)
      throw new Problem(
        'eql/syntax',
        'this raw string does not end on its line',
        this.#span(start, start + 3),
        'end it with """',
      )
    return (found[1] ?? '') + (found[2] ?? '')
  }

  #escaped(): string {
    const start = this.#at++
    let value = ''
    for (;;) {
      value += this.#take(PLAIN)?.[0] ?? ''
      const character = this.#text[this.#at]
      if (character === '"') {
        this.#at++
        return value
      }
      if (character !== '\\')
        throw new Problem(
          'eql/syntax',
          'this string does not end on its line',
          this.#span(start, start + 1),
          `end it with '"'; a line break is written \\n`,
        )
      value += this.#escape()
    }
  }

  #escape(): string {
    const start = this.#at
    const unicode = this.#take(UNICODE)
    if (unicode) {
      const code = Number.parseInt(unicode[1] ?? '', 16)
      if (code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)) return String.fromCodePoint(code)
      throw new Problem('eql/escape', `there is no character ${unicode[0]}`, this.#span(start))
    }
    const letter = this.#text[start + 1] ?? ''
    const plain = /^["'\\]$/.test(letter) ? letter : Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
    if (plain === undefined)
      throw new Problem(
        'eql/escape',
        `EQL does not know the escape \\${letter}`,
        this.#span(start, start + 1 + letter.length),
        'write \\\\ for a backslash, or the whole text as a raw string """…"""',
      )
    this.#at += 2
    return plain
  }
}

const SIGN_HINTS: Readonly<Record<string, string>> = {
  "'": 'write texts in double quotes',
  '!': 'write "not", or "![" without a space before an event that must be missing',
  '&': 'write "and"',
  '~': 'write "~" right behind the name of a function or operator: endsWith~, in~',
}

function isKeyword(word: string): word is Keyword {
  return KEYWORDS.has(word)
}
