import { didYouMean } from '../../../diagnostic/suggest.ts'
import type { CommandReader } from '../command-reader.ts'
import type { Evaluate } from '../function/spec.ts'
import type { Fields } from '../row.ts'
import type { Run } from '../run.ts'
import type { Scanner } from '../scanner.ts'
import { singlesOf, type Single } from '../value.ts'
import { nameTest, starsOf } from '../wildcard.ts'
import { Running, Windowed, type Accumulator } from './accumulator.ts'
import { bags, ranked, type MakeBag } from './bag.ts'
import { folds } from './fold.ts'

/** One aggregate of `stats` and its like. */
export interface Aggregate {
  /** The field that it gives. */
  readonly as: string
  /** Whether it is a number even of nothing: how many there were. */
  readonly counts: boolean
  values(fields: Fields, run: Run): readonly Single[]
  /** @param windowed whether rows will leave it again */
  make(windowed: boolean, run: Run): Accumulator
  /** The field that it is of, where that has stars: then it stands for one of each field that has such a name. */
  readonly of: string | null
  /** As this, of one field. */
  on(name: string): Aggregate
}

/** Other names of the same. */
const SAME: Readonly<Record<string, string>> = { c: 'count', distinct_count: 'dc', estdc: 'dc', mean: 'avg' }

/** Functions that Splunk has and that are not run here, with the reason. */
const UNRUN: Readonly<Record<string, string>> = {
  estdc_error: 'counts are exact here',
  sparkline: 'it draws',
  rate_avg: 'it is for metrics only',
  rate_sum: 'it is for metrics only',
}

const NAMES = [
  ...Object.keys(folds),
  ...Object.keys(bags),
  ...Object.keys(SAME),
  'perc95',
  'p95',
  'exactperc95',
  'upperperc95',
]
const RANKED = /^(?:exactperc|upperperc|perc|p)(\d{1,2}(?:\.\d+)?|100)$/

/** Reads aggregates up to `by`, or whatever else does not begin one. At least one must be there. */
export function readAggregates(reader: CommandReader, ends: readonly string[] = ['by']): readonly Aggregate[] {
  const { scanner } = reader
  const found: Aggregate[] = []
  while (!scanner.isEnd()) {
    const word = scanner.peekWord()
    if (word?.quoted === false && ends.includes(word.text.toLowerCase())) break
    found.push(readAggregate(reader))
    scanner.take(',')
  }
  if (found.length === 0) scanner.failHere('expected an aggregate such as count or dc(field)')
  return found
}

export function readAggregate(reader: CommandReader): Aggregate {
  const scanner: Scanner = reader.scanner
  scanner.skipBlank()
  const start = scanner.at
  const word = scanner.match(/[A-Za-z_]\w*(?:\.\d+)?/y)?.[0]
  if (word === undefined) return scanner.failHere('expected an aggregate such as count or dc(field)')
  const name = word.toLowerCase()
  const make = makerOf(name)
  if (!make) return failUnknown(scanner, name, start)
  const counts = ['count', 'c', 'dc', 'distinct_count', 'estdc'].includes(name)
  const argument = scanner.take('(') ? readArgument(reader, name) : undefined
  if (argument === undefined && name !== 'count' && name !== 'c')
    return scanner.failHere(`expected "(" after "${word}"`, `write ${word}(field)`)
  const written = argument === undefined ? 'count' : scanner.text.slice(start, scanner.at).trim()
  const as = scanner.takeKeyword('as') ? outputName(scanner) : undefined
  if (as === undefined && argument?.kind === 'eval' && name.startsWith('c'))
    scanner.fail('spl/argument', `"${word}(eval(…))" needs a name`, start, scanner.at, 'add "AS name"')
  const place = { start, end: scanner.at }
  return new Parsed(
    as ?? (written === `${word}()` ? 'count' : written),
    counts,
    argument ?? { kind: 'rows' },
    make,
    (run) =>
      run.report.truncated('"list" gives the first 100 values', scanner.span(place.start, place.end), 'use values()'),
  )
}

type Argument =
  | { readonly kind: 'rows' }
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'eval'; readonly evaluate: Evaluate }

function readArgument(reader: CommandReader, name: string): Argument | undefined {
  const { scanner } = reader
  if (scanner.take(')')) return name === 'count' || name === 'c' ? { kind: 'rows' } : undefined
  if (scanner.match(/eval\s*\(/iy)) {
    const evaluate = name === 'count' || name === 'c' ? reader.anything() : reader.value()
    scanner.expect(')', 'the expression')
    scanner.expect(')', 'eval(…)')
    return { kind: 'eval', evaluate }
  }
  const word = scanner.word()
  if (!word) return scanner.failHere('expected a field')
  scanner.expect(')', 'the field')
  return { kind: 'field', name: reader.fieldName(word) }
}

function outputName(scanner: Scanner): string {
  const word = scanner.word()
  return word ? word.text : scanner.failHere('expected a name after "AS"')
}

type Maker = (windowed: boolean, truncated: () => void) => Accumulator

function makerOf(written: string): Maker | undefined {
  const name = Object.hasOwn(SAME, written) ? (SAME[written] ?? written) : written
  const fold = Object.hasOwn(folds, name) ? folds[name] : undefined
  if (fold) return (windowed) => (windowed ? new Windowed(fold) : new Running(fold))
  const bag: MakeBag | undefined = Object.hasOwn(bags, name) ? bags[name] : undefined
  if (bag) return bag
  const rank = RANKED.exec(name)?.[1]
  return rank === undefined ? undefined : ranked(Number(rank))
}

function failUnknown(scanner: Scanner, name: string, start: number): never {
  const reason = Object.hasOwn(UNRUN, name) ? UNRUN[name] : undefined
  const end = start + name.length
  if (reason !== undefined)
    scanner.fail('spl/unsupported', `the aggregate "${name}" is not run here: ${reason}`, start, end)
  scanner.fail('spl/unknown-function', `the aggregate "${name}" is not known`, start, end, didYouMean(name, NAMES))
}

const ONE: readonly Single[] = [1]
const NONE: readonly Single[] = []

class Parsed implements Aggregate {
  readonly as: string
  readonly counts: boolean
  readonly #argument: Argument
  readonly #make: Maker
  readonly #truncated: (run: Run) => void

  constructor(as: string, counts: boolean, argument: Argument, make: Maker, truncated: (run: Run) => void) {
    this.as = as
    this.counts = counts
    this.#argument = argument
    this.#make = make
    this.#truncated = truncated
  }

  get of(): string | null {
    return this.#argument.kind === 'field' && this.#argument.name.includes('*') ? this.#argument.name : null
  }

  values(fields: Fields, run: Run): readonly Single[] {
    switch (this.#argument.kind) {
      case 'rows':
        return ONE
      case 'field':
        return singlesOf(fields.get(this.#argument.name))
      case 'eval': {
        const value = this.#argument.evaluate(fields, run)
        return typeof value === 'boolean' ? (value ? ONE : NONE) : singlesOf(value)
      }
    }
  }

  make(windowed: boolean, run: Run): Accumulator {
    return this.#make(windowed, () => this.#truncated(run))
  }

  on(name: string): Aggregate {
    const stars = starsOf(this.of ?? name, name) ?? []
    let at = 0
    const as = this.as.includes('(')
      ? this.as.replace(this.of ?? name, name)
      : this.as.replace(/\*/g, () => stars[at++] ?? '')
    return new Parsed(as, this.counts, { kind: 'field', name }, this.#make, this.#truncated)
  }
}

/** Aggregates of fields with stars, as one for each field of the rows that has such a name. */
export function expanded(aggregates: readonly Aggregate[], names: () => Iterable<string>): readonly Aggregate[] {
  if (aggregates.every((one) => one.of === null)) return aggregates
  const known = [...names()]
  return aggregates.flatMap((one) => {
    const { of } = one
    return of === null ? [one] : known.filter(nameTest([of])).map((name) => one.on(name))
  })
}
