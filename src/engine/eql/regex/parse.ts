import { charSet, complement, everyChar, type CharRange, type CharSet } from '../../../ir/char-set.ts'
import { interval } from './interval.ts'
import { emptyText, type RegexTree } from './tree.ts'

/** The tree of an expression, or what is wrong with it and where: a UTF-16 offset. */
export type ParsedRegex = { readonly tree: RegexTree } | { readonly problem: string; readonly at: number }

/** Elasticsearch refuses longer ones (`index.max_regex_length`, 1,000 by default). */
const LONGEST = 1000

/**
 * Reads an expression as Lucene 9.12 does with all its operators on (`org.apache.lucene.util.automaton.RegExp`):
 * `& ~ # @ <1-9> "…"` besides the usual ones, `\d \w \s` and their opposites, no anchors and no other classes. A sign
 * that has nothing to act on is itself. Looked at on a real node of 8.19. Two oddities of Lucene are left out: what
 * matches nothing does so when repeated, too (`#*`), and `()` matches nothing where case does not count.
 *
 * @param folds ASCII letters that stand alone match both their cases; those of a range do not
 */
export function parseRegex(text: string, folds: boolean): ParsedRegex {
  if (text.length > LONGEST) return { problem: `a regular expression has at most ${LONGEST} characters`, at: LONGEST }
  if (text === '') return { tree: emptyText }
  try {
    const reader = new Reader(text, folds)
    const tree = reader.union()
    if (!reader.done()) throw new BadRegex('")" without "("', reader.at)
    return { tree }
  } catch (thrown) {
    if (thrown instanceof BadRegex) return { problem: thrown.message, at: thrown.at }
    throw thrown
  }
}

/** Carries a mistake up out of the recursion; never leaves this file. */
class BadRegex extends Error {
  readonly at: number

  constructor(message: string, at: number) {
    super(message)
    this.at = at
  }
}

const CLASSES: Readonly<Record<string, CharSet>> = {
  d: charSet([0x30, 0x39]),
  w: charSet([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a]),
  s: charSet([0x09, 0x0a], [0x0d, 0x0d], [0x20, 0x20]),
}

class Reader {
  readonly #text: string
  readonly #folds: boolean
  #at = 0

  constructor(text: string, folds: boolean) {
    this.#text = text
    this.#folds = folds
  }

  get at(): number {
    return this.#at
  }

  done(): boolean {
    return this.#at >= this.#text.length
  }

  union(): RegexTree {
    const of = [this.#intersection()]
    while (this.#take('|')) of.push(this.#intersection())
    return several('union', of)
  }

  #intersection(): RegexTree {
    const of = [this.#concat()]
    while (this.#take('&')) of.push(this.#concat())
    return several('intersection', of)
  }

  #concat(): RegexTree {
    const of = [this.#repeated()]
    while (!this.done() && !')|&'.includes(this.#peek())) of.push(this.#repeated())
    return several('concat', of)
  }

  #repeated(): RegexTree {
    let tree = this.#complement()
    for (;;) {
      if (this.#take('?')) tree = { kind: 'repeat', of: tree, min: 0, max: 1 }
      else if (this.#take('*')) tree = { kind: 'repeat', of: tree, min: 0, max: null }
      else if (this.#take('+')) tree = { kind: 'repeat', of: tree, min: 1, max: null }
      else if (this.#take('{')) tree = { kind: 'repeat', of: tree, ...this.#counts() }
      else return tree
    }
  }

  #counts(): { min: number; max: number | null } {
    const start = this.#at
    const min = this.#digits()
    if (min === undefined) throw new BadRegex('a whole number belongs behind "{"', this.#at)
    const max = this.#take(',') ? (this.#digits() ?? null) : min
    if (!this.#take('}')) throw new BadRegex('"{" without "}"', start - 1)
    if (max !== null && min > max) throw new BadRegex(`the repetition {${min},${max}} runs backwards`, start)
    return { min, max }
  }

  #digits(): number | undefined {
    const start = this.#at
    while (/^\d$/.test(this.#peek())) this.#at++
    if (start === this.#at) return undefined
    const number = Number(this.#text.slice(start, this.#at))
    if (number >= 2 ** 31) throw new BadRegex('this number is too large', start)
    return number
  }

  #complement(): RegexTree {
    if (!this.#take('~')) return this.#take('[') ? this.#bracket() : this.#simple()
    return { kind: 'complement', of: this.#complement() }
  }

  #bracket(): RegexTree {
    const start = this.#at - 1
    const negated = this.#take('^')
    const ranges: CharRange[] = []
    do ranges.push(...this.#bracketed())
    while (!this.done() && this.#peek() !== ']')
    if (!this.#take(']')) throw new BadRegex('"[" without "]"', start)
    const set = charSet(...ranges)
    return { kind: 'set', set: negated ? complement(set) : set }
  }

  #bracketed(): CharSet {
    const named = this.#class()
    if (named) return named
    const start = this.#at
    const low = this.#character()
    if (!this.#take('-')) return this.#cased(low)
    const high = this.#character()
    if (low > high) throw new BadRegex('this range runs backwards', start)
    return [[low, high]]
  }

  #simple(): RegexTree {
    if (this.#take('.')) return { kind: 'set', set: everyChar }
    if (this.#take('#')) return { kind: 'nothing' }
    if (this.#take('@')) return { kind: 'anything' }
    if (this.#take('"')) return this.#quoted()
    if (this.#take('(')) return this.#group()
    if (this.#take('<')) return this.#interval()
    return { kind: 'set', set: this.#class() ?? this.#cased(this.#character()) }
  }

  #quoted(): RegexTree {
    const start = this.#at
    const end = this.#text.indexOf('"', start)
    if (end === -1) throw new BadRegex("'\"' opens a quoted text, which does not end", start - 1)
    this.#at = end + 1
    const codes = Array.from(this.#text.slice(start, end), codeOf)
    return several(
      'concat',
      codes.map((code) => ({ kind: 'set', set: this.#cased(code) })),
    )
  }

  #group(): RegexTree {
    const start = this.#at - 1
    if (this.#take(')')) return emptyText
    const tree = this.union()
    if (!this.#take(')')) throw new BadRegex('"(" without ")"', start)
    return tree
  }

  #interval(): RegexTree {
    const start = this.#at - 1
    const end = this.#text.indexOf('>', this.#at)
    if (end === -1) throw new BadRegex('"<" opens an interval of numbers, which does not end', start)
    const found = /^(\d{1,10})-(\d{1,10})$/.exec(this.#text.slice(this.#at, end))
    this.#at = end + 1
    const [, from = '', to = ''] = found ?? []
    if (!found || Number(from) >= 2 ** 31 || Number(to) >= 2 ** 31)
      throw new BadRegex('an interval of numbers is written <1-99>; a "<" alone is written \\<', start)
    return interval(from, to)
  }

  /** `\d` and the like. A backslash before another letter is a mistake, before anything else it makes that literal. */
  #class(): CharSet | undefined {
    if (this.#peek() !== '\\') return undefined
    const letter = this.#text[this.#at + 1] ?? ''
    const lower = letter.toLowerCase()
    const set = Object.hasOwn(CLASSES, lower) ? CLASSES[lower] : undefined
    if (set) {
      this.#at += 2
      return letter === lower ? set : complement(set)
    }
    if (/^[A-Za-z]$/.test(letter)) throw new BadRegex(`Lucene does not know the class \\${letter}`, this.#at)
    return undefined
  }

  #character(): number {
    const start = this.#at
    this.#take('\\')
    const code = this.#text.codePointAt(this.#at)
    if (code === undefined) throw new BadRegex('something is missing at the end', start)
    this.#at += code > 0xffff ? 2 : 1
    return code
  }

  #cased(code: number): CharSet {
    const other = this.#folds && /^[A-Za-z]$/.test(String.fromCodePoint(code)) ? code ^ 0x20 : code
    return charSet([code, code], [other, other])
  }

  #peek(): string {
    return this.#text[this.#at] ?? ''
  }

  #take(sign: string): boolean {
    if (this.#peek() !== sign) return false
    this.#at++
    return true
  }
}

function several(kind: 'union' | 'intersection' | 'concat', of: readonly RegexTree[]): RegexTree {
  const [only] = of
  return of.length === 1 && only ? only : { kind, of }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
