import type { RE2JS } from 're2js'
import { compileRegex, type Regex } from '../regex.ts'
import { textOf, type Value } from '../value.ts'
import { constantText, required, type Complaint, type EvalFunction } from './spec.ts'

/** As many expressions are kept that are only known in a run. */
const MOST_KEPT = 100

/**
 * A function whose second argument is a regular expression; a problem of one that is written out is told before anything
 * runs. `then` gets the first argument, and the third where there is one.
 */
export function regexFunction(
  count: 2 | 3,
  gives: EvalFunction['gives'],
  then: (regex: RE2JS, value: Value, third: Value) => Value,
): EvalFunction {
  return {
    least: count,
    most: count,
    gives,
    prepare: (of, compiler) => {
      const pattern = required(of, 1)
      const [value, form] = [compiler.compile(required(of, 0)), compiler.compile(pattern)]
      const third = of[2] ? compiler.compile(of[2]) : () => null
      const constant = constantText(pattern)
      if (constant !== undefined) {
        const regex = compileRegex(constant)
        if ('problem' in regex) return compiler.fail(pattern, regexComplaint(regex))
        return (fields, run) => then(regex.run, value(fields, run), third(fields, run))
      }
      const kept = new Map<string, Regex>()
      return (fields, run) => {
        const text = textOf(form(fields, run))
        if (text === null) return null
        const regex = kept.get(text) ?? compileRegex(text)
        if (kept.size < MOST_KEPT) kept.set(text, regex)
        if ('run' in regex) return then(regex.run, value(fields, run), third(fields, run))
        compiler.report(run, pattern, regexComplaint(regex))
        return null
      }
    },
  }
}

/** Why an expression cannot be run, and what to do. */
export function regexComplaint({ problem, at }: Extract<Regex, { problem: string }>): Required<Complaint> {
  return {
    code: 'spl/regex',
    message: `a regular expression that is not run here: ${problem}`,
    hint: 'expressions run in linear time, without look-around and back-references; test the parts one by one',
    offset: at,
  }
}
