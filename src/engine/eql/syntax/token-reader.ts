import type { Source, Span } from '../../../diagnostic/source.ts'
import { Problem } from '../problem.ts'
import { tokensOf } from './lexer.ts'
import { keywords, type Keyword, type Place, type Sign, type Token } from './token.ts'

/** Goes through the tokens of a query one by one; what is not as the grammar wants it is a `Problem`. */
export class TokenReader {
  readonly #source: Source
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(source: Source) {
    this.#source = source
    this.#tokens = tokensOf(source)
  }

  peek(ahead = 0): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)]
    if (!token) throw new Error('the tokens of a query have an end')
    return token
  }

  take(): Token {
    const token = this.peek()
    this.#at++
    return token
  }

  takeSign(...wanted: readonly Sign[]): Sign | undefined {
    const token = this.peek()
    if (token.kind !== 'sign' || !wanted.includes(token.value)) return undefined
    this.#at++
    return token.value
  }

  takeKeyword(...wanted: readonly Keyword[]): Keyword | undefined {
    const token = this.peek()
    if (token.kind !== 'keyword' || !wanted.includes(token.value)) return undefined
    this.#at++
    return token.value
  }

  expectSign(wanted: Sign, where: string): Place {
    const token = this.peek()
    if (this.takeSign(wanted) === undefined) throw this.unexpected(`"${wanted}" ${where}`)
    return token
  }

  expectKeyword(wanted: Keyword, where: string): Place {
    const token = this.peek()
    if (this.takeKeyword(wanted) === undefined) throw this.unexpected(`"${wanted}" ${where}`)
    return token
  }

  /** From the start of one place to the end of another. */
  span(from: Place, to: Place = from): Span {
    return { source: this.#source, start: from.start, end: to.end }
  }

  /** The span up to the token that was taken last. */
  spanFrom(from: Place): Span {
    return { source: this.#source, start: from.start, end: this.last().end }
  }

  last(): Place {
    return this.#tokens[this.#at - 1] ?? this.peek()
  }

  text(place: Place): string {
    return this.#source.text.slice(place.start, place.end)
  }

  /** What stands here cannot stand here. @param wanted completes "expected …" */
  unexpected(wanted: string, hint?: string): Problem {
    const token = this.peek()
    const found = token.kind === 'end' ? 'the query ends' : `found ${this.text(token)}`
    return new Problem('eql/syntax', `expected ${wanted}, but ${found}`, this.span(token), hint ?? this.#hint(token))
  }

  #hint(token: Token): string | undefined {
    if (token.kind === 'keyword')
      return `"${token.value}" is a word of EQL; as a name it is written in backticks: \`${token.value}\``
    if (token.kind === 'sign' && token.value === '=') return 'write "==" to compare'
    if (token.kind !== 'name') return undefined
    const lower = token.value.toLowerCase()
    return keywords.some((word) => word === lower) ? `EQL's words are written in lower case: ${lower}` : undefined
  }
}
