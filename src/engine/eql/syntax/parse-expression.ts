import { Problem } from '../problem.ts'
import type { Token } from './token.ts'
import type { TokenReader } from './token-reader.ts'
import type { Comparison, Expression, FieldRef, Literal } from './tree.ts'

/** The server stops at this depth of its grammar, too. */
const DEEPEST = 200

/**
 * A condition. `not` binds tighter than `and`, `and` tighter than `or`; a comparison does not chain; `in`, `:`, `like`
 * and `regex` belong to the operand right before them.
 */
export function parseExpression(reader: TokenReader): Expression {
  return new ExpressionParser(reader).disjunction()
}

/** `a.b`, `?a.b`, `` `a-b`.c ``. */
export function parseField(reader: TokenReader): FieldRef {
  const start = reader.peek()
  const optional = reader.takeSign('?') !== undefined
  const parts: string[] = []
  do parts.push(namePart(reader))
  while (reader.takeSign('.'))
  const bracket = reader.peek()
  if (reader.peek(1).kind === 'integer' && reader.takeSign('['))
    throw new Problem(
      'eql/unsupported',
      'Elasticsearch keeps no positions in lists',
      reader.span(bracket),
      `test the field itself: it is true when any of its values is`,
    )
  return { kind: 'field', name: parts.join('.'), optional, span: reader.spanFrom(start) }
}

function namePart(reader: TokenReader): string {
  const token = reader.peek()
  if (token.kind !== 'name' && token.kind !== 'quoted') throw reader.unexpected('the name of a field')
  reader.take()
  return token.value
}

class ExpressionParser {
  readonly #reader: TokenReader
  #depth = 0

  constructor(reader: TokenReader) {
    this.#reader = reader
  }

  disjunction(): Expression {
    return this.#nested(() => this.#several('or', () => this.#several('and', () => this.#negation())))
  }

  #nested(read: () => Expression): Expression {
    if (++this.#depth > DEEPEST) {
      const message = `conditions may not nest more than ${DEEPEST} levels deep`
      throw new Problem(
        'eql/too-deep',
        message,
        this.#reader.span(this.#reader.peek()),
        'take parentheses away, or make lists of values',
      )
    }
    const read_ = read()
    this.#depth--
    return read_
  }

  #several(kind: 'and' | 'or', read: () => Expression): Expression {
    const start = this.#reader.peek()
    const first = read()
    if (this.#reader.peek().kind !== 'keyword') return first
    const of = [first]
    while (this.#reader.takeKeyword(kind)) of.push(read())
    return of.length === 1 ? first : { kind, of, span: this.#reader.spanFrom(start) }
  }

  #negation(): Expression {
    const start = this.#reader.peek()
    if (!this.#reader.takeKeyword('not')) return this.#comparison()
    const of = this.#nested(() => this.#negation())
    return { kind: 'not', of, span: this.#reader.spanFrom(start) }
  }

  #comparison(): Expression {
    const start = this.#reader.peek()
    const left = this.#sum()
    const operator = this.#comparisonSign()
    if (operator === undefined) return left
    const right = this.#sum()
    if (this.#comparisonSign() !== undefined)
      throw new Problem(
        'eql/syntax',
        'comparisons do not chain',
        this.#reader.span(this.#reader.last()),
        'join them by "and"',
      )
    return { kind: 'comparison', operator, left, right, span: this.#reader.spanFrom(start) }
  }

  #comparisonSign(): Comparison | undefined {
    const found = this.#reader.takeSign('==', '!=', '<', '<=', '>', '>=')
    return found as Comparison | undefined
  }

  #sum(): Expression {
    const start = this.#reader.peek()
    let left = this.#product()
    for (let operator = this.#reader.takeSign('+', '-'); operator; operator = this.#reader.takeSign('+', '-')) {
      const right = this.#product()
      left = { kind: 'arithmetic', operator: operator as '+' | '-', left, right, span: this.#reader.spanFrom(start) }
      this.#bound(start)
    }
    return left
  }

  #product(): Expression {
    const start = this.#reader.peek()
    let left = this.#unary()
    for (
      let operator = this.#reader.takeSign('*', '/', '%');
      operator;
      operator = this.#reader.takeSign('*', '/', '%')
    ) {
      const right = this.#unary()
      left = {
        kind: 'arithmetic',
        operator: operator as '*' | '/' | '%',
        left,
        right,
        span: this.#reader.spanFrom(start),
      }
      this.#bound(start)
    }
    return left
  }

  /** A chain of additions nests to the left, as deep as it is long. */
  #length = 0
  #bound(start: Token): void {
    if (++this.#length > DEEPEST)
      throw new Problem('eql/too-deep', `more than ${DEEPEST} operations of arithmetic`, this.#reader.spanFrom(start))
  }

  #unary(): Expression {
    const start = this.#reader.peek()
    const sign = this.#reader.takeSign('-', '+')
    if (sign === undefined) return this.#operand()
    const of = this.#nested(() => this.#unary())
    if (sign === '+') return of
    const span = this.#reader.spanFrom(start)
    return of.kind === 'literal' && typeof of.value === 'number'
      ? { ...of, value: -of.value, span }
      : { kind: 'negative', of, span }
  }

  /** An operand with the list or pattern that it is held against. */
  #operand(): Expression {
    const start = this.#reader.peek()
    const of = this.#primary()
    const token = this.#reader.peek()
    if (token.kind === 'sign' && token.value === ':') {
      this.#reader.take()
      return this.#match(start, of, ':', true)
    }
    if (token.kind !== 'keyword') return of
    switch (token.value) {
      case 'not': {
        const list = this.#reader.peek(1)
        if (list.kind !== 'keyword') return of
        if (list.value !== 'in' && list.value !== 'in~')
          throw new Problem(
            'eql/syntax',
            `"not" does not stand before "${list.value}"`,
            this.#reader.span(token, list),
            `write not (… ${list.value} …)`,
          )
        this.#reader.take()
        const found = this.#in(start, of)
        return { kind: 'not', of: found, span: found.span }
      }
      case 'in':
      case 'in~':
        return this.#in(start, of)
      case 'like':
      case 'like~':
      case 'regex':
      case 'regex~': {
        this.#reader.take()
        const [operator] = token.value.split('~')
        return this.#match(start, of, operator as 'like' | 'regex', token.value.endsWith('~'))
      }
      default:
        return of
    }
  }

  #in(start: Token, of: Expression): Expression {
    const folds = this.#reader.takeKeyword('in', 'in~') === 'in~'
    this.#reader.expectSign('(', 'after "in"')
    const list = this.#list(() => this.disjunction())
    return { kind: 'in', of, list, folds, span: this.#reader.spanFrom(start) }
  }

  #match(start: Token, of: Expression, operator: ':' | 'like' | 'regex', folds: boolean): Expression {
    const patterns = this.#reader.takeSign('(') ? this.#list(() => this.#constant()) : [this.#constant()]
    return { kind: 'match', operator, folds, of, patterns, span: this.#reader.spanFrom(start) }
  }

  /** What stands between commas, up to the closing parenthesis. */
  #list<T>(read: () => T): T[] {
    const items: T[] = []
    do items.push(read())
    while (this.#reader.takeSign(','))
    this.#reader.expectSign(')', 'at the end of the list')
    return items
  }

  #constant(): Literal {
    const found = this.#literal()
    if (!found)
      throw this.#reader.unexpected(
        'a text in double quotes',
        'the right side of ":", "like" and "regex" is a text, not a field',
      )
    return found
  }

  #literal(): Literal | undefined {
    const token = this.#reader.peek()
    const value = literalValue(token)
    if (value === undefined) return undefined
    this.#reader.take()
    return { kind: 'literal', value, decimal: token.kind === 'decimal', span: this.#reader.span(token) }
  }

  #primary(): Expression {
    const literal = this.#literal()
    if (literal) return literal
    const token = this.#reader.peek()
    if (token.kind === 'sign' && token.value === '(') {
      this.#reader.take()
      const inner = this.disjunction()
      this.#reader.expectSign(')', 'to close "("')
      return inner
    }
    const next = this.#reader.peek(1)
    if (token.kind === 'tilde' || (token.kind === 'name' && next.kind === 'sign' && next.value === '('))
      return this.#call(token)
    if (token.kind === 'name' && next.kind === 'keyword' && next.value === 'of')
      throw new Problem(
        'eql/unsupported',
        `Elasticsearch does not know "${token.value} of"`,
        this.#reader.span(token, next),
        'write a sequence by process.entity_id and process.parent.entity_id',
      )
    if (token.kind === 'name' || token.kind === 'quoted' || (token.kind === 'sign' && token.value === '?'))
      return parseField(this.#reader)
    throw this.#reader.unexpected('a field, a value or a function')
  }

  #call(token: Extract<Token, { kind: 'name' | 'quoted' | 'tilde' }>): Expression {
    this.#reader.take()
    this.#reader.expectSign('(', `after "${this.#reader.text(token)}"`)
    const args = this.#reader.takeSign(')') ? [] : this.#nestedList()
    const span = this.#reader.spanFrom(token)
    return {
      kind: 'call',
      name: token.value,
      folds: token.kind === 'tilde',
      args,
      nameSpan: this.#reader.span(token),
      span,
    }
  }

  #nestedList(): Expression[] {
    return this.#list(() => this.disjunction())
  }
}

function literalValue(token: Token): Literal['value'] | undefined {
  switch (token.kind) {
    case 'text':
    case 'integer':
    case 'decimal':
      return token.value
    case 'keyword':
      return token.value === 'true' ? true : token.value === 'false' ? false : token.value === 'null' ? null : undefined
    default:
      return undefined
  }
}
