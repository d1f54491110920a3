import type { Command } from '../command.ts'
import type { OptionReader, SearchMaker } from '../command-reader.ts'
import { boolean, ignored, span, text, whole } from '../option.ts'
import type { Row } from '../row.ts'
import { secondsOf, type TimeSpan } from '../time/unit.ts'
import { numberOf } from '../value.ts'
import { OpenTransactions } from '../transaction/open.ts'
import type { Limits, Transaction } from '../transaction/transaction.ts'

/** As many events has a transaction (limits.conf, maxevents). */
const MOST_EVENTS = 1000
/** Each further field doubles what has to be looked up. */
const MOST_FIELDS = 6

/** `startswith="words"`, `startswith=(search)` or `startswith=eval(expression)`. */
const mark: OptionReader<SearchMaker> = (reader, name) => {
  const { scanner } = reader
  if (scanner.match(/\s*eval\s*\(/iy)) {
    const condition = reader.condition()
    scanner.expect(')', 'the expression')
    return (run) => (fields) => condition(fields, run) === true
  }
  if (scanner.peek() === '(') return reader.searchInParentheses()
  if (scanner.peek() !== '"') return scanner.failHere(`"${name}" takes words in quotes, a search or eval(…)`)
  const word = scanner.quoted()
  return reader.searchText(word.text, word.start, word.end)
}

/** A span, or -1 for none. */
const bound: OptionReader<TimeSpan | undefined> = (reader, name) =>
  reader.scanner.match(/\s*-1(?=\s|$)/y) ? undefined : span(reader, name)

const OPTIONS = {
  maxspan: bound,
  maxpause: bound,
  maxevents: whole,
  startswith: mark,
  endswith: mark,
  connected: boolean,
  unifyends: boolean,
  keepevicted: boolean,
  keeporphans: boolean,
  mvlist: text,
  mvraw: boolean,
  delim: text,
  nullstr: text,
  maxopentxn: ignored,
  maxopenevents: ignored,
}

/**
 * `transaction [fields] …`: events that share the values of fields, newest first, become one row: all values of each
 * field, `duration`, `eventcount` and the time of the first. `maxspan`, `maxpause` and `maxevents` bound it, `endswith`
 * is its last event and `startswith` its first. One that misses an end that was asked for is evicted, which
 * `keepevicted` shows.
 */
export const transaction: Command = {
  kind: 'whole',
  read: (reader) => {
    const { scanner } = reader
    const options = reader.options(OPTIONS)
    const names: string[] = []
    while (!scanner.isEnd()) {
      if (reader.option(OPTIONS, options)) continue
      names.push(reader.field())
      scanner.take(',')
    }
    if (names.length > MOST_FIELDS) reader.fail(`"transaction" by more than ${MOST_FIELDS} fields is not run here`)
    if (options.connected === false) reader.fail('"transaction" with connected=f is not run here')
    const [longest, pause] = [options.maxspan, options.maxpause].map((each) => (each ? secondsOf(each) : Infinity))
    if (longest === undefined || pause === undefined) reader.fail('spans of transactions take no months and years')
    const limits: Limits = {
      span: longest ?? Infinity,
      pause: pause ?? Infinity,
      events: options.maxevents ?? MOST_EVENTS,
    }
    const bounded = limits.span < Infinity || limits.pause < Infinity || options.maxevents !== undefined
    const place = scanner.span(reader.name.start, scanner.at)
    return (rows, run) => {
      const open = new OpenTransactions(names)
      const [starts, ends] = [options.startswith?.(run), options.endswith?.(run)]
      const done: Transaction[] = []
      const orphans: Row[] = []
      let last = Infinity
      for (const row of rows) {
        const time = numberOf(row.get('_time')) ?? last
        if (time > last)
          run.report.fail(
            'spl/unsorted',
            '"transaction" needs the newest rows first',
            place,
            'put "sort 0 -_time" in front',
          )
        last = time
        const key = open.key(row)
        if (!key) {
          if (names.length > 0) orphans.push(row)
          continue
        }
        let current = open.find(key)
        const isEnd = ends?.(row) === true
        if (current && (isEnd || !current.takes(time, limits))) {
          open.close(current)
          done.push(current)
          current = undefined
        }
        current ??= open.start(isEnd)
        current.add(row, time)
        open.extend(current, key)
        if (starts?.(row) === true) current.hasStart = true
        if (!current.hasStart && current.count < limits.events) continue
        open.close(current)
        done.push(current)
      }
      return results([...done, ...open.rest()], orphans)
    }

    function results(all: readonly Transaction[], orphans: readonly Row[]): readonly Row[] {
      const made: Row[] = []
      for (const one of all) {
        const complete = (!options.startswith || one.hasStart) && (!options.endswith || one.hasEnd)
        if (!complete && options.keepevicted !== true) continue
        const closed = complete && (bounded || options.startswith !== undefined)
        made.push(one.row({ list: listed(options.mvlist), closed }))
      }
      if (options.keeporphans === true)
        for (const row of orphans) {
          row.set('_txn_orphan', 1)
          made.push(row)
        }
      return made.sort((a, b) => (numberOf(b.get('_time')) ?? 0) - (numberOf(a.get('_time')) ?? 0))
    }
  },
}

/** Fields whose values stay as they came, doubles too. */
function listed(option: string | undefined): (name: string) => boolean {
  if (option === undefined || /^(?:f|false|0)$/i.test(option)) return () => false
  if (/^(?:t|true|1)$/i.test(option)) return () => true
  const names = new Set(option.split(/[\s,]+/))
  return (name) => names.has(name)
}
