import { createHash } from 'node:crypto'
import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Time } from '../../event/record.ts'
import type { BoundedTable } from './bounded-table.ts'
import { emptyLearned, TABLE_NAMES, TABLES, type Behaviour, type Entry, type Host, type Learned } from './learned.ts'
import { MOST_HOSTS, MOST_SUBJECTS } from './learned.ts'
import { Sketch } from './sketch.ts'

/** Of the format of a learned file. */
const VERSION = '2'

/** What was learned as a file, and by which classes of paths. */
export interface LearnedFile {
  readonly learned: Learned
  /** Digest of rules/resources.yml as it was: counts under other classes do not add up. */
  readonly classes: string
}

/** One line of JSON, the same for the same counts; its digest tells when somebody has changed it. */
export function renderLearned({ learned, classes }: LearnedFile): string {
  const { events, jumps, hosts, subjects } = learned
  const content = JSON.stringify({
    classes,
    events,
    jumps,
    hosts: tableData(hosts, ({ name, first, last }) => [name, first, last]),
    subjects: tableData(subjects, behaviourData),
  })
  return `{"format":"detpack-learned/${VERSION}","digest":"${digestOf(content)}","learned":${content}}\n`
}

/**
 * Reads it back. `behaviour/not-learned`: no such file; `behaviour/changed-by-hand`: its digest is not that of what it
 * holds.
 */
export function parseLearned(
  name: string,
  text: string,
): { readonly file?: LearnedFile; readonly diagnostics: Diagnostic[] } {
  const refused = (code: Diagnostic['code'], what: string, hint: string): { diagnostics: Diagnostic[] } => ({
    diagnostics: [error(code, `"${name}" ${what}`, undefined, { hint })],
  })
  const hint = 'it is written by "detpack baseline learn" and "merge"'
  const read = HEAD.exec(text.slice(0, 200))
  const [, version, digest] = read ?? []
  if (version !== undefined && version !== VERSION)
    return refused(
      'behaviour/not-learned',
      `was learned by another detpack (its format is ${version}, not ${VERSION})`,
      'learn it anew',
    )
  if (read === null || digest === undefined || !text.endsWith('}\n'))
    return refused('behaviour/not-learned', 'is not what was learned', hint)
  const content = text.slice(read[0].length, -2)
  if (digestOf(content) !== digest)
    return refused(
      'behaviour/changed-by-hand',
      'was changed by hand, or is cut',
      'learn it anew; what is normal is changed by review',
    )
  const data = parseJson(content)
  const file = isMap(data) ? fileOf(data) : undefined
  return file === undefined
    ? refused('behaviour/not-learned', 'is not what was learned', hint)
    : { file, diagnostics: [] }
}

const HEAD = /^\{"format":"detpack-learned\/(\d{1,4})","digest":"([0-9a-f]{64})","learned":/

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function behaviourData({ runs, events, first, last, tables }: Behaviour): unknown[] {
  const all = TABLE_NAMES.map((name) => [name, tableData(tables[name], entryData)])
  return [runs, events, first, last, Object.fromEntries(all)]
}

function entryData({ uses, runs, sketch }: Entry): unknown[] {
  return sketch === null ? [uses, runs] : [uses, runs, sketch]
}

function tableData<T>(table: BoundedTable<T>, data: (entry: T) => unknown[]): object {
  return { full: table.isFull, entries: table.sorted().map(([name, entry]) => [name, ...data(entry)]) }
}

function fileOf(data: Data): LearnedFile | undefined {
  const { classes, events, jumps } = data
  const learned = emptyLearned()
  if (typeof classes !== 'string' || !isCount(events) || !isCount(jumps)) return undefined
  learned.events = events
  learned.jumps = jumps
  const whole =
    readTable(data['hosts'], MOST_HOSTS, learned.hosts, readHost) &&
    readTable(data['subjects'], MOST_SUBJECTS, learned.subjects, readBehaviour)
  return whole ? { learned, classes } : undefined
}

type Data = Readonly<Record<string, unknown>>
type Read<T> = (into: T, values: readonly unknown[]) => boolean

function readTable<T>(data: unknown, most: number, into: BoundedTable<T>, read: Read<T>): boolean {
  if (!isMap(data) || typeof data['full'] !== 'boolean' || !Array.isArray(data['entries'])) return false
  const entries = data['entries'] as readonly unknown[]
  if (entries.length > most || (data['full'] && entries.length < most)) return false
  if (data['full']) into.fill()
  return entries.every((item) => {
    if (!Array.isArray(item)) return false
    const [name, ...values] = item as readonly unknown[]
    if (typeof name !== 'string' || into.find(name) !== undefined) return false
    const entry = into.entry(name)
    return entry !== undefined && read(entry, values)
  })
}

const readHost: Read<Host> = (into, [name, first, last]) => {
  if (typeof name !== 'string' || !isTime(first) || !isTime(last)) return false
  into.name = name
  into.first = first
  into.last = last
  return true
}

const readBehaviour: Read<Behaviour> = (into, [runs, events, first, last, tables]) => {
  if (!isCount(runs) || !isCount(events) || !isTime(first) || !isTime(last) || !isMap(tables)) return false
  into.runs = runs
  into.events = events
  into.first = first
  into.last = last
  return TABLE_NAMES.every((name) => readTable(tables[name], TABLES[name], into.tables[name], readEntry))
}

const readEntry: Read<Entry> = (into, [uses, runs, sketch]) => {
  if (!isCount(uses) || !isCount(runs)) return false
  into.uses = uses
  into.runs = runs
  if (sketch === undefined) return true
  into.sketch = Sketch.from(sketch) ?? null
  return into.sketch !== null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function isMap(value: unknown): value is Data {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value)
}

function isTime(value: unknown): value is Time {
  return typeof value === 'number' && Number.isFinite(value)
}
