import type { Source, Span } from '../../diagnostic/source.ts'
import { Refusal } from './refusal.ts'

export type TokenKind = 'name' | 'quoted' | 'integer' | 'decimal' | 'string' | 'symbol' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** As it is written; of a string or quoted name what it stands for. */
  readonly text: string
  readonly start: number
  readonly end: number
}

const TRIVIA = /(?:\s|\/\/[^\n]*(?:\n|$)|\/\*(?:[^*]|\*(?!\/))*\*\/)+/y
const NAME = /[A-Za-z][A-Za-z0-9_]*|[_@][A-Za-z0-9_]+/y
const QUOTED = /`((?:[^`]|``)*)`/y
const DECIMAL = /(?:\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+/y
const INTEGER = /\d+/y
const RAW_STRING = /"""([^\r\n]*?)"""("{0,2})/y
const STRING = /"((?:\\[tnr"\\]|[^\r\n"\\])*)"/y
const SYMBOL = /==|!=|<=|>=|::|[|()[\]{},.<>+\-*/%=:?]/y
/** One part of a name in KEEP and DROP. */
const NAME_PATTERN = /[A-Za-z*][A-Za-z0-9_*]*|[_@][A-Za-z0-9_*]+/y
const INDEX_PATTERN = /[^\s"=|,[\]/]+/y

const UNESCAPED: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '"': '"', '\\': '\\' }

/**
 * Reads an ES|QL text token by token, as the grammar of release 8.19 has them. Some commands spell names in a way of
 * their own; these ask for them by `pattern` and `index`.
 */
export class Scanner {
  readonly source: Source
  #at = 0
  #ahead: Token | undefined

  constructor(source: Source) {
    this.source = source
  }

  peek(): Token {
    return (this.#ahead ??= this.#read())
  }

  take(): Token {
    const token = this.peek()
    this.#at = token.end
    this.#ahead = undefined
    return token
  }

  /** Back to the start of a token. */
  rewind(start: number): void {
    this.#at = start
    this.#ahead = undefined
  }

  isSymbol(text: string): boolean {
    const { kind, text: found } = this.peek()
    return kind === 'symbol' && found === text
  }

  /** Whether a word of the language comes next; case does not count. */
  isWord(word: string): boolean {
    const { kind, text } = this.peek()
    return kind === 'name' && text.toLowerCase() === word
  }

  takeSymbol(text: string): boolean {
    if (!this.isSymbol(text)) return false
    this.take()
    return true
  }

  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false
    this.take()
    return true
  }

  expectSymbol(text: string): Token {
    if (!this.isSymbol(text)) throw this.unexpected(`"${text}"`)
    return this.take()
  }

  expectWord(word: string): Token {
    if (!this.isWord(word)) throw this.unexpected(word.toUpperCase())
    return this.take()
  }

  /** A name or part of one, in which `*` stands for any characters; undefined when none stands here. */
  pattern(): Token | undefined {
    return this.#raw(NAME_PATTERN)
  }

  /** The name or pattern of an index; undefined when none stands here. */
  index(): Token | undefined {
    return this.#raw(INDEX_PATTERN)
  }

  /** From the start of one token to the end of what was taken last. */
  spanFrom(start: number): Span {
    return { source: this.source, start, end: Math.max(start, this.#at) }
  }

  spanOf(token: Token): Span {
    return { source: this.source, start: token.start, end: token.end }
  }

  /** `esql/syntax` at the next token. @param wanted what should stand there */
  unexpected(wanted: string): Refusal {
    const token = this.peek()
    const found = token.kind === 'end' ? 'the end of the query' : `"${this.source.text.slice(token.start, token.end)}"`
    return new Refusal('esql/syntax', `expected ${wanted}, found ${found}`, this.spanOf(token))
  }

  #raw(expression: RegExp): Token | undefined {
    const start = this.#skipTrivia()
    const text = this.#match(expression, start)?.[0]
    if (text === undefined) return undefined
    this.#ahead = undefined
    this.#at = start + text.length
    return { kind: 'name', text, start, end: this.#at }
  }

  #read(): Token {
    const start = this.#skipTrivia()
    if (start === this.source.text.length) return { kind: 'end', text: '', start, end: start }
    const found = this.#name(start) ?? this.#string(start) ?? this.#other(start)
    if (found) return found
    throw this.#unreadable(start)
  }

  #name(start: number): Token | undefined {
    const name = this.#match(NAME, start)
    if (name) return token('name', name[0], start, name[0])
    const quoted = this.#match(QUOTED, start)
    return quoted ? token('quoted', quoted[0], start, (quoted[1] ?? '').replaceAll('``', '`')) : undefined
  }

  #string(start: number): Token | undefined {
    const raw = this.#match(RAW_STRING, start)
    if (raw) return token('string', raw[0], start, (raw[1] ?? '') + (raw[2] ?? ''))
    const cooked = this.#match(STRING, start)
    if (!cooked) return undefined
    const text = (cooked[1] ?? '').replace(/\\(.)/g, (_, character: string) => UNESCAPED[character] ?? character)
    return token('string', cooked[0], start, text)
  }

  #other(start: number): Token | undefined {
    const decimal = this.#match(DECIMAL, start)
    if (decimal) return token('decimal', decimal[0], start)
    const integer = this.#match(INTEGER, start)
    if (integer) return token('integer', integer[0], start)
    const symbol = this.#match(SYMBOL, start)
    return symbol ? token('symbol', symbol[0], start) : undefined
  }

  #skipTrivia(): number {
    return this.#at + (this.#match(TRIVIA, this.#at)?.[0].length ?? 0)
  }

  #match(expression: RegExp, at: number): RegExpExecArray | null {
    expression.lastIndex = at
    return expression.exec(this.source.text)
  }

  #unreadable(start: number): Refusal {
    const { text } = this.source
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
    const span = { source: this.source, start, end: start + character.length }
    if (character === '"') {
      const hint =
        'a string ends in its line, and knows the escapes \\" \\\\ \\n \\r \\t; """…""" takes all as it stands'
      return new Refusal('esql/syntax', 'this string does not end, or has an unknown escape', span, hint)
    }
    if (character === '`') return new Refusal('esql/syntax', 'this quoted name does not end', span)
    const hint = /['‘’“”]/.test(character) ? 'strings stand in double quotes' : undefined
    return new Refusal('esql/syntax', `"${character}" means nothing here`, span, hint)
  }
}

function token(kind: TokenKind, written: string, start: number, text = written): Token {
  return { kind, text, start, end: start + written.length }
}
