import type { Comparison } from '../expression/tree.ts'
import { relativeTime } from '../time/modifier.ts'
import type { Scanner } from '../scanner.ts'
import type { FieldSearch, Search } from './tree.ts'

const DEEPEST = 100

export interface SearchContext {
  /** Reads a subsearch at its bracket, and gives its number. */
  readonly subsearch: (scanner: Scanner) => number
  /** Is told that the raw text of events is looked at. */
  readonly raw: () => void
}

/**
 * Reads what stands after `search`: words and phrases, `field=value` with `!= < > <= >=`, `IN`, `NOT`, `OR`, `AND`
 * (also where nothing stands between two), parentheses, `CASE(…)`, `TERM(…)`, `earliest=` and `latest=`, subsearches.
 * `OR` binds more than `AND`. Without anything it is true of all.
 *
 * @param ends words that end the search, as `by` does in `tstats`
 */
export function parseSearch(scanner: Scanner, context: SearchContext, ends: readonly string[] = []): Search {
  const reader = new Reader(scanner, context, ends)
  if (reader.isEnd()) return { kind: 'all', of: [] }
  const search = reader.all()
  if (!reader.isEnd()) scanner.failHere('expected another term')
  return search
}

const OPERATOR = /\s*(==|!=|<=|>=|=|<|>|::)/y
const VALUE = /[^\s,()|[\]"]+/y
/** A bare term may hold marks that a name cannot. */
const TERM = /[^\s()|[\]"=<>!,]+(?:![^\s()|[\]"=<>!,]+)*/y
const MODIFIERS: ReadonlySet<string> = new Set(['earliest', 'latest', '_index_earliest', '_index_latest'])

class Reader {
  readonly #scanner: Scanner
  readonly #context: SearchContext
  readonly #ends: readonly string[]
  #depth = 0

  constructor(scanner: Scanner, context: SearchContext, ends: readonly string[]) {
    this.#scanner = scanner
    this.#context = context
    this.#ends = ends
  }

  isEnd(): boolean {
    if (this.#scanner.isEnd()) return true
    const word = this.#ends.length === 0 ? undefined : this.#scanner.peekWord()
    return word?.quoted === false && this.#ends.includes(word.text.toLowerCase())
  }

  all(): Search {
    if (++this.#depth > DEEPEST)
      this.#scanner.fail(
        'spl/too-deep',
        `a search nested more than ${DEEPEST} levels deep`,
        this.#scanner.at,
        this.#scanner.at + 1,
      )
    const of = [this.#any()]
    for (;;) {
      if (this.#operator('AND')) of.push(this.#any())
      else if (this.isEnd() || this.#scanner.peek() === ')') break
      else of.push(this.#any())
    }
    this.#depth--
    const [only] = of
    return of.length === 1 && only ? only : { kind: 'all', of }
  }

  #any(): Search {
    const of = [this.#negation()]
    while (this.#operator('OR')) of.push(this.#negation())
    const [only] = of
    return of.length === 1 && only ? only : { kind: 'any', of }
  }

  #negation(): Search {
    let negated = false
    while (this.#operator('NOT')) negated = !negated
    const of = this.#single()
    return negated ? { kind: 'not', of } : of
  }

  /** Operators are words in capitals. */
  #operator(name: string): boolean {
    const word = this.#scanner.peekWord()
    if (word?.quoted !== false || word.text !== name) return false
    this.#scanner.at = word.end
    return true
  }

  #single(): Search {
    const scanner = this.#scanner
    if (scanner.take('(')) {
      // Nothing in parentheses is true of all, as is nothing at all.
      const inner: Search = scanner.peek() === ')' ? { kind: 'all', of: [] } : this.all()
      scanner.expect(')', 'the search')
      return inner
    }
    if (scanner.peek() === '[') {
      const start = scanner.at
      return { kind: 'subsearch', number: this.#context.subsearch(scanner), start, end: scanner.at }
    }
    if (scanner.isEnd()) scanner.failHere('expected something to search for')
    const start = scanner.at
    const quoted = scanner.peek() === '"'
    const name = quoted ? scanner.quoted().text : scanner.match(TERM)?.[0]
    if (name === undefined) return scanner.failHere('expected a word, a phrase or field=value')
    const wrapped = quoted ? undefined : this.#wrapped(name)
    if (wrapped !== undefined) return this.#term(wrapped, name === 'CASE')
    const operator = scanner.match(OPERATOR)?.[1]
    if (operator !== undefined) return this.#comparison(name, operator, start)
    if (!quoted && this.#operator('IN')) return this.#list(name)
    if (!quoted && name === ',') scanner.failHere('expected a word')
    return this.#term(name, false)
  }

  /** The text in `CASE(…)` and `TERM(…)`. */
  #wrapped(name: string): string | undefined {
    const scanner = this.#scanner
    if ((name !== 'CASE' && name !== 'TERM') || scanner.text[scanner.at] !== '(') return undefined
    scanner.at++
    const text = scanner.peek() === '"' ? scanner.quoted().text : (scanner.match(VALUE)?.[0] ?? '')
    scanner.expect(')', name)
    return text
  }

  #term(text: string, cased: boolean): Search {
    if (text === '*') return { kind: 'all', of: [] }
    this.#context.raw()
    return { kind: 'term', text, cased }
  }

  #comparison(name: string, written: string, start: number): Search {
    const scanner = this.#scanner
    const value = this.#value()
    if (MODIFIERS.has(name)) return this.#time(name, written, value.text, start)
    if (name === '_raw') this.#context.raw()
    const operator: Comparison = written === '=' || written === '::' ? '==' : (written as Comparison)
    if (value.cased && operator !== '==') scanner.fail('spl/syntax', '"CASE" stands after "=" only', start, scanner.at)
    return { kind: 'field', name, operator, values: [value.text], cased: value.cased }
  }

  #value(): { readonly text: string; readonly cased: boolean } {
    const scanner = this.#scanner
    if (scanner.peek() === '"') return { text: scanner.quoted().text, cased: false }
    const bare = scanner.match(VALUE)?.[0]
    if (bare === undefined) return scanner.failHere('expected a value')
    const wrapped = this.#wrapped(bare)
    return wrapped === undefined ? { text: bare, cased: false } : { text: wrapped, cased: bare === 'CASE' }
  }

  #list(name: string): FieldSearch {
    const scanner = this.#scanner
    scanner.expect('(', '"IN"')
    const values: string[] = []
    do values.push(this.#value().text)
    while (scanner.take(','))
    scanner.expect(')', 'the values')
    return { kind: 'field', name, operator: '==', values, cased: false }
  }

  #time(name: string, operator: string, modifier: string, start: number): Search {
    const scanner = this.#scanner
    if (operator !== '=') scanner.fail('spl/syntax', `"${name}" takes "="`, start, scanner.at)
    if (relativeTime(0, modifier) === undefined)
      scanner.fail(
        'spl/argument',
        `"${modifier}" is no time`,
        start,
        scanner.at,
        'write it as -24h@h or in epoch seconds',
      )
    return { kind: 'time', of: name.endsWith('earliest') ? 'earliest' : 'latest', modifier }
  }
}
