import { didYouMean } from '../../../diagnostic/suggest.ts'
import { evalFunctions, UNRUN_FUNCTIONS } from '../function/functions.ts'
import type { Complaint, Compiler, EvalFunction, Evaluate } from '../function/spec.ts'
import type { Run } from '../run.ts'
import type { Scanner } from '../scanner.ts'
import { numberOf, type Value } from '../value.ts'
import { calculate, compare } from './operate.ts'
import type { Expression } from './tree.ts'

/** Makes searches that stand in expressions ready. */
export type SearchCompiler = (text: string, start: number, end: number) => Evaluate
/** The value that a subsearch gives in a run, by its number. */
export type SubsearchValue = (number: number) => Evaluate

/**
 * Makes expressions ready to be worked out. A problem (`spl/unknown-function`, `spl/argument`, `spl/type`, `spl/regex`,
 * `spl/unsupported`) is thrown at its place.
 */
export class ExpressionCompiler implements Compiler {
  readonly #scanner: Scanner
  readonly #searches: SearchCompiler
  readonly #subsearches: SubsearchValue

  constructor(scanner: Scanner, searches: SearchCompiler, subsearches: SubsearchValue) {
    this.#scanner = scanner
    this.#searches = searches
    this.#subsearches = subsearches
  }

  compile(expression: Expression): Evaluate {
    switch (expression.kind) {
      case 'literal': {
        const { value } = expression
        return () => value
      }
      case 'field': {
        const { name } = expression
        return (fields) => fields.get(name)
      }
      case 'sign': {
        const of = this.compile(expression.of)
        const sign = expression.operator === '-' ? -1 : 1
        return (fields, run) => {
          const number = numberOf(of(fields, run))
          return number === undefined ? null : sign * number
        }
      }
      case 'not': {
        const of = this.condition(expression.of)
        return (fields, run) => {
          const value = of(fields, run)
          return typeof value === 'boolean' ? !value : null
        }
      }
      case 'logic':
        return this.#logic(expression)
      case 'arithmetic': {
        const [left, right] = [this.#value(expression.left), this.#value(expression.right)]
        const { operator } = expression
        return (fields, run) => calculate(operator, left(fields, run), right(fields, run))
      }
      case 'comparison': {
        const [left, right] = [this.compile(expression.left), this.compile(expression.right)]
        const { operator } = expression
        return (fields, run) => compare(operator, left(fields, run), right(fields, run))
      }
      case 'call':
        return this.#call(expression)
      case 'subsearch':
        return this.#subsearches(expression.number)
    }
  }

  condition(expression: Expression): Evaluate {
    if (typeOf(expression) === 'value')
      this.fail(expression, {
        code: 'spl/type',
        message: 'expected something that is true or false',
        hint: 'compare it, as in x=="a", or ask isnotnull(x)',
      })
    return this.compile(expression)
  }

  /** An expression for a field, which cannot hold true or false. */
  value(expression: Expression): Evaluate {
    if (typeOf(expression) === 'boolean')
      this.fail(expression, {
        code: 'spl/type',
        message: 'a field cannot hold true or false',
        hint: 'write if(…, 1, 0), or tostring(…)',
      })
    return this.compile(expression)
  }

  search(text: string, at: Expression): Evaluate {
    return this.#searches(text, at.start, at.end)
  }

  fail(at: Expression, { message, hint, code = 'spl/argument', offset }: Complaint): never {
    const { start, end } = offset === undefined ? at : this.#inside(at, offset)
    this.#scanner.fail(code, message, start, end, hint)
  }

  report(run: Run, at: Expression, { message, hint, code = 'spl/argument' }: Complaint): void {
    run.report.fail(code, message, this.#scanner.span(at.start, at.end), hint)
  }

  /** The place of a character of a text in quotes. */
  #inside(at: Expression, offset: number): { readonly start: number; readonly end: number } {
    let start = at.start + 1
    for (let left = offset; left > 0 && start < at.end - 1; left--)
      start += /^\\["\\]/.test(this.#scanner.text.slice(start, start + 2)) ? 2 : 1
    return { start, end: Math.max(start + 1, at.end - 1) }
  }

  #value(expression: Expression): Evaluate {
    return this.value(expression)
  }

  #logic({ operator, left, right }: Extract<Expression, { kind: 'logic' }>): Evaluate {
    const [one, two] = [this.condition(left), this.condition(right)]
    switch (operator) {
      case 'AND':
        return (fields, run) => {
          const value = one(fields, run)
          if (value === false) return false
          const other = two(fields, run)
          return other === false ? false : value === true && other === true ? true : null
        }
      case 'OR':
        return (fields, run) => {
          const value = one(fields, run)
          if (value === true) return true
          const other = two(fields, run)
          return other === true ? true : value === false && other === false ? false : null
        }
      case 'XOR':
        return (fields, run) => {
          const [value, other]: Value[] = [one(fields, run), two(fields, run)]
          return typeof value === 'boolean' && typeof other === 'boolean' ? value !== other : null
        }
    }
  }

  #call(call: Extract<Expression, { kind: 'call' }>): Evaluate {
    const known = functionOf(call.name)
    if (!known) this.#failUnknown(call)
    const { least, most } = known
    if (call.of.length < least || call.of.length > most)
      this.fail(call, { message: `"${call.name}" takes ${count(least, most)}, not ${call.of.length}` })
    return known.prepare(call.of, this)
  }

  #failUnknown({ name, start }: Extract<Expression, { kind: 'call' }>): never {
    const reason = Object.hasOwn(UNRUN_FUNCTIONS, name) ? UNRUN_FUNCTIONS[name] : undefined
    const end = start + name.length
    if (reason !== undefined)
      this.#scanner.fail('spl/unsupported', `the function "${name}" is not run here: ${reason}`, start, end)
    const hint = didYouMean(name, Object.keys(evalFunctions))
    this.#scanner.fail('spl/unknown-function', `the function "${name}" is not known`, start, end, hint)
  }
}

function functionOf(name: string): EvalFunction | undefined {
  return Object.hasOwn(evalFunctions, name) ? evalFunctions[name] : undefined
}

/** Whether an expression is true or false, something else, or both at times. */
function typeOf(expression: Expression): 'value' | 'boolean' | 'any' {
  switch (expression.kind) {
    case 'literal':
    case 'sign':
    case 'arithmetic':
      return 'value'
    case 'field':
      return 'value'
    case 'not':
    case 'logic':
    case 'comparison':
      return 'boolean'
    case 'subsearch':
      return 'any'
    case 'call': {
      const gives = functionOf(expression.name)?.gives
      if (gives !== 'any') return gives ?? 'value'
      const types = new Set(resultsOf(expression).map(typeOf))
      const [only] = types
      return types.size === 1 && only !== undefined ? only : 'any'
    }
  }
}

/** The arguments that may be the result of a function that gives one of them. */
function resultsOf({ name, of }: Extract<Expression, { kind: 'call' }>): readonly Expression[] {
  if (name === 'if') return of.slice(1)
  if (name === 'case' || name === 'validate') return of.filter((_, at) => at % 2 === 1)
  return name === 'nullif' ? of.slice(0, 1) : of
}

function count(least: number, most: number): string {
  if (most === Infinity) return `at least ${least} ${least === 1 ? 'argument' : 'arguments'}`
  if (least === most) return `${least} ${least === 1 ? 'argument' : 'arguments'}`
  return `${least} to ${most} arguments`
}
