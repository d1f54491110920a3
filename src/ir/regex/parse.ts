import type { RegexFlags } from '../predicate.ts'
import { charSet, complement, everyChar, type CharRange, type CharSet } from '../char-set.ts'
import { foldSet } from './case-fold.ts'
import { concat, type Anchor, type RegexNode } from './tree.ts'

/** The tree of an expression, or which part of it no backend translates. */
export type ParsedRegex = { readonly node: RegexNode } | { readonly unsupported: string }

/**
 * Reads an expression in RE2 syntax (https://github.com/google/re2/wiki/Syntax). What is not read here is refused by
 * the backends: Unicode properties, `\C`, `(?U)`, and anything that RE2 itself would refuse.
 */
export function parseRegex(source: string, flags: RegexFlags): ParsedRegex {
  try {
    const reader = new Reader(source)
    const node = reader.alternation({ ...flags }, 0)
    if (!reader.done()) throw new Unsupported(`")" without "("`)
    return { node }
  } catch (thrown) {
    if (thrown instanceof Unsupported) return { unsupported: thrown.what }
    throw thrown
  }
}

/** Carries a refusal up out of the recursion; never leaves this file. */
class Unsupported extends Error {
  readonly what: string

  constructor(what: string) {
    super(what)
    this.what = what
  }
}

interface Flags {
  readonly ignoreCase: boolean
  readonly multiline: boolean
  readonly dotAll: boolean
}

const DEEPEST = 100
/** RE2's own limit on counted repetition. */
const MOST_REPEATS = 1000
/** In characters, as it is written. */
const LONGEST_COUNT = 100

const NEWLINE: CharSet = charSet([0x0a, 0x0a])
const DIGIT: CharSet = charSet([0x30, 0x39])
const SPACE: CharSet = charSet([0x09, 0x0a], [0x0c, 0x0d], [0x20, 0x20])
const WORD: CharSet = charSet([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a])

/** In RE2 these are ASCII only, and `\s` has no vertical tab. */
const PERL_CLASS: Readonly<Record<string, CharSet>> = {
  d: DIGIT,
  D: complement(DIGIT),
  s: SPACE,
  S: complement(SPACE),
  w: WORD,
  W: complement(WORD),
}

const POSIX_CLASS: Readonly<Record<string, CharSet>> = {
  alnum: charSet([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]),
  alpha: charSet([0x41, 0x5a], [0x61, 0x7a]),
  ascii: charSet([0, 0x7f]),
  blank: charSet([0x09, 0x09], [0x20, 0x20]),
  cntrl: charSet([0, 0x1f], [0x7f, 0x7f]),
  digit: DIGIT,
  graph: charSet([0x21, 0x7e]),
  lower: charSet([0x61, 0x7a]),
  print: charSet([0x20, 0x7e]),
  punct: charSet([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e]),
  space: charSet([0x09, 0x0d], [0x20, 0x20]),
  upper: charSet([0x41, 0x5a]),
  word: WORD,
  xdigit: charSet([0x30, 0x39], [0x41, 0x46], [0x61, 0x66]),
}

const ESCAPED_CONTROL: Readonly<Record<string, number>> = { a: 7, f: 12, t: 9, n: 10, r: 13, v: 11 }

class Reader {
  readonly #characters: readonly string[]
  #at = 0

  constructor(source: string) {
    this.#characters = Array.from(source)
  }

  done(): boolean {
    return this.#at >= this.#characters.length
  }

  alternation(flags: Flags, depth: number): RegexNode {
    if (depth > DEEPEST) throw new Unsupported('groups nested this deep')
    const branches: RegexNode[] = []
    let current = flags
    do {
      const [branch, after] = this.#sequence(current, depth)
      branches.push(branch)
      current = after
    } while (this.#take('|'))
    const [only] = branches
    return branches.length === 1 && only ? only : { kind: 'alternate', of: branches }
  }

  /** Flags set inside (`(?i)`) hold to the end of the group, over `|` too. */
  #sequence(flags: Flags, depth: number): [RegexNode, Flags] {
    const items: RegexNode[] = []
    let current = flags
    while (!this.done() && this.#peek() !== '|' && this.#peek() !== ')') {
      const changed = this.#flagSwitch(current)
      if (changed) {
        current = changed
        continue
      }
      items.push(...this.#repeated(this.#atom(current, depth)))
    }
    return [concat(items), current]
  }

  #repeated(atoms: readonly RegexNode[]): readonly RegexNode[] {
    const bounds = this.#repeat()
    if (!bounds) return atoms
    this.#take('?')
    if (this.#repeat()) throw new Unsupported('a repetition of a repetition')
    const last = atoms.at(-1)
    if (!last || last.kind === 'anchor') throw new Unsupported('a repetition of nothing')
    return [...atoms.slice(0, -1), { kind: 'repeat', of: last, ...bounds }]
  }

  #repeat(): { min: number; max: number | null } | undefined {
    if (this.#take('*')) return { min: 0, max: null }
    if (this.#take('+')) return { min: 1, max: null }
    if (this.#take('?')) return { min: 0, max: 1 }
    const written = this.#count()
    if (!written) return undefined
    this.#at += written[0].length
    const min = Number(written[1])
    const max = written[2] === undefined ? min : written[3] === undefined ? null : Number(written[3])
    if (min > MOST_REPEATS || (max !== null && (max > MOST_REPEATS || max < min)))
      throw new Unsupported(`the repetition ${written[0]}`)
    return { min, max }
  }

  /** A brace that is no count is an ordinary character. */
  #count(): RegExpExecArray | undefined {
    if (this.#peek() !== '{') return undefined
    const ahead = this.#ahead(LONGEST_COUNT)
    if (ahead.length === LONGEST_COUNT && /^\{[\d,]+$/.test(ahead)) throw new Unsupported('a count of so many digits')
    return /^\{(\d+)(?:(,)(\d+)?)?\}/.exec(ahead) ?? undefined
  }

  #atom(flags: Flags, depth: number): readonly RegexNode[] {
    if (this.#count()) throw new Unsupported('a repetition of nothing')
    const character = this.#next()
    switch (character) {
      case '(':
        return [this.#group(flags, depth)]
      case '[':
        return [{ kind: 'set', set: this.#bracket(flags) }]
      case '.':
        return [{ kind: 'set', set: flags.dotAll ? everyChar : complement(NEWLINE) }]
      case '^':
        return [anchor(flags.multiline ? 'line-start' : 'start')]
      case '$':
        return [anchor(flags.multiline ? 'line-end' : 'end')]
      case '\\':
        return this.#escape(flags)
      case '*':
      case '+':
      case '?':
        throw new Unsupported('a repetition of nothing')
      default:
        return [literal(codeOf(character), flags)]
    }
  }

  #group(flags: Flags, depth: number): RegexNode {
    let inner = flags
    if (this.#take('?')) {
      const opened = /^(?:P?<[A-Za-z_][0-9A-Za-z_]*>|([ims]*)(?:-([ims]+))?:)/.exec(this.#ahead(80))
      if (!opened) throw new Unsupported(`the group "(?${this.#ahead(2)}"`)
      this.#at += opened[0].length
      inner = switched(flags, opened[1] ?? '', opened[2] ?? '')
    }
    const node = this.alternation(inner, depth + 1)
    if (!this.#take(')')) throw new Unsupported('"(" without ")"')
    return node
  }

  #flagSwitch(flags: Flags): Flags | undefined {
    if (this.#peek() !== '(') return undefined
    const written = /^\(\?([ims]*)(?:-([ims]+))?\)/.exec(this.#ahead(16))
    if (!written) return undefined
    this.#at += written[0].length
    return switched(flags, written[1] ?? '', written[2] ?? '')
  }

  #escape(flags: Flags): readonly RegexNode[] {
    switch (this.#peek()) {
      case 'A':
        this.#at++
        return [anchor('start')]
      case 'z':
        this.#at++
        return [anchor('end')]
      case 'b':
        this.#at++
        return [anchor('word')]
      case 'B':
        this.#at++
        return [anchor('not-word')]
      case 'Q':
        this.#at++
        return this.#quoted(flags)
      default: {
        const perl = this.#perlClass(flags)
        return [perl ? { kind: 'set', set: perl } : literal(this.#escapedCode(), flags)]
      }
    }
  }

  #quoted(flags: Flags): readonly RegexNode[] {
    const items: RegexNode[] = []
    while (!this.done() && this.#ahead(2) !== '\\E') items.push(literal(codeOf(this.#next()), flags))
    this.#at = Math.min(this.#at + 2, this.#characters.length)
    return items
  }

  #perlClass(flags: Flags): CharSet | undefined {
    const name = this.#peek()
    const set = Object.hasOwn(PERL_CLASS, name) ? PERL_CLASS[name] : undefined
    if (!set) return undefined
    this.#at++
    if (!flags.ignoreCase) return set
    const lower = PERL_CLASS[name.toLowerCase()] ?? set
    const folded = foldSet(lower) ?? lower
    return name === name.toLowerCase() ? folded : complement(folded)
  }

  /** One character written after a backslash, which has been taken. */
  #escapedCode(): number {
    const hex = this.#peek() === 'x' ? /^x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/.exec(this.#ahead(9)) : null
    if (hex) {
      this.#at += hex[0].length
      const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16)
      if (code > 0x10ffff) throw new Unsupported(`the character \\${hex[0]}`)
      return code
    }
    const character = this.#next()
    const control = Object.hasOwn(ESCAPED_CONTROL, character) ? ESCAPED_CONTROL[character] : undefined
    if (control !== undefined) return control
    if (/^[!-/:-@[-`{-~]$/.test(character)) return codeOf(character)
    throw new Unsupported(character === '' ? 'a backslash at the end' : `the escape "\\${character}"`)
  }

  #bracket(flags: Flags): CharSet {
    const negated = this.#take('^')
    const ranges: CharRange[] = []
    let first = true
    while (first || this.#peek() !== ']') {
      first = false
      const set = this.#namedClass(flags)
      if (set) {
        ranges.push(...set)
        continue
      }
      const low = this.#bracketCode()
      let high = low
      if (this.#peek() === '-' && this.#characters[this.#at + 1] !== ']') {
        this.#at++
        if (this.#ahead(2) === '[:') throw new Unsupported('a class as the end of a range')
        high = this.#bracketCode()
      }
      if (high < low) throw new Unsupported('a range that runs backwards')
      const range: CharSet = [[low, high]]
      ranges.push(...(flags.ignoreCase ? folded(range) : range))
    }
    this.#at++
    const set = charSet(...ranges)
    return negated ? complement(set) : set
  }

  #bracketCode(): number {
    const character = this.#next()
    if (character === '') throw new Unsupported('"[" without "]"')
    return character === '\\' ? this.#escapedCode() : codeOf(character)
  }

  /** `\d` and `[:alpha:]` inside brackets. */
  #namedClass(flags: Flags): CharSet | undefined {
    if (this.#peek() === '\\') {
      this.#at++
      const perl = this.#perlClass(flags)
      if (!perl) this.#at--
      return perl
    }
    const posix = this.#peek() === '[' ? /^\[:(\^?)([a-z]+):\]/.exec(this.#ahead(12)) : null
    if (!posix) return undefined
    const name = posix[2] ?? ''
    const set = Object.hasOwn(POSIX_CLASS, name) ? POSIX_CLASS[name] : undefined
    if (!set) throw new Unsupported(`the class ${posix[0]}`)
    this.#at += posix[0].length
    const cased = flags.ignoreCase ? folded(set) : set
    return posix[1] === '^' ? complement(cased) : cased
  }

  #peek(): string {
    return this.#characters[this.#at] ?? ''
  }

  #next(): string {
    return this.#characters[this.#at++] ?? ''
  }

  #take(character: string): boolean {
    if (this.#peek() !== character || this.done()) return false
    this.#at++
    return true
  }

  #ahead(count: number): string {
    return this.#characters.slice(this.#at, this.#at + count).join('')
  }
}

function literal(code: number, flags: Flags): RegexNode {
  const set: CharSet = [[code, code]]
  return { kind: 'set', set: flags.ignoreCase ? folded(set) : set }
}

function folded(set: CharSet): CharSet {
  const closed = foldSet(set)
  if (!closed) throw new Unsupported('a large range of characters without case')
  return closed
}

function anchor(at: Anchor): RegexNode {
  return { kind: 'anchor', at }
}

function switched(flags: Flags, on: string, off: string): Flags {
  const says = (flag: string, before: boolean) => (before || on.includes(flag)) && !off.includes(flag)
  return {
    ignoreCase: says('i', flags.ignoreCase),
    multiline: says('m', flags.multiline),
    dotAll: says('s', flags.dotAll),
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
