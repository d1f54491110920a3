import { constant, EvaluationFailure, folded, single, type Bound } from '../bound.ts'
import { checked, whole, type Call, type FunctionSpec } from '../function-spec.ts'
import { typeRefusal } from '../refusal.ts'
import { truncated } from '../time-unit.ts'
import { CHRONO_FIELDS, UNIT_LENGTHS, countUnits } from '../time-unit.ts'

/** A part of a time in UTC, by the names of java.time.temporal.ChronoField. */
const extract: FunctionSpec = {
  least: 2,
  most: 2,
  bind(call) {
    const [part, time] = bothOf(call, ['string', 'date'])
    const word = part.constant?.value
    const read = typeof word === 'string' ? CHRONO_FIELDS.get(word.toLowerCase()) : undefined
    if (!read)
      throw typeRefusal(
        'this is no part of a time that can be read offline',
        part.span,
        `such as ${[...CHRONO_FIELDS.keys()].slice(0, 4).join(', ')}`,
      )
    const evaluate = single([time], call.span, call.failures, (value) => BigInt(read(new Date(value as number))))
    return folded({ type: 'long', span: call.span, evaluate }, [time])
  },
}

/** Whole units from one time to the other, cut towards zero. */
const difference: FunctionSpec = {
  least: 3,
  most: 3,
  bind(call) {
    const [unit, from, to] = checked(call, ['string', 'date'])
    const word = unit?.constant?.value
    const length = typeof word === 'string' ? UNIT_LENGTHS.get(word.toLowerCase()) : undefined
    if (!unit || !from || !to || !length)
      throw typeRefusal(
        'this is no unit of time',
        unit?.span ?? call.span,
        'such as milliseconds, seconds, days, months',
      )
    const evaluate = single([from, to], call.span, call.failures, (start, end) => {
      const count = countUnits(length, start as number, end as number)
      if (Math.abs(count) >= 2 ** 31) throw new EvaluationFailure(`${count} is out of the range of an integer`)
      return count
    })
    return folded({ type: 'integer', span: call.span, evaluate }, [from, to])
  },
}

const truncate: FunctionSpec = {
  least: 2,
  most: 2,
  bind(call) {
    const [of, time] = call.args
    const { length } = of ?? {}
    if (!of || !time || !length)
      throw typeRefusal('DATE_TRUNC takes a length of time such as 1 hour', of?.span ?? call.span)
    const [checkedTime] = checked({ ...call, args: [time] }, ['date'])
    const bound = checkedTime ?? time
    const evaluate = single([bound], call.span, call.failures, (value) => truncated(value as number, length))
    return folded({ type: 'datetime', span: call.span, evaluate }, [bound])
  },
}

function bothOf(call: Call, kinds: readonly ['string', 'date']): readonly [Bound, Bound] {
  const [one, two] = checked(call, kinds)
  if (!one || !two) throw new Error('the number of arguments was checked')
  return [one, two]
}

export const timeFunctions: Readonly<Record<string, FunctionSpec>> = {
  date_extract: extract,
  date_diff: difference,
  date_trunc: truncate,
  now: {
    ...whole([], 'datetime', () => null),
    bind: (call) => constant('datetime', call.now, call.span),
  },
}
