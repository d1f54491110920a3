import type { Span } from '../../../diagnostic/source.ts'
import type { Accumulator } from '../aggregate/accumulator.ts'
import { readAggregates, type Aggregate } from '../aggregate/read.ts'
import type { Command } from '../command.ts'
import type { CommandReader, OptionReader } from '../command-reader.ts'
import { boolean, span, whole } from '../option.ts'
import type { Evaluate } from '../function/spec.ts'
import { singleGroup } from '../group.ts'
import type { Row } from '../row.ts'
import type { Run } from '../run.ts'
import { secondsOf } from '../time/unit.ts'
import { numberOf, type Single } from '../value.ts'

/** The widest window, in rows (limits.conf, max_stream_window). */
const WIDEST = 10_000

const condition: OptionReader<Evaluate> = (reader, name) => {
  const word = reader.scanner.word()
  if (word?.quoted === true) return reader.conditionIn(word)
  return reader.scanner.failHere(`"${name}" takes a condition in double quotes`, `write ${name}="(x>1)"`)
}

const OPTIONS = {
  current: boolean,
  window: whole,
  time_window: span,
  global: boolean,
  allnum: boolean,
  reset_on_change: boolean,
  reset_before: condition,
  reset_after: condition,
}

interface Settings {
  readonly aggregates: readonly Aggregate[]
  readonly by: readonly string[]
  readonly current: boolean
  /** Rows; 0 for all. */
  readonly window: number
  /** Seconds; 0 for no bound. */
  readonly timeWindow: number
  /** One window over all groups, rather than one for each. */
  readonly global: boolean
  readonly onChange: boolean
  readonly before: Evaluate | undefined
  readonly after: Evaluate | undefined
  readonly span: Span
}

/**
 * `streamstats`: each row gets the aggregates of the rows up to it, of its group. `current=f` leaves the row itself out.
 * `window=N` looks at the last N rows, over all groups unless `global=f`; `time_window` at rows less than that far away
 * in time, of which the far end is open; both at 10,000 rows at most. Rows that lack a field of `by` get nothing.
 */
export const streamstats: Command = {
  kind: 'whole',
  read: (reader) => {
    const options = reader.options(OPTIONS)
    const aggregates = readAggregates(reader, ['by', ...Object.keys(OPTIONS)])
    const by = reader.by()
    const timeWindow = options.time_window ? secondsOf(options.time_window) : 0
    if (timeWindow === undefined) reader.fail('"time_window" takes no months and years')
    const settings: Settings = {
      aggregates,
      by,
      current: options.current ?? true,
      window: windowOf(reader, options.window ?? 0),
      timeWindow: timeWindow ?? 0,
      global: options.global ?? true,
      onChange: options.reset_on_change ?? false,
      before: options.reset_before,
      after: options.reset_after,
      span: reader.scanner.span(reader.name.start, reader.scanner.at),
    }
    return (rows, run) => {
      const stream = new Stream(settings, run)
      for (const row of rows) stream.pass(row)
      return rows
    }
  },
}

function windowOf(reader: CommandReader, window: number): number {
  if (window < 0) reader.fail('"window" takes no negative number')
  if (window > WIDEST) reader.fail(`"window" is at most ${WIDEST}`)
  return window
}

interface Entry {
  readonly group: string
  readonly values: readonly (readonly Single[])[]
  readonly time: number | undefined
}

class Stream {
  readonly #settings: Settings
  readonly #run: Run
  readonly #windowed: boolean
  #groups = new Map<string, readonly Accumulator[]>()
  /** The rows in each window, oldest first: one for all under the empty key, or one for each group. */
  #windows = new Map<string, Queue>()
  #lastGroup: string | undefined
  #lastTime: number | undefined
  #direction = 0

  constructor(settings: Settings, run: Run) {
    this.#settings = settings
    this.#run = run
    this.#windowed = settings.window > 0 || settings.timeWindow > 0
  }

  pass(row: Row): void {
    const { aggregates, by, current, onChange, before, after, span } = this.#settings
    if (before?.(row, this.#run) === true) this.#reset()
    const group = singleGroup(row, by, this.#run, span)
    if (group === undefined) return
    if (onChange && this.#lastGroup !== undefined && group !== this.#lastGroup) this.#reset()
    this.#lastGroup = group
    const time = numberOf(row.get('_time'))
    const entry = { group, values: aggregates.map((one) => one.values(row, this.#run)), time }
    if (this.#settings.timeWindow > 0 && time !== undefined) this.#leaveBy(time, this.#queue(group))
    if (current) this.#enter(entry)
    const results = this.#accumulators(group).map((each) => each.result())
    for (let at = 0; at < results.length; at++) row.set(aggregates[at]?.as ?? '', results[at] ?? null)
    if (!current) this.#enter(entry)
    if (after?.(row, this.#run) === true) this.#reset()
  }

  #reset(): void {
    this.#groups = new Map()
    this.#windows = new Map()
  }

  #accumulators(group: string): readonly Accumulator[] {
    const known = this.#groups.get(group)
    if (known) return known
    const made = this.#settings.aggregates.map((one) => one.make(this.#windowed, this.#run))
    this.#groups.set(group, made)
    return made
  }

  #enter(entry: Entry): void {
    const accumulators = this.#accumulators(entry.group)
    for (let at = 0; at < accumulators.length; at++) accumulators[at]?.add(entry.values[at] ?? [], entry.time)
    if (!this.#windowed) return
    const { window, timeWindow } = this.#settings
    const queue = this.#queue(entry.group)
    queue.push(entry)
    const most = window > 0 ? window : WIDEST
    if (queue.size <= most) return
    if (window === 0 && timeWindow > 0)
      this.#run.report.truncated(`"time_window" looks at ${WIDEST} rows at most`, this.#settings.span)
    this.#drop(queue)
  }

  #queue(group: string): Queue {
    const key = this.#settings.window > 0 && this.#settings.global ? '' : group
    let queue = this.#windows.get(key)
    if (!queue) this.#windows.set(key, (queue = new Queue()))
    return queue
  }

  #drop(queue: Queue): void {
    const gone = queue.shift()
    if (gone) for (const each of this.#groups.get(gone.group) ?? []) each.drop()
  }

  /** Takes away what lies a whole window from a time, or further. Rows have to come in the order of time, either way. */
  #leaveBy(time: number, queue: Queue): void {
    const { timeWindow, span } = this.#settings
    const step = Math.sign(time - (this.#lastTime ?? time))
    if (step !== 0 && this.#direction !== 0 && step !== this.#direction)
      this.#run.report.fail(
        'spl/unsorted',
        '"time_window" needs rows in the order of time',
        span,
        'put "sort 0 _time" in front',
      )
    if (step !== 0) this.#direction = step
    this.#lastTime = time
    // Times are binary fractions: what lies just so far apart must not count as nearer.
    while (queue.first?.time !== undefined && Math.abs(time - queue.first.time) > timeWindow - 1e-6) this.#drop(queue)
  }
}

class Queue {
  #entries: Entry[] = []
  #start = 0

  get size(): number {
    return this.#entries.length - this.#start
  }

  get first(): Entry | undefined {
    return this.#entries[this.#start]
  }

  push(entry: Entry): void {
    this.#entries.push(entry)
  }

  shift(): Entry | undefined {
    const first = this.#entries[this.#start]
    if (first === undefined) return undefined
    this.#start++
    if (this.#start > 1000 && this.#start * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#start)
      this.#start = 0
    }
    return first
  }
}
