import { RE2JS } from 're2js'

/** Whether a whole value has the form; or why the expression cannot be run. */
export type WholeMatch = ((text: string) => boolean) | { readonly unsupported: string }

/**
 * A regular expression of Lucene (`RegExp` with all its optional operators), which must match the whole value. It runs
 * in linear time. Intersection `&`, complement `~`, and numeric ranges `<1-9>` are not run.
 */
export function luceneRegex(source: string): WholeMatch {
  try {
    const expression = RE2JS.compile(new Translator(source).whole())
    return (text) => expression.matches(text)
  } catch (problem) {
    if (problem instanceof Unreadable) return { unsupported: problem.message }
    return { unsupported: problem instanceof Error ? problem.message : 'it cannot be read' }
  }
}

class Unreadable extends Error {}

const ANY = '(?s:.)'
const NOTHING = '[^\\x00-\\x{10FFFF}]'
const DEEPEST = 200

/** From Lucene's dialect to that of RE2. */
class Translator {
  readonly #characters: readonly string[]
  #at = 0
  #depth = 0

  constructor(source: string) {
    this.#characters = Array.from(source)
  }

  whole(): string {
    if (this.#characters.length === 0) return ''
    const translated = this.#union()
    if (this.#at < this.#characters.length) throw new Unreadable(`unexpected "${this.#peek()}" in a regular expression`)
    return translated
  }

  #union(): string {
    if (++this.#depth > DEEPEST) throw new Unreadable('a regular expression is nested too deep')
    const branches = [this.#concatenation()]
    while (this.#take('|')) branches.push(this.#concatenation())
    this.#depth--
    return branches.length === 1 ? (branches[0] ?? '') : `(?:${branches.join('|')})`
  }

  #concatenation(): string {
    let text = ''
    do text += this.#repetition()
    while (this.#more() && this.#peek() !== ')' && this.#peek() !== '|')
    return text
  }

  #repetition(): string {
    let atom = this.#atom()
    for (;;) {
      const count = this.#count()
      if (count === undefined) return atom
      atom = `(?:${atom})${count}`
    }
  }

  #count(): string | undefined {
    for (const sign of ['?', '*', '+']) if (this.#take(sign)) return sign
    if (this.#peek() !== '{') return undefined
    const written = /^\{(\d+)(?:(,)(\d+)?)?\}/.exec(this.#characters.slice(this.#at, this.#at + 40).join(''))
    if (!written) throw new Unreadable('a repetition that cannot be read')
    this.#at += written[0].length
    return written[0]
  }

  #atom(): string {
    const character = this.#next()
    switch (character) {
      case '':
        throw new Unreadable('a regular expression that ends too early')
      case '.':
        return ANY
      case '@':
        return `${ANY}*`
      case '#':
        return NOTHING
      case '"':
        return this.#quoted()
      case '[':
        return this.#set()
      case '(':
        return this.#group()
      case '\\':
        return PREDEFINED[this.#peek()] === undefined ? literal(this.#escaped()) : (PREDEFINED[this.#next()] ?? '')
      case '~':
        throw new Unreadable('the complement "~" of a regular expression')
      case '<':
        throw new Unreadable('a range of numbers "<…>" in a regular expression')
      case '&':
        throw new Unreadable('the intersection "&" of regular expressions')
      default:
        return literal(character)
    }
  }

  #group(): string {
    if (this.#take(')')) return '(?:)'
    const inner = this.#union()
    if (!this.#take(')')) throw new Unreadable('"(" without ")" in a regular expression')
    return `(?:${inner})`
  }

  #quoted(): string {
    let text = ''
    while (this.#more() && this.#peek() !== '"') text += literal(this.#next())
    if (!this.#take('"')) throw new Unreadable('a quotation in a regular expression does not end')
    return `(?:${text})`
  }

  #set(): string {
    const negated = this.#take('^')
    let ranges = ''
    do {
      if (this.#peek() === '\\' && PREDEFINED[this.#characters[this.#at + 1] ?? ''] !== undefined) {
        this.#at++
        const named = PREDEFINED[this.#next()] ?? ''
        if (named.startsWith('[^')) throw new Unreadable('a negated class inside "[…]"')
        ranges += named.slice(1, -1)
        continue
      }
      const low = this.#member()
      const high = this.#take('-') ? this.#member() : low
      ranges += low === high ? literal(low) : `${literal(low)}-${literal(high)}`
    } while (this.#more() && this.#peek() !== ']')
    if (!this.#take(']')) throw new Unreadable('"[" without "]" in a regular expression')
    return `[${negated ? '^' : ''}${ranges}]`
  }

  #member(): string {
    return this.#take('\\') ? this.#escaped() : this.#next()
  }

  #escaped(): string {
    if (!this.#more()) throw new Unreadable('a backslash at the end of a regular expression')
    if (/[A-Za-z]/.test(this.#peek())) throw new Unreadable(`the escape "\\${this.#peek()}" in a regular expression`)
    return this.#next()
  }

  #more(): boolean {
    return this.#at < this.#characters.length
  }

  #peek(): string {
    return this.#characters[this.#at] ?? ''
  }

  #next(): string {
    return this.#characters[this.#at++] ?? ''
  }

  #take(character: string): boolean {
    if (!this.#more() || this.#peek() !== character) return false
    this.#at++
    return true
  }
}

/** Lucene 9 knows these after a backslash; what is no letter stands for itself there. */
const PREDEFINED: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  s: '[ \\t\\n\\r]',
  S: '[^ \\t\\n\\r]',
  w: '[0-9A-Z_a-z]',
  W: '[^0-9A-Z_a-z]',
}

function literal(character: string): string {
  return `\\x{${(character.codePointAt(0) ?? 0).toString(16)}}`
}
