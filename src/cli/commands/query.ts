import { languageTitle } from '../../backend/refusal.ts'
import { renderNdjson } from '../../event/ndjson.ts'
import { parseTime, type EventRecord, type Time } from '../../event/record.ts'
import { engineFor } from '../engines.ts'
import { EventFile } from '../events.ts'
import { ExitCode } from '../exit-code.ts'
import { fileProgress } from '../progress.ts'
import { queryText, readLookups, readMacros, readSchema } from '../query-input.ts'
import type { Answer } from '../render/answer/answer.ts'
import { renderTable } from '../render/answer/table.ts'
import { plural } from '../render/plural.ts'
import { exitCodeOf, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce, say } from '../terminal.ts'
import { Unusable } from '../unusable.ts'

export interface QueryOptions {
  readonly file?: string
  readonly events: string
  readonly lookup?: readonly string[]
  readonly macros?: string
  readonly now?: string
  readonly timeField?: string
  readonly categoryField?: string
  readonly tiebreakerField?: string
  readonly schema?: string
  readonly size?: string
  readonly format: 'ndjson' | 'table'
}

/** Runs a native query on events: what it finds to standard output (semantics §5), a refusal with its place to the other. */
export async function query(
  shared: Shared,
  language: 'eql' | 'esql' | 'spl',
  text: string | undefined,
  options: QueryOptions,
): Promise<ExitCode> {
  const run = await engineFor(language)
  if (!run) throw new Unusable(`${languageTitle[language]} cannot be run offline yet`)
  const source = queryText(text, options.file)
  if (source.name === '<stdin>' && options.events === '-')
    throw new Unusable('standard input holds the query or the events, not both')
  const size = readSize(options.size)
  const schema = readSchema(options.schema)
  const context = {
    now: readNow(options.now),
    lookups: readLookups(options.lookup ?? []),
    timeField: options.timeField,
    categoryField: options.categoryField,
    tiebreakerField: options.tiebreakerField,
    types: schema?.types,
    nullValues: schema?.nullValues,
    macros: await readMacros(options.macros),
  }
  const progress = fileProgress(options.events, 'reading')
  const file = new EventFile(options.events, { timeField: options.timeField, onProgress: progress.read })
  const counted = { untimed: 0 }
  const { answer, diagnostics } = run(source, counting(file, counted, language), context)
  progress.done()
  report([...file.diagnostics, ...diagnostics], shared.color)
  if (!answer) return ExitCode.no
  const shown = cut(answer, size, language)
  if (options.format === 'table') await produce(renderTable(shown, paintFor(process.stdout, shared.color)))
  else await printLines(shown)
  for (const line of summary(answer, shown, file, counted.untimed)) say(line)
  return exitCodeOf([...file.diagnostics, ...diagnostics])
}

function readSize(text: string | undefined): number {
  if (text === undefined) return Infinity
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Unusable(`--size takes a whole number from 1 on, not "${text}"`)
  return Number(text)
}

function readNow(text: string | undefined): Time {
  const now = parseTime(text === undefined ? Date.now() : /^-?\d+$/.test(text) ? Number(text) : text)
  if (now === undefined) throw new Unusable(`--now takes a time such as 2026-01-31T12:00:00Z, not "${text}"`)
  return now
}

/** SPL also reads the time from `_time`. */
function* counting(file: EventFile, counted: { untimed: number }, language: string): Generator<EventRecord> {
  for (const event of file.records()) {
    if (event.time === null && (language !== 'spl' || event.fields._time === undefined)) counted.untimed++
    yield event
  }
}

/** EQL keeps the last results, as Elasticsearch's `size` does unless told otherwise; of rows the first are kept. */
function cut(answer: Answer, size: number, language: 'eql' | 'esql' | 'spl'): Answer {
  const { items } = answer
  if (items.length <= size) return answer
  return { ...answer, items: language === 'eql' ? items.slice(-size) : items.slice(0, size) }
}

async function printLines({ items }: Answer): Promise<void> {
  let lines = ''
  for (const { line } of items) {
    lines += renderNdjson(line)
    if (lines.length < 1 << 16) continue
    await produce(lines)
    lines = ''
  }
  await produce(lines)
}

function summary(answer: Answer, shown: Answer, file: EventFile, untimed: number): string[] {
  const more = answer.items.length - shown.items.length
  const notes: [number, string][] = [
    [more, `${plural(more, 'more', 'more')}, left out by --size`],
    [file.skipped, `${plural(file.skipped, 'line')} skipped`],
    [untimed, `${plural(untimed, 'event')} without a readable time`],
  ]
  const head = `${plural(file.count, 'event')} read, ${plural(answer.items.length, ...answer.nouns)} found`
  return [head, ...notes.flatMap(([count, text]) => (count > 0 ? [`  ${text}`] : []))]
}
