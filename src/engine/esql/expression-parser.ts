import { parseLiteral, parseTimeSpan } from './literal.ts'
import { Refusal } from './refusal.ts'
import type { Scanner } from './scanner.ts'
import type { Arithmetic, Comparison, Expression } from './tree.ts'

/** Deeper than any query of a person or compiler, and shallow enough for the stack. */
const DEEPEST = 400

const COMPARISONS: readonly Comparison[] = ['==', '!=', '<', '<=', '>', '>=']

/** Words that cannot be names unless they are quoted. */
const RESERVED: ReadonlySet<string> = new Set(
  'and as asc by desc false first in is last like limit not null nulls on or rlike true where with'.split(' '),
)

/** Parses conditions and values: OR, AND, NOT, tests, sums, products, signs, casts, from loose to tight. */
export class ExpressionParser {
  readonly #scanner: Scanner
  #depth = 0

  constructor(scanner: Scanner) {
    this.#scanner = scanner
  }

  expression(): Expression {
    if (++this.#depth > DEEPEST) throw this.#tooDeep()
    const all = this.#joined('or', () => this.#joined('and', () => this.#negation()))
    this.#depth--
    return all
  }

  /** The name before `=`; undefined, and nothing taken, where something else stands. */
  assignedName(): string | undefined {
    const { start } = this.#scanner.peek()
    if (!this.#isNamePart()) return undefined
    const { name } = this.name()
    if (this.#scanner.takeSymbol('=')) return name
    this.#scanner.rewind(start)
    return undefined
  }

  /** A dotted name, parts in backquotes where they are no plain names. */
  name(): { readonly name: string; readonly start: number } {
    const first = this.#namePart()
    let name = first.text
    while (this.#scanner.takeSymbol('.')) name += `.${this.#namePart().text}`
    return { name, start: first.start }
  }

  #isNamePart(): boolean {
    const { kind, text } = this.#scanner.peek()
    return kind === 'quoted' || (kind === 'name' && !RESERVED.has(text.toLowerCase()))
  }

  #namePart() {
    if (this.#isNamePart()) return this.#scanner.take()
    const { kind, text } = this.#scanner.peek()
    const refusal = this.#scanner.unexpected('a name')
    if (kind !== 'name') throw refusal
    const hint = `"${text}" is a word of the language: write \`${text}\``
    throw new Refusal('esql/syntax', refusal.message, this.#scanner.spanOf(this.#scanner.peek()), hint)
  }

  #joined(kind: 'and' | 'or', operand: () => Expression): Expression {
    const { start } = this.#scanner.peek()
    const first = operand()
    if (!this.#scanner.isWord(kind)) return first
    const of = [first]
    while (this.#scanner.takeWord(kind)) of.push(operand())
    return { kind, of, span: this.#scanner.spanFrom(start) }
  }

  #negation(): Expression {
    const { start } = this.#scanner.peek()
    if (!this.#scanner.takeWord('not')) return this.#test()
    const of = this.#nested(() => this.#negation())
    return { kind: 'not', of, span: this.#scanner.spanFrom(start) }
  }

  #test(): Expression {
    const scanner = this.#scanner
    const { start } = scanner.peek()
    const left = this.#sum()
    if (scanner.takeWord('is')) {
      const isNull = !scanner.takeWord('not')
      scanner.expectWord('null')
      return { kind: 'null-test', of: left, isNull, span: scanner.spanFrom(start) }
    }
    const negated = scanner.takeWord('not')
    const test = this.#wordTest(left, start)
    if (test) return negated ? { kind: 'not', of: test, span: test.span } : test
    if (negated) throw scanner.unexpected('IN, LIKE or RLIKE')
    const operator = COMPARISONS.find((symbol) => scanner.isSymbol(symbol))
    if (operator === undefined) return this.#noTest(left)
    scanner.take()
    const right = this.#sum()
    return { kind: 'comparison', operator, left, right, span: scanner.spanFrom(start) }
  }

  /** What people write for an operator that the language has not. */
  #noTest(left: Expression): Expression {
    const scanner = this.#scanner
    if (scanner.isSymbol('=')) {
      const refusal = scanner.unexpected('an operator')
      throw new Refusal('esql/syntax', refusal.message, refusal.diagnostic.span ?? left.span, 'equality is "=="')
    }
    if (scanner.isSymbol(':')) {
      const hint = 'write == for a whole value, LIKE or RLIKE for a part'
      throw new Refusal('esql/unsupported', 'the full-text operator ":" cannot be run offline', left.span, hint)
    }
    return left
  }

  #wordTest(of: Expression, start: number): Expression | undefined {
    const scanner = this.#scanner
    if (scanner.takeWord('in')) {
      const among = this.#list(() => this.#sum())
      return { kind: 'in', of, among, span: scanner.spanFrom(start) }
    }
    for (const language of ['like', 'rlike'] as const) {
      if (!scanner.takeWord(language)) continue
      const patterns =
        language === 'like' && scanner.isSymbol('(') ? this.#list(() => this.#string()) : [this.#string()]
      return { kind: 'pattern', language, of, patterns, span: scanner.spanFrom(start) }
    }
    return undefined
  }

  #list<T>(item: () => T): readonly T[] {
    this.#scanner.expectSymbol('(')
    const items = [item()]
    while (this.#scanner.takeSymbol(',')) items.push(item())
    this.#scanner.expectSymbol(')')
    return items
  }

  #string(): string {
    if (this.#scanner.peek().kind !== 'string') throw this.#scanner.unexpected('a pattern in double quotes')
    return this.#scanner.take().text
  }

  #sum(): Expression {
    return this.#binary(['+', '-'], () => this.#binary(['*', '/', '%'], () => this.#signed()))
  }

  #binary(operators: readonly Arithmetic[], operand: () => Expression): Expression {
    const { start } = this.#scanner.peek()
    let left = operand()
    for (let count = 0; ; count++) {
      const operator = operators.find((symbol) => this.#scanner.isSymbol(symbol))
      if (operator === undefined) return left
      if (count === DEEPEST) throw this.#tooDeep()
      this.#scanner.take()
      const right = operand()
      left = { kind: 'arithmetic', operator, left, right, span: this.#scanner.spanFrom(start) }
    }
  }

  #signed(): Expression {
    const { start } = this.#scanner.peek()
    if (this.#scanner.takeSymbol('+')) return this.#nested(() => this.#signed())
    if (!this.#scanner.takeSymbol('-')) return this.#cast()
    const next = this.#scanner.peek()
    if (next.kind === 'integer' || next.kind === 'decimal') return parseLiteral(this.#scanner, start, '-')
    const of = this.#nested(() => this.#signed())
    return { kind: 'minus', of, span: this.#scanner.spanFrom(start) }
  }

  #cast(): Expression {
    const { start } = this.#scanner.peek()
    let of = this.#primary()
    while (this.#scanner.takeSymbol('::')) {
      const to = this.#namePart().text.toLowerCase()
      of = { kind: 'cast', of, to, span: this.#scanner.spanFrom(start) }
    }
    return of
  }

  #primary(): Expression {
    const scanner = this.#scanner
    const { start, kind, text } = scanner.peek()
    if (scanner.takeSymbol('(')) {
      const inner = this.expression()
      scanner.expectSymbol(')')
      return { ...inner, span: scanner.spanFrom(start) }
    }
    if (kind === 'integer' || kind === 'decimal') return this.#number(start)
    if (kind === 'string' || scanner.isSymbol('[') || (kind === 'name' && LITERAL_WORDS.has(text.toLowerCase())))
      return parseLiteral(scanner, start)
    if (scanner.isSymbol('?'))
      throw new Refusal(
        'esql/unsupported',
        'this query has parameters',
        scanner.spanOf(scanner.peek()),
        'write the values in their places',
      )
    if (kind !== 'name' && kind !== 'quoted') throw scanner.unexpected('a value')
    const called = this.name()
    if (!scanner.isSymbol('(')) return { kind: 'column', name: called.name, span: scanner.spanFrom(start) }
    return this.#call(called.name, start)
  }

  /** A number, or a length of time such as `5 minutes`. */
  #number(start: number): Expression {
    const number = parseLiteral(this.#scanner, start)
    const { kind, text } = this.#scanner.peek()
    if (kind !== 'name' || RESERVED.has(text.toLowerCase())) return number
    return parseTimeSpan(this.#scanner, number)
  }

  #call(name: string, start: number): Expression {
    const scanner = this.#scanner
    scanner.expectSymbol('(')
    const args: Expression[] = []
    if (scanner.isSymbol('*')) {
      const star = scanner.take()
      args.push({ kind: 'literal', type: 'keyword', value: '*', span: scanner.spanOf(star) })
    } else if (!scanner.isSymbol(')')) {
      args.push(this.expression())
      while (scanner.takeSymbol(',')) args.push(this.expression())
    }
    scanner.expectSymbol(')')
    return { kind: 'call', name, args, span: scanner.spanFrom(start) }
  }

  #nested<T>(parse: () => T): T {
    if (++this.#depth > DEEPEST) throw this.#tooDeep()
    const parsed = parse()
    this.#depth--
    return parsed
  }

  #tooDeep(): Refusal {
    return new Refusal('esql/syntax', 'this is nested too deep', this.#scanner.spanOf(this.#scanner.peek()))
  }
}

const LITERAL_WORDS: ReadonlySet<string> = new Set(['true', 'false', 'null'])
