import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { BoundedTable } from './bounded-table.ts'
import { Sketch } from './sketch.ts'
import { FLEET, type SubjectName } from './subject.ts'

/** What is counted of each subject, and how many names of each may be told apart. */
export const TABLES = {
  /** Actions; how often in a run. */
  capability: 64,
  /** `file_read personal ~/notes/{n}.txt`: what was done to which kind of path of a class. */
  object: 2048,
  /** The same of no class, as `file_write - /tmp/{tmp}`: a table of its own, so that no flood of them displaces an object. */
  file: 2048,
  /** `tcp 198.51.100.10:443`. */
  destination: 1024,
  /** Shapes of paths of programs that were started. */
  program: 512,
  /** Steps after steps of one process; gaps before the last. */
  chain: 4096,
  /** `personal > itself > tcp 198.51.100.10:443`: where data went, and how; gaps since they were read. */
  flow: 1024,
  /** How much of something a run did. */
  rate: 8,
  /** Names of the others that have to do with secrets: counted, and never taken for normal. */
  withheld: 256,
} as const satisfies Readonly<Record<string, number>>

export type TableName = keyof typeof TABLES
export const TABLE_NAMES = Object.keys(TABLES) as TableName[]

/** So many subjects and hosts are told apart. */
export const MOST_SUBJECTS = 512
export const MOST_HOSTS = 4096

/** How often something was seen, and how it is spread: uses in a run, or gaps in ms. */
export interface Entry {
  uses: number
  /** Runs in which it was seen. */
  runs: number
  sketch: Sketch | null
  /** Of a run that goes on: it was counted for that last. */
  mark: object | null
}

export type Tables = { readonly [table in TableName]: BoundedTable<Entry> }

/** What is known of one subject. */
export interface Behaviour {
  runs: number
  events: number
  first: Time
  last: Time
  readonly tables: Tables
}

export interface Host {
  name: string
  first: Time
  last: Time
}

/** What was learned from events: counts only, nothing of what the events held. */
export interface Learned {
  events: number
  /** How often a clock was set; gaps across that were not learned. */
  jumps: number
  readonly hosts: BoundedTable<Host>
  readonly subjects: BoundedTable<Behaviour>
}

const NEVER = { first: Infinity as Time, last: -Infinity as Time }

export function emptyLearned(): Learned {
  return {
    events: 0,
    jumps: 0,
    hosts: new BoundedTable<Host>(MOST_HOSTS, () => ({ name: '', ...NEVER })),
    subjects: new BoundedTable(MOST_SUBJECTS, emptyBehaviour),
  }
}

export function emptyBehaviour(): Behaviour {
  const entry = (): Entry => ({ uses: 0, runs: 0, sketch: null, mark: null })
  const table = (name: TableName): BoundedTable<Entry> => new BoundedTable(TABLES[name], entry)
  const tables = Object.fromEntries(TABLE_NAMES.map((name) => [name, table(name)])) as Record<
    TableName,
    BoundedTable<Entry>
  >
  return { runs: 0, events: 0, ...NEVER, tables }
}

/** The whole of several; in whatever order, and however they are put together first, it is the same. */
export function mergeLearned(all: readonly Learned[]): Learned {
  const whole = emptyLearned()
  for (const { events, jumps, hosts, subjects } of all) {
    whole.events += events
    whole.jumps += jumps
    addTable(whole.hosts, hosts, addHost)
    addTable(whole.subjects, subjects, addBehaviour)
  }
  return whole
}

/** All subjects as one. */
export function fleetOf({ subjects }: Learned): Behaviour {
  const fleet = emptyBehaviour()
  for (const [, behaviour] of subjects.sorted()) addBehaviour(fleet, behaviour)
  return fleet
}

/** What was learned of a subject, or of the fleet; undefined where it was never seen. */
export function behaviourOf(learned: Learned, subject: SubjectName): Behaviour | undefined {
  return subject === FLEET ? fleetOf(learned) : learned.subjects.find(subject)
}

/**
 * What would make the counts wrong although each part is right: `behaviour/overlapping-hosts` where two parts speak of
 * one host in the same time, and may hold the same events; `behaviour/two-hosts-one-name`; `behaviour/clock-jump`.
 */
export function doubtsOf(parts: readonly Learned[], whole: Learned): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const [at, one] of parts.entries())
    for (const other of parts.slice(at + 1))
      for (const [id, { name, first, last }] of one.hosts.sorted()) {
        const same = other.hosts.find(id)
        if (same === undefined || same.first > last || first > same.last) continue
        const from = formatTime(Math.max(first, same.first) as Time)
        const message = `two of these learned of the host "${name}" (${id}) at the same time, from ${from} on: uses may be counted twice`
        diagnostics.push(warning('behaviour/overlapping-hosts', message))
      }
  const names = new Map<string, string[]>()
  for (const [id, { name }] of whole.hosts.sorted()) if (name !== '') names.set(name, [...(names.get(name) ?? []), id])
  for (const [name, ids] of names) {
    if (ids.length < 2) continue
    const hint = 'they are told apart by host.id; give one another name, or look whether one was copied from the other'
    const message = `${ids.length} hosts are called "${name}": ${ids.slice(0, 4).join(', ')}`
    diagnostics.push(warning('behaviour/two-hosts-one-name', message, undefined, { hint }))
  }
  if (whole.jumps > 0) {
    const message = `a clock was set ${whole.jumps} times: gaps across that were not learned`
    diagnostics.push(warning('behaviour/clock-jump', message))
  }
  return diagnostics
}

export function addSketch(entry: Entry, value: number): void {
  entry.sketch ??= new Sketch()
  entry.sketch.add(value)
}

function addTable<T>(into: BoundedTable<T>, from: BoundedTable<T>, add: (into: T, from: T) => void): void {
  if (from.isFull) into.fill()
  for (const [name, entry] of from.sorted()) {
    const own = into.entry(name)
    if (own !== undefined) add(own, entry)
  }
}

function addHost(into: Host, from: Host): void {
  if (from.name > into.name) into.name = from.name
  addSpan(into, from)
}

function addBehaviour(into: Behaviour, from: Behaviour): void {
  into.runs += from.runs
  into.events += from.events
  addSpan(into, from)
  for (const table of TABLE_NAMES) addTable(into.tables[table], from.tables[table], addEntry)
}

function addEntry(into: Entry, from: Entry): void {
  into.uses += from.uses
  into.runs += from.runs
  if (from.sketch === null) return
  into.sketch ??= new Sketch()
  into.sketch.addAll(from.sketch)
}

function addSpan(
  into: { first: Time; last: Time },
  { first, last }: { readonly first: Time; readonly last: Time },
): void {
  if (first < into.first) into.first = first
  if (last > into.last) into.last = last
}
