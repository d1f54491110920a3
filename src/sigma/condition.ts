import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { spanWithin, type ScalarNode } from '../diagnostic/yaml.ts'

/** A condition as written: over selections in a rule, over rules in an extended correlation condition. */
export type Condition =
  | { readonly op: 'and' | 'or'; readonly of: readonly Condition[]; readonly span: Span }
  | { readonly op: 'not'; readonly of: Condition; readonly span: Span }
  | { readonly op: 'name'; readonly name: string; readonly span: Span }
  /** `1 of x*`, `all of them`; the pattern is null for `them`. */
  | { readonly op: 'of'; readonly quantity: 'one' | 'all'; readonly pattern: string | null; readonly span: Span }

const DEEPEST = 100
const MOST_TOKENS = 10_000

interface Token {
  readonly text: string
  readonly start: number
}

/** Ends the reading of one condition; never leaves this file. */
class Refused extends Error {
  readonly diagnostic: Diagnostic
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}

/**
 * Reads a condition: `not` binds closer than `and`, `and` closer than `or`. The old aggregations behind a pipe are
 * refused. Undefined when a diagnostic was given.
 */
export function parseCondition(scalar: ScalarNode, diagnostics: Diagnostic[]): Condition | undefined {
  try {
    return new Parser(scalar).parse()
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    diagnostics.push(problem.diagnostic)
    return undefined
  }
}

class Parser {
  readonly #scalar: ScalarNode
  readonly #tokens: readonly Token[]
  #at = 0

  constructor(scalar: ScalarNode) {
    this.#scalar = scalar
    const tokens: Token[] = []
    for (const match of scalar.text.matchAll(/[()|]|[^\s()|]+/g)) {
      tokens.push({ text: match[0], start: match.index })
      if (tokens.length > MOST_TOKENS) {
        throw new Refused(error('sigma/too-large', `a condition of more than ${MOST_TOKENS} words`, scalar.span))
      }
    }
    this.#tokens = tokens
  }

  parse(): Condition {
    const condition = this.#or(0)
    const rest = this.#tokens[this.#at]
    if (rest === undefined) return condition
    const hint = rest.text === ')' ? 'it closes nothing' : 'join the parts with "and" or "or"'
    this.#fail(`"${rest.text}" is not expected here`, hint)
  }

  #or(depth: number): Condition {
    return this.#joined('or', () => this.#joined('and', () => this.#not(depth)))
  }

  #joined(op: 'and' | 'or', operand: () => Condition): Condition {
    const start = this.#offset()
    const first = operand()
    const of = [first]
    while (this.#word() === op) {
      this.#at++
      of.push(operand())
    }
    return of.length === 1 ? first : { op, of, span: this.#since(start) }
  }

  #not(depth: number): Condition {
    if (depth > DEEPEST) {
      const hint = 'split it into selections'
      throw new Refused(error('sigma/too-deep', `nested more than ${DEEPEST} levels deep`, this.#here(), { hint }))
    }
    const start = this.#offset()
    if (this.#word() === 'not') {
      this.#at++
      const of = this.#not(depth + 1)
      return { op: 'not', of, span: this.#since(start) }
    }
    if (this.#word() !== '(') return this.#operand()
    this.#at++
    const inner = this.#or(depth + 1)
    if (this.#word() !== ')') this.#fail('a bracket is not closed', 'add ")"')
    this.#at++
    return inner
  }

  #operand(): Condition {
    const token = this.#tokens[this.#at]
    const word = this.#word()
    if (token === undefined || word === 'and' || word === 'or' || word === 'of' || word === ')' || word === '|') {
      this.#fail(token ? `a name is missing before "${token.text}"` : 'a name is missing at the end')
    }
    this.#at++
    if (this.#word() !== 'of') return { op: 'name', name: token.text, span: this.#since(token.start) }
    if (word !== '1' && word !== 'any' && word !== 'all') {
      this.#at--
      this.#fail(`"${token.text} of" is not a quantity`, 'write "1 of" or "all of"')
    }
    this.#at++
    const pattern = this.#tokens[this.#at]
    if (pattern === undefined || /^[()|]$/.test(pattern.text)) {
      this.#fail('a selection is missing after "of"', 'write "them" or a name such as "selection_*"')
    }
    this.#at++
    return {
      op: 'of',
      quantity: word === 'all' ? 'all' : 'one',
      pattern: pattern.text.toLowerCase() === 'them' ? null : pattern.text,
      span: this.#since(token.start),
    }
  }

  /** The next token in lower case: Sigma's own words are read whatever their case. */
  #word(): string | undefined {
    return this.#tokens[this.#at]?.text.toLowerCase()
  }

  #offset(): number {
    return this.#tokens[this.#at]?.start ?? this.#scalar.text.length
  }

  /** From an offset to the end of the last token that was read. */
  #since(start: number): Span {
    const last = this.#tokens[this.#at - 1]
    return spanWithin(this.#scalar, start, last ? last.start + last.text.length : start)
  }

  #here(): Span {
    const token = this.#tokens[this.#at]
    return token ? spanWithin(this.#scalar, token.start, token.start + token.text.length) : this.#scalar.span
  }

  #fail(message: string, hint?: string): never {
    if (this.#word() === '|') {
      throw new Refused(
        error('sigma/old-aggregation', 'aggregations behind a pipe are no longer part of Sigma', this.#here(), {
          hint: 'write a correlation (event_count, value_count, temporal) that names this rule',
        }),
      )
    }
    throw new Refused(error('sigma/condition-syntax', message, this.#here(), { hint }))
  }
}

/** Every name a condition uses, in order; quantities excluded. */
export function namesIn(condition: Condition): readonly { readonly name: string; readonly span: Span }[] {
  switch (condition.op) {
    case 'name':
      return [condition]
    case 'of':
      return []
    case 'not':
      return namesIn(condition.of)
    case 'and':
    case 'or':
      return condition.of.flatMap(namesIn)
  }
}

/** True when nothing in it is turned round. */
export function isPositive(condition: Condition): boolean {
  switch (condition.op) {
    case 'name':
    case 'of':
      return true
    case 'not':
      return false
    case 'and':
    case 'or':
      return condition.of.every(isPositive)
  }
}
