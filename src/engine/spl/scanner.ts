import type { DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import { Problem } from './problem.ts'
import { afterQuoted } from './text/expand.ts'
import type { QueryText } from './text/query-text.ts'

/** A bare word, or a text in double quotes. */
export interface Word {
  readonly text: string
  readonly quoted: boolean
  readonly start: number
  readonly end: number
}

/** What ends a bare word in the arguments of most commands. */
const BARE = /[^\s,=()|[\]"]+/y
const BLANK = /\s*/y

/** A place in the text of a query that moves on as commands read their arguments. Failing is by `Problem`. */
export class Scanner {
  readonly query: QueryText
  at = 0

  constructor(query: QueryText) {
    this.query = query
  }

  get text(): string {
    return this.query.text
  }

  skipBlank(): void {
    BLANK.lastIndex = this.at
    this.at += BLANK.exec(this.text)?.[0].length ?? 0
  }

  /** Whether the command ends here: with the text, a pipe, or the bracket that closes a subsearch. */
  isEnd(): boolean {
    this.skipBlank()
    const next = this.text[this.at]
    return next === undefined || next === '|' || next === ']'
  }

  /** The next character that is no blank; empty at the end of the text. */
  peek(): string {
    this.skipBlank()
    return this.text[this.at] ?? ''
  }

  /** Moves over a mark such as a comma, if it is next. */
  take(mark: string): boolean {
    this.skipBlank()
    if (!this.text.startsWith(mark, this.at)) return false
    this.at += mark.length
    return true
  }

  /** Moves over what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at
    const found = expression.exec(this.text)
    if (found) this.at += found[0].length
    return found
  }

  /** Moves over a word such as `by`, whatever its case, if it is next. */
  takeKeyword(...keywords: readonly string[]): boolean {
    const word = this.peek() === '"' ? undefined : this.peekWord()
    if (word === undefined || !keywords.includes(word.text.toLowerCase())) return false
    this.at = word.end
    return true
  }

  peekWord(): Word | undefined {
    const start = this.at
    const word = this.word()
    this.at = start
    return word
  }

  /** The next word; undefined when something else is next. */
  word(): Word | undefined {
    this.skipBlank()
    const start = this.at
    if (this.text[start] === '"') return this.quoted()
    const bare = this.match(BARE)?.[0]
    return bare === undefined ? undefined : { text: bare, quoted: false, start, end: this.at }
  }

  /** A text in double quotes, which is next: `\"` and `\\` stand for the character, other backslashes for themselves. */
  quoted(): Word {
    const start = this.at
    const end = afterQuoted(this.text, start)
    if (end - start < 2 || this.text[end - 1] !== '"' || isEscaped(this.text, start, end - 1))
      this.fail('spl/syntax', 'a text that is not closed', start, start + 1, 'close it with "')
    this.at = end
    const text = this.text.slice(start + 1, end - 1).replace(/\\(["\\])/g, '$1')
    return { text, quoted: true, start, end }
  }

  expect(mark: string, after: string): void {
    if (!this.take(mark)) this.failHere(`expected "${mark}" after ${after}`)
  }

  span(start: number, end: number): Span {
    return this.query.span(start, end)
  }

  fail(code: DiagnosticCode, message: string, start: number, end: number, hint?: string): never {
    throw new Problem(code, message, this.span(start, end), hint)
  }

  /** Fails with a syntax error at what is next. */
  failHere(message: string, hint?: string): never {
    this.skipBlank()
    const found = this.text[this.at]
    const word = this.text[this.at] === '"' ? undefined : this.peekWord()
    const end = word?.end ?? this.at + 1
    const what = found === undefined ? 'the query ends here' : `found "${word?.text ?? found}"`
    this.fail('spl/syntax', `${message}, ${what}`, this.at, end, hint)
  }
}

function isEscaped(text: string, from: number, at: number): boolean {
  let backslashes = 0
  for (let before = at - 1; before > from && text[before] === '\\'; before--) backslashes++
  return backslashes % 2 === 1
}
