import {
  behaviourOf,
  TABLE_NAMES,
  type Behaviour,
  type Entry,
  type Learned,
  type TableName,
} from '../../../behaviour/baseline/learned.ts'
import { time } from '../../../behaviour/baseline/reason.ts'
import { FLEET, subjectInWords, UNDECLARED, type SubjectName } from '../../../behaviour/baseline/subject.ts'
import { printable } from '../../../diagnostic/frame.ts'
import { suggest } from '../../../diagnostic/suggest.ts'
import { formatTime } from '../../../event/record.ts'
import { ExitCode } from '../../exit-code.ts'
import { learnedPlace, readLearned } from '../../learned.ts'
import { loadUsableConfiguration } from '../../packs.ts'
import { plural } from '../../render/plural.ts'
import { table } from '../../render/table.ts'
import type { Shared } from '../../shared.ts'
import { paintFor, produce, type Paint } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface ShowOptions {
  readonly learned?: string
  readonly most: string
  readonly format: 'text' | 'json'
}

export async function show(shared: Shared, wanted: string | undefined, options: ShowOptions): Promise<ExitCode> {
  const { learned } = readLearned(learnedPlace(loadUsableConfiguration('.'), options.learned))
  const most = Number(options.most)
  if (!Number.isSafeInteger(most) || most < 1) throw new Unusable(`--most takes a number from 1, not "${options.most}"`)
  const names = wanted === undefined ? allSubjects(learned) : [subjectNamed(wanted, learned)]
  const all = names.map((name) => ({ name, behaviour: behaviourOf(learned, name) }))
  const known = all.flatMap(({ name, behaviour }) => (behaviour === undefined ? [] : [{ name, behaviour }]))
  const paint = paintFor(process.stdout, shared.color)
  if (options.format === 'json') await produce(`${JSON.stringify(known.map(asData), null, 2)}\n`)
  else if (wanted === undefined) await produce(`${table(known.map(asRow), paint)}\n`)
  else for (const { name, behaviour } of known) await produce(whole(name, behaviour, most, paint))
  return ExitCode.ok
}

function allSubjects({ subjects }: Learned): SubjectName[] {
  return [...subjects.sorted().map(([name]) => name), FLEET]
}

/** A subject as a person names it: without its kind where that is clear. */
export function subjectNamed(wanted: string, learned: Learned): SubjectName {
  const all = allSubjects(learned)
  const found = all.find((name) => [wanted, `task/${wanted}`, `service/${wanted}`].includes(name))
  if (found !== undefined) return found
  const near = suggest(wanted, [...all.map((name) => name.slice(name.indexOf('/') + 1)), UNDECLARED])
  throw new Unusable(`nothing was learned of "${wanted}"${near === undefined ? '' : `; did you mean "${near}"?`}`)
}

interface Shown {
  readonly name: SubjectName
  readonly behaviour: Behaviour
}

function asRow({ name, behaviour }: Shown): Readonly<Record<string, string>> {
  const { runs, events, first, last, tables } = behaviour
  return {
    subject: name,
    runs: String(runs),
    uses: String(events),
    from: formatTime(first).slice(0, 16),
    to: formatTime(last).slice(0, 16),
    destinations: size(tables.destination),
    objects: size(tables.object),
    files: size(tables.file),
    flows: size(tables.flow),
    withheld: size(tables.withheld),
  }
}

function size(of: Behaviour['tables'][TableName]): string {
  return `${of.size}${of.isFull ? '+' : ''}`
}

function asData({ name, behaviour }: Shown): object {
  const { runs, events, first, last, tables } = behaviour
  const entries = (table: TableName): object => ({
    full: tables[table].isFull,
    entries: tables[table]
      .sorted()
      .map(([name, { uses, runs, sketch }]) => ({ name, uses, runs, ...(sketch && spread(sketch)) })),
  })
  const all = TABLE_NAMES.map((table) => [table, entries(table)])
  const window = { first: formatTime(first), last: formatTime(last) }
  return { subject: name, runs, events, ...window, tables: Object.fromEntries(all) as object }
}

function spread(sketch: NonNullable<Entry['sketch']>): object {
  const { least, greatest } = sketch
  return { least, p01: sketch.quantile(0.01), median: sketch.quantile(0.5), p99: sketch.quantile(0.99), greatest }
}

const TITLES: Readonly<Record<TableName, string>> = {
  capability: 'Capabilities, and uses in a run',
  object: 'Objects of a class',
  file: 'Files of no class',
  destination: 'Destinations',
  program: 'Programs',
  chain: 'Chains of a process, and the gap before the last step',
  flow: 'Flows of classed data, and the gap since they were read',
  rate: 'In a run',
  withheld: 'Of classes that are never learned: counted, and normal for nobody',
}

function whole(name: SubjectName, behaviour: Behaviour, most: number, paint: Paint): string {
  const { runs, events, first, last, tables } = behaviour
  const head = `${subjectInWords(name)}: ${plural(runs, 'run')}, ${plural(events, 'use')}, ${formatTime(first)} to ${formatTime(last)}`
  const parts = TABLE_NAMES.filter((table) => tables[table].size > 0).map((table) =>
    part(
      TITLES[table],
      tables[table],
      runs,
      most,
      ['chain', 'flow', 'withheld'].includes(table) ? time : String,
      paint,
    ),
  )
  return `${[paint('heading', printable(head)), ...parts].join('\n\n')}\n`
}

function part(
  title: string,
  entries: Behaviour['tables'][TableName],
  runs: number,
  most: number,
  amount: (value: number) => string,
  paint: Paint,
): string {
  const sorted = [...entries.sorted()].sort(([, a], [, b]) => b.runs - a.runs || b.uses - a.uses)
  const lines = sorted.slice(0, most).map(([name, entry]) => {
    const { sketch } = entry
    const spread =
      sketch === null ? '' : `   ${amount(sketch.least)} … ${amount(sketch.quantile(0.5))} … ${amount(sketch.greatest)}`
    return `  ${`${entry.runs}/${runs}`.padStart(11)}  ${printable(name)}${paint('quiet', spread)}`
  })
  const left = sorted.length - lines.length
  if (left > 0) lines.push(paint('quiet', `${''.padStart(15)}… ${plural(left, 'other')}; --most shows more`))
  if (entries.isFull) lines.push(paint('warn', `${''.padStart(15)}there were more than can be told apart`))
  return [paint('place', title), ...lines].join('\n')
}
