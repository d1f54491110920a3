import { fieldsOf, type Expression } from '../expression/tree.ts'
import type { Fields } from '../row.ts'
import { parseTimeSpan, secondsOf } from '../time/unit.ts'
import { compareTexts, numberOf, singlesOf, storedOf, textOf, type Single, type Stored, type Value } from '../value.ts'
import { regexFunction } from './regex-argument.ts'
import { plain, required, type Compiler, type EvalFunctions } from './spec.ts'

/** No range is longer: it is made in memory. */
const MOST_VALUES = 1_000_000

/** Functions of several values. */
export const severalFunctions: EvalFunctions = {
  mvappend: plain(1, Infinity, (...values) => storedOf(values.flatMap(singlesOf))),
  mvcount: plain(1, 1, (value = null) => (value === null ? null : singlesOf(value).length)),
  mvdedup: plain(1, 1, (value = null) => {
    const seen = new Map<string, Single>()
    for (const each of singlesOf(value)) if (!seen.has(String(each))) seen.set(String(each), each)
    return storedOf([...seen.values()])
  }),
  mvfilter: {
    least: 1,
    most: 1,
    gives: 'value',
    prepare: (of, compiler) => {
      const written = required(of, 0)
      const name = onlyField(written, 'mvfilter', compiler)
      const condition = compiler.condition(written)
      return (fields, run) =>
        storedOf(singlesOf(fields.get(name)).filter((each) => condition(new Bound(fields, name, each), run) === true))
    },
  },
  mvfind: regexFunction(2, 'value', (regex, value) => {
    const at = singlesOf(value).findIndex((each) => regex.test(String(each)))
    return at < 0 ? null : at
  }),
  mvindex: plain(2, 3, (value = null, start = null, end?: Value) => {
    const all = singlesOf(value)
    const from = place(start, all.length)
    const to = end === undefined ? from : place(end, all.length)
    if (from === undefined || to === undefined || from < 0 || from >= all.length || to < from) return null
    return storedOf(all.slice(from, to + 1))
  }),
  mvjoin: plain(2, 2, (value = null, by = null) => {
    const between = textOf(by)
    return value === null || between === null ? null : singlesOf(value).map(String).join(between)
  }),
  mvmap: {
    least: 2,
    most: 3,
    gives: 'value',
    prepare: (of, compiler) => {
      const [values, each] = [required(of, 0), required(of, 1)]
      const name = onlyField(values, 'mvmap', compiler)
      const [held, made] = [compiler.compile(values), compiler.compile(each)]
      return (fields, run) =>
        storedOf(singlesOf(held(fields, run)).flatMap((one) => singlesOf(made(new Bound(fields, name, one), run))))
    },
  },
  mvrange: plain(2, 3, (start = null, end = null, step = 1) => range(numberOf(start), numberOf(end), step)),
  mvsort: plain(1, 1, (value = null) =>
    storedOf([...singlesOf(value)].sort((a, b) => compareTexts(String(a), String(b)))),
  ),
  mvreverse: plain(1, 1, (value = null) => storedOf([...singlesOf(value)].reverse())),
  mvzip: plain(2, 3, (left = null, right = null, by = ',') => {
    const [a, b] = [singlesOf(left), singlesOf(right)]
    const between = textOf(by) ?? ','
    return storedOf(a.slice(0, b.length).map((each, at) => `${each}${between}${b[at] ?? ''}`))
  }),
  split: plain(2, 2, (value = null, by = null) => {
    const [text, between] = [textOf(value), textOf(by)]
    return text === null || between === null ? null : storedOf(text.split(between))
  }),
}

/** Fields of which one has another value. */
class Bound implements Fields {
  readonly #of: Fields
  readonly #name: string
  readonly #value: Stored

  constructor(of: Fields, name: string, value: Stored) {
    this.#of = of
    this.#name = name
    this.#value = value
  }

  get(name: string): Stored | null {
    return name === this.#name ? this.#value : this.#of.get(name)
  }
}

function onlyField(written: Expression, by: string, compiler: Compiler): string {
  const [name, ...others] = fieldsOf(written)
  if (name === undefined || others.length > 0)
    compiler.fail(written, { message: `"${by}" works on the values of one field`, hint: 'name exactly one field' })
  return name
}

/** Places from 0, negative ones from the end. */
function place(value: Value, length: number): number | undefined {
  const at = numberOf(value)
  if (at === undefined) return undefined
  return at < 0 ? Math.trunc(at) + length : Math.trunc(at)
}

/** From start up to, without, end; a step may be a span of time such as `7d`. */
function range(start: number | undefined, end: number | undefined, step: Value): Value {
  const span = typeof step === 'string' ? parseTimeSpan(step) : undefined
  const by = span ? secondsOf(span) : numberOf(step)
  if (start === undefined || end === undefined || by === undefined || by === 0) return null
  const count = Math.ceil((end - start) / by)
  if (count > MOST_VALUES) return null
  return storedOf(Array.from({ length: Math.max(0, count) }, (_, at) => start + at * by))
}
