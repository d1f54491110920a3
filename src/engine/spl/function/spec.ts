import type { DiagnosticCode } from '../../../diagnostic/diagnostic.ts'
import type { Expression } from '../expression/tree.ts'
import type { Fields } from '../row.ts'
import type { Run } from '../run.ts'
import { isSeveral, textOf, type Value } from '../value.ts'

/** An expression made ready to be worked out for many rows. */
export type Evaluate = (fields: Fields, run: Run) => Value

/** What is wrong with an argument. */
export interface Complaint {
  readonly message: string
  readonly hint?: string
  /** `spl/argument` unless given. */
  readonly code?: DiagnosticCode
  /** How far into a text in quotes, in its characters after escapes. */
  readonly offset?: number
}

/** What a function may ask of whoever compiles it. Failing is by `Problem`, at the place of an argument. */
export interface Compiler {
  compile(expression: Expression): Evaluate
  /** As `compile`; a problem unless the expression is true or false. */
  condition(expression: Expression): Evaluate
  /** A search as `searchmatch` takes it. */
  search(text: string, at: Expression): Evaluate
  fail(at: Expression, complaint: Complaint): never
  /** A problem that only shows in a run. */
  report(run: Run, at: Expression, complaint: Complaint): void
}

/** One function of `eval`. */
export interface EvalFunction {
  /** How many arguments it takes; `most` is infinite for any number. */
  readonly least: number
  readonly most: number
  /** `boolean`: true, false or null; `any`: what its arguments are. */
  readonly gives: 'value' | 'boolean' | 'any'
  readonly prepare: (of: readonly Expression[], compiler: Compiler) => Evaluate
}

export type EvalFunctions = Readonly<Record<string, EvalFunction>>

/** A function of its values alone. */
export function plain(
  least: number,
  most: number,
  call: (...values: readonly Value[]) => Value,
  gives: EvalFunction['gives'] = 'value',
): EvalFunction {
  return {
    least,
    most,
    gives,
    prepare: (of, compiler) => {
      const parts = of.map((each) => compiler.compile(each))
      const [first, second, third] = parts
      if (!first) return () => call()
      if (!second) return (fields, run) => call(first(fields, run))
      if (!third) return (fields, run) => call(first(fields, run), second(fields, run))
      return (fields, run) => call(...parts.map((part) => part(fields, run)))
    },
  }
}

/** A function of one text; several values are each worked on. */
export function ofText(call: (text: string) => string | number | null): EvalFunction {
  return plain(1, 1, (value = null) => eachText(value, call))
}

/** Works on a text, or on each of several values. */
export function eachText(value: Value, call: (text: string) => string | number | null): Value {
  if (isSeveral(value)) {
    const made = value.map((each) => call(String(each))).filter((each) => each !== null)
    return made.length > 1 ? made : (made[0] ?? null)
  }
  const text = textOf(value)
  return text === null ? null : call(text)
}

/** An argument that is written as a text or a number, not worked out; undefined for any other. */
export function constantText(expression: Expression | undefined): string | undefined {
  return expression?.kind === 'literal' ? String(expression.value) : undefined
}

/** An argument that must be there: arities are checked before functions are prepared. */
export function required(of: readonly Expression[], at: number): Expression {
  const found = of[at]
  if (!found) throw new Error(`no argument ${at}`)
  return found
}
