import { didYouMean } from '../../../diagnostic/suggest.ts'
import type { Source, Span } from '../../../diagnostic/source.ts'
import { milliseconds, type Duration } from '../../../ir/duration.ts'
import { Problem } from '../problem.ts'
import { parseExpression, parseField } from './parse-expression.ts'
import { TokenReader } from './token-reader.ts'
import type { Token } from './token.ts'
import type { FieldRef, Filter, Item, Pipe, Query, SampleQuery, SequenceQuery } from './tree.ts'

/** The server's own limits. */
const MOST_ITEMS = 256
const MOST_SAMPLED = 5
const MOST_RUNS = 100
const MOST_RESULTS = 2 ** 31 - 1

/** Reads a whole query; the first thing that is not EQL is a `Problem`. */
export function parseQuery(source: Source): Query {
  return new QueryParser(new TokenReader(source)).query()
}

class QueryParser {
  readonly #reader: TokenReader

  constructor(reader: TokenReader) {
    this.#reader = reader
  }

  query(): Query {
    const start = this.#reader.peek()
    if (this.#reader.takeKeyword('sequence')) return this.#sequence(start)
    if (this.#reader.takeKeyword('sample')) return this.#sample(start)
    if (this.#reader.takeKeyword('join'))
      throw new Problem(
        'eql/unsupported',
        'Elasticsearch does not know "join"',
        this.#reader.span(start),
        'write "sequence" for events in order, "sample" for events in any order',
      )
    const filter = this.#filter()
    return { kind: 'event', filter, pipes: this.#pipes() }
  }

  #sequence(start: Token): SequenceQuery {
    const shared = this.#keys()
    const maxspan = this.#maxspan()
    if (maxspan !== null && this.#isKeyword('by'))
      throw new Problem(
        'eql/syntax',
        '"by" stands before "with maxspan"',
        this.#reader.span(this.#reader.peek()),
        'write sequence by … with maxspan=…',
      )
    const items: Item[] = []
    while (this.#isSign('[') || this.#isSign('![')) items.push(this.#item(shared))
    const until = this.#reader.takeKeyword('until') ? this.#until(shared) : null
    const query: SequenceQuery = { kind: 'sequence', items, maxspan, until, pipes: this.#pipes() }
    checkSequence(query, this.#reader.span(start))
    return query
  }

  #sample(start: Token): SampleQuery {
    const shared = this.#keys()
    if (this.#isKeyword('with'))
      throw new Problem(
        'eql/unsupported',
        'a sample has no maxspan',
        this.#reader.span(this.#reader.peek()),
        'leave it out, or write a sequence',
      )
    const items: Item[] = []
    while (this.#isSign('[') || this.#isSign('![')) items.push(this.#item(shared))
    const after = this.#reader.peek()
    if (this.#reader.takeKeyword('until'))
      throw new Problem(
        'eql/unsupported',
        'a sample has no "until"',
        this.#reader.span(after),
        'leave it out, or write a sequence',
      )
    if (this.#isSign('|'))
      throw new Problem('eql/unsupported', 'a sample has no pipes', this.#reader.span(after), 'leave them out')
    this.#end()
    checkSample(items, this.#reader.span(start))
    return { kind: 'sample', items }
  }

  #filter(): Filter {
    const category = this.#category()
    this.#reader.expectKeyword('where', 'after the event category')
    return { category, where: parseExpression(this.#reader) }
  }

  #category(): Filter['category'] {
    if (this.#reader.takeKeyword('any')) return null
    const token = this.#reader.peek()
    if (token.kind !== 'name' && token.kind !== 'text' && token.kind !== 'quoted')
      throw this.#reader.unexpected(
        'an event category, "any", "sequence" or "sample"',
        token.kind === 'keyword' ? `a category of that name is written in double quotes: "${token.value}"` : undefined,
      )
    this.#reader.take()
    return { name: token.value, span: this.#reader.span(token) }
  }

  #keys(): FieldRef[] {
    const keys: FieldRef[] = []
    if (!this.#reader.takeKeyword('by')) return keys
    do keys.push(parseField(this.#reader))
    while (this.#reader.takeSign(','))
    return keys
  }

  #maxspan(): Duration | null {
    if (!this.#reader.takeKeyword('with')) return null
    this.#reader.expectKeyword('maxspan', 'after "with"')
    this.#reader.expectSign('=', 'after "maxspan"')
    const number = this.#reader.peek()
    if (number.kind !== 'integer' || number.value <= 0)
      throw this.#reader.unexpected('a whole number above 0 with its unit, such as 10s')
    this.#reader.take()
    const unit = this.#reader.peek()
    if (unit.kind !== 'name')
      throw this.#reader.unexpected('the unit of the time: ms, s, m, h or d', `write ${number.value}s for seconds`)
    const length = Object.hasOwn(UNITS, unit.value) ? UNITS[unit.value] : undefined
    if (length === undefined) throw this.#reader.unexpected('the unit of the time: ms, s, m, h or d')
    this.#reader.take()
    return milliseconds(number.value * length)
  }

  #item(shared: readonly FieldRef[]): Item {
    const start = this.#reader.take()
    const missing = start.kind === 'sign' && start.value === '!['
    const filter = this.#filter()
    this.#reader.expectSign(']', 'to close "["')
    const keys = [...shared, ...this.#keys()]
    const runs = this.#runs()
    return { filter, keys, missing, runs, span: this.#reader.spanFrom(start) }
  }

  #runs(): number {
    if (!this.#reader.takeKeyword('with')) return 1
    this.#reader.expectKeyword('runs', 'after "with"')
    this.#reader.expectSign('=', 'after "runs"')
    const number = this.#reader.peek()
    if (number.kind !== 'integer' || number.value < 1 || number.value > MOST_RUNS)
      throw this.#reader.unexpected(`a whole number from 1 to ${MOST_RUNS}`)
    this.#reader.take()
    return number.value
  }

  #until(shared: readonly FieldRef[]): Item {
    if (!this.#isSign('['))
      throw this.#reader.unexpected(
        '"[" after "until"',
        this.#isSign('![') ? 'an "until" event ends a sequence by being there' : undefined,
      )
    const item = this.#item(shared)
    if (item.runs > 1)
      throw new Problem(
        'eql/unsupported',
        'an "until" event ends a sequence the first time',
        item.span,
        'leave "with runs" out',
      )
    return item
  }

  #pipes(): Pipe[] {
    const pipes: Pipe[] = []
    while (this.#reader.takeSign('|')) pipes.push(this.#pipe())
    this.#end()
    return pipes
  }

  #pipe(): Pipe {
    const name = this.#reader.peek()
    if (name.kind !== 'name') throw this.#reader.unexpected('"head" or "tail"')
    const kind = name.value
    if (kind !== 'head' && kind !== 'tail') {
      const known = OTHER_PIPES.has(kind)
      const message = known ? `Elasticsearch does not know the pipe "${kind}"` : `there is no pipe "${kind}"`
      throw new Problem(
        known ? 'eql/unsupported' : 'eql/unknown-pipe',
        message,
        this.#reader.span(name),
        didYouMean(kind, ['head', 'tail']),
      )
    }
    this.#reader.take()
    const number = this.#reader.peek()
    if (number.kind !== 'integer' || number.value > MOST_RESULTS)
      throw this.#reader.unexpected(`how many results to keep, a whole number, after "${kind}"`)
    this.#reader.take()
    return { kind, count: number.value }
  }

  #end(): void {
    if (this.#reader.peek().kind !== 'end') throw this.#reader.unexpected('the end of the query')
  }

  #isSign(value: string): boolean {
    const token = this.#reader.peek()
    return token.kind === 'sign' && token.value === value
  }

  #isKeyword(value: string): boolean {
    const token = this.#reader.peek()
    return token.kind === 'keyword' && token.value === value
  }
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
/** Pipes of other EQLs. */
const OTHER_PIPES: ReadonlySet<string> = new Set(['count', 'filter', 'sort', 'unique', 'unique_count'])

function checkSequence({ items, maxspan, until }: SequenceQuery, span: Span): void {
  const steps = items.reduce((sum, item) => sum + item.runs, 0)
  if (steps < 2)
    throw new Problem(
      'eql/sequence',
      'a sequence needs at least two events',
      span,
      'write a second [… where …], or "with runs=2" behind the one',
    )
  if (steps > MOST_ITEMS)
    throw new Problem('eql/sequence', `a sequence has at most ${MOST_ITEMS} events, each run counted`, span)
  const missing = items.find((item) => item.missing)
  if (items.every((item) => item.missing))
    throw new Problem(
      'eql/sequence',
      'a sequence needs an event that is there',
      span,
      'write at least one [… where …] without "!"',
    )
  if (missing && maxspan === null)
    throw new Problem('eql/sequence', 'a missing event needs a maxspan', missing.span, 'write sequence with maxspan=…')
  checkKeyCount(until ? [...items, until] : items)
}

function checkSample(items: readonly Item[], span: Span): void {
  if (items.length < 2)
    throw new Problem('eql/sample', 'a sample needs at least two events', span, 'write a second [… where …]')
  if (items.length > MOST_SAMPLED) throw new Problem('eql/sample', `a sample has at most ${MOST_SAMPLED} events`, span)
  for (const item of items) {
    if (item.missing) throw new Problem('eql/unsupported', 'a sample has no missing events', item.span)
    if (item.runs > 1)
      throw new Problem(
        'eql/unsupported',
        'a sample has no "with runs"',
        item.span,
        'write the event as often as it is wanted',
      )
  }
  if (items[0]?.keys.length === 0)
    throw new Problem('eql/sample', 'a sample needs a field to join by', span, 'write sample by …')
  checkKeyCount(items)
}

function checkKeyCount(items: readonly Item[]): void {
  const [first] = items
  for (const item of items)
    if (first && item.keys.length !== first.keys.length)
      throw new Problem(
        'eql/join-keys',
        `this event is joined by ${item.keys.length} fields, the first one by ${first.keys.length}`,
        item.span,
        'join all events by equally many fields',
      )
}
