import type { Scanner } from '../scanner.ts'
import type { Arithmetic, Comparison, Expression } from './tree.ts'

/** Deeper nesting is refused before it can exhaust the stack. */
const DEEPEST = 100

/** What the reading of an expression needs from around it. */
export interface ExpressionContext {
  /** Reads a subsearch at its bracket, and gives its number; undefined where none may stand. */
  readonly subsearch: (scanner: Scanner) => number
  /** Is told of `a.b` without quotes: two fields joined, which is seldom what was meant. */
  readonly joined: (start: number, end: number) => void
}

/**
 * Reads an expression of `eval`: `OR` and `XOR` bind least, then `AND`, `NOT`, comparisons, `+ - .`, `* / %`, signs.
 * Words such as `and` may have any case. A text stands in double quotes, a field with a strange name in single ones.
 */
export function parseExpression(scanner: Scanner, context: ExpressionContext): Expression {
  return new Reader(scanner, context).either()
}

const NUMBER = /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y
const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const QUOTED_NAME = /'((?:[^'\\]|\\.)*)'/y
const COMPARISON = /==|!=|<=|>=|=|<|>/y

class Reader {
  readonly #scanner: Scanner
  readonly #context: ExpressionContext
  #depth = 0

  constructor(scanner: Scanner, context: ExpressionContext) {
    this.#scanner = scanner
    this.#context = context
  }

  either(): Expression {
    this.#deeper()
    let left = this.#both()
    for (;;) {
      const operator = this.#scanner.takeKeyword('or') ? 'OR' : this.#scanner.takeKeyword('xor') ? 'XOR' : undefined
      if (operator === undefined) break
      const right = this.#both()
      left = { kind: 'logic', operator, left, right, start: left.start, end: right.end }
    }
    this.#depth--
    return left
  }

  #both(): Expression {
    let left = this.#negation()
    while (this.#scanner.takeKeyword('and')) {
      const right = this.#negation()
      left = { kind: 'logic', operator: 'AND', left, right, start: left.start, end: right.end }
    }
    return left
  }

  #negation(): Expression {
    this.#scanner.skipBlank()
    const start = this.#scanner.at
    if (!this.#scanner.takeKeyword('not')) return this.#comparison()
    this.#deeper()
    const of = this.#negation()
    this.#depth--
    return { kind: 'not', of, start, end: of.end }
  }

  #comparison(): Expression {
    const left = this.#sum()
    const scanner = this.#scanner
    scanner.skipBlank()
    const written = scanner.match(COMPARISON)?.[0]
    if (written !== undefined) {
      const right = this.#sum()
      const operator: Comparison = written === '=' ? '==' : (written as Comparison)
      return { kind: 'comparison', operator, left, right, start: left.start, end: right.end }
    }
    if (scanner.takeKeyword('like')) {
      const right = this.#sum()
      return { kind: 'call', name: 'like', of: [left, right], start: left.start, end: right.end }
    }
    const at = scanner.at
    const negated = scanner.takeKeyword('not')
    if (scanner.takeKeyword('in')) {
      scanner.expect('(', '"IN"')
      const of = [left, ...this.#list(')')]
      const call: Expression = { kind: 'call', name: 'in', of, start: left.start, end: scanner.at }
      return negated ? { kind: 'not', of: call, start: left.start, end: scanner.at } : call
    }
    scanner.at = at
    return left
  }

  #sum(): Expression {
    return this.#operations('+-.', () => this.#operations('*/%', () => this.#signed()))
  }

  #operations(operators: string, operand: () => Expression): Expression {
    let left = operand()
    for (;;) {
      const next = this.#scanner.peek()
      if (next === '' || !operators.includes(next)) return left
      this.#scanner.at++
      const glued = next === '.' && this.#scanner.at - 1 === left.end
      const right = operand()
      if (glued && left.kind !== 'literal' && right.kind === 'field' && right.start === left.end + 1)
        if (this.#isBare(right) && this.#isBare(lastOf(left))) this.#context.joined(left.start, right.end)
      left = { kind: 'arithmetic', operator: next as Arithmetic, left, right, start: left.start, end: right.end }
    }
  }

  #isBare(expression: Expression): boolean {
    return expression.kind === 'field' && this.#scanner.text[expression.start] !== "'"
  }

  #signed(): Expression {
    const start = (this.#scanner.skipBlank(), this.#scanner.at)
    const sign = this.#scanner.take('-') ? '-' : this.#scanner.take('+') ? '+' : undefined
    if (sign === undefined) return this.#primary()
    this.#deeper()
    const of = this.#signed()
    this.#depth--
    return { kind: 'sign', operator: sign, of, start, end: of.end }
  }

  #primary(): Expression {
    const scanner: Scanner = this.#scanner
    const next = scanner.peek()
    const start = scanner.at
    if (next === '(') {
      scanner.at++
      const inner = this.either()
      scanner.expect(')', 'the expression')
      return { ...inner, start, end: scanner.at }
    }
    if (next === '"') {
      const { text, end } = scanner.quoted()
      return { kind: 'literal', value: text, start, end }
    }
    if (next === "'") {
      const found = scanner.match(QUOTED_NAME)
      if (!found) scanner.fail('spl/syntax', 'a field name that is not closed', start, start + 1, "close it with '")
      return { kind: 'field', name: (found[1] ?? '').replace(/\\(['\\])/g, '$1'), start, end: scanner.at }
    }
    if (next === '[') {
      const number = this.#context.subsearch(scanner)
      return { kind: 'subsearch', number, start, end: scanner.at }
    }
    const number = scanner.match(NUMBER)?.[0]
    if (number !== undefined) return { kind: 'literal', value: Number(number), start, end: scanner.at }
    const name = scanner.match(NAME)?.[0]
    if (name === undefined) return scanner.failHere('expected a value', 'texts stand in "…", fields in \'…\'')
    if (scanner.text[scanner.at] === '(' || (scanner.peek() === '(' && !isKeyword(name))) {
      scanner.take('(')
      return { kind: 'call', name: name.toLowerCase(), of: this.#list(')'), start, end: scanner.at }
    }
    const end = start + name.length
    scanner.at = end
    if (scanner.text.startsWith('{}', end))
      scanner.fail('spl/syntax', `the field ${name}{} needs quotes here`, start, end + 2, `write '${name}{}'`)
    return { kind: 'field', name, start, end }
  }

  #list(close: string): readonly Expression[] {
    const scanner = this.#scanner
    if (scanner.take(close)) return []
    const found: Expression[] = []
    do found.push(this.either())
    while (scanner.take(','))
    scanner.expect(close, 'the arguments')
    return found
  }

  #deeper(): void {
    if (++this.#depth > DEEPEST)
      this.#scanner.fail(
        'spl/too-deep',
        `an expression nested more than ${DEEPEST} levels deep`,
        this.#scanner.at,
        this.#scanner.at + 1,
      )
  }
}

function lastOf(expression: Expression): Expression {
  return expression.kind === 'arithmetic' ? lastOf(expression.right) : expression
}

function isKeyword(name: string): boolean {
  return ['and', 'or', 'xor', 'not', 'like', 'in'].includes(name.toLowerCase())
}
