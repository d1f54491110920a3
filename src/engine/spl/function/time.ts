import { formatTime, unknownVariable } from '../time/format.ts'
import { relativeTime } from '../time/modifier.ts'
import { readTime } from '../time/read.ts'
import { numberOf, singlesOf, storedOf, textOf } from '../value.ts'
import { constantText, plain, required, type EvalFunctions } from './spec.ts'

const now = {
  least: 0,
  most: 0,
  gives: 'value',
  prepare: () => (_, run) => run.now,
} satisfies EvalFunctions[string]

export const timeFunctions: EvalFunctions = {
  now,
  // Splunk's wall clock; here, as events are, it stands still.
  time: now,
  relative_time: {
    least: 2,
    most: 2,
    gives: 'value',
    prepare: (of, compiler) => {
      const modifier = constantText(of[1])
      if (modifier !== undefined && relativeTime(0, modifier) === undefined)
        compiler.fail(required(of, 1), {
          message: `"${modifier}" is no time modifier`,
          hint: 'write it as -1d@d, @w1 or +30m',
        })
      const call = plain(2, 2, (value = null, by = null) => {
        const [time, text] = [numberOf(value), textOf(by)]
        return time === undefined || text === null ? null : (relativeTime(time, text) ?? null)
      })
      return call.prepare(of, compiler)
    },
  },
  strftime: {
    least: 2,
    most: 2,
    gives: 'value',
    prepare: (of, compiler) => {
      const unknown = unknownVariable(constantText(of[1]) ?? '')
      if (unknown !== undefined) compiler.fail(required(of, 1), { message: `"strftime" does not know "${unknown}"` })
      const call = plain(2, 2, (value = null, by = null) => {
        const format = textOf(by)
        if (format === null) return null
        return storedOf(
          singlesOf(value).flatMap((each) => {
            const time = numberOf(each)
            return time === undefined ? [] : [formatTime(time, format)]
          }),
        )
      })
      return call.prepare(of, compiler)
    },
  },
  strptime: plain(2, 2, (value = null, by = null) => {
    const format = textOf(by)
    if (format === null) return null
    return storedOf(singlesOf(value).flatMap((each) => readTime(String(each), format) ?? []))
  }),
}
