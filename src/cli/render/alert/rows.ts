import { printable } from '../../../diagnostic/frame.ts'
import type { Alert, AlertStep } from '../../../event/alert.ts'
import { hopReader, leavesTo } from '../../../event/hop.ts'
import type { EventRecord } from '../../../event/record.ts'
import { formatDuration, milliseconds } from '../../../ir/duration.ts'
import type { Paint } from '../../terminal.ts'
import { useInWords, type UseInWords } from './use.ts'

/** More rows than this are told by number: the first and the last few say what happened. */
const MOST_ROWS = 14

/** A line of the timeline. */
type Row =
  /** An event that the rule wanted. */
  | { readonly kind: 'step'; readonly event: EventRecord }
  /** An event between them that shows how an object travelled. */
  | { readonly kind: 'hop'; readonly event: EventRecord }
  /** An event by which its data may have left this host. */
  | { readonly kind: 'leaving'; readonly event: EventRecord }
  /** No such event, as the rule wanted. */
  | { readonly kind: 'absence'; readonly step: AlertStep }

const MARKS = { step: '>', hop: ' ', leaving: '!' } as const

/**
 * What happened, a line each, in order of time, counted from the first line. The rule's own steps are marked with `>`;
 * what lies between them says how the data or the descriptor came from one to the next, and what follows them how it came to
 * where it left this host, marked with `!`.
 *
 * @param only these events, where not all are asked for
 */
export function renderRows(alert: Alert, paint: Paint, only?: readonly EventRecord[]): string[] {
  const every = rowsOf(alert)
  const start = Math.min(...every.map((row) => (row.kind === 'absence' ? Infinity : (row.event.time ?? Infinity))))
  const all = only === undefined ? every : every.filter((row) => row.kind !== 'absence' && only.includes(row.event))
  const rows = all.length <= MOST_ROWS ? all : [...all.slice(0, MOST_ROWS / 2), ...all.slice(-MOST_ROWS / 2)]
  const words = rows.map((row) => (row.kind === 'absence' ? undefined : useInWords(row.event.fields)))
  const whoWidth = widest(words, (one) => one.who)
  const verbWidth = widest(words, (one) => one.verb)
  const lines = rows.map((row, i) => {
    const use = words[i]
    if (row.kind === 'absence' || use === undefined) return `${''.padStart(10)}  ${paint('warn', absent(row))}`
    const said = printable(`${use.who.padEnd(whoWidth)}  ${use.verb.padEnd(verbWidth)}  ${use.what}`)
    const tail = [
      use.objectClass && paint('warn', printable(use.objectClass)),
      use.lineage && paint('quiet', printable(use.lineage)),
    ]
    const isHop = row.kind === 'hop'
    const mark = isHop ? MARKS.hop : paint('bad', MARKS[row.kind])
    const head = `${offset(row.event, start).padStart(9)} ${mark} `
    return `${head}${[isHop ? paint('quiet', said) : said, ...tail.filter(Boolean)].join('   ')}`
  })
  const left = all.length - rows.length
  if (left > 0) lines.splice(MOST_ROWS / 2, 0, paint('quiet', `${''.padStart(12)}… ${left} more`))
  return lines
}

function rowsOf(alert: Alert): Row[] {
  const steps = alert.steps.flatMap((step): Row[] => (step.event === null ? [] : [{ kind: 'step', event: step.event }]))
  const hops = (alert.hops ?? []).map((event): Row => ({ kind: isLeaving(event) ? 'leaving' : 'hop', event }))
  const rows = withoutEchoes([...steps, ...hops].sort(byTime))
  for (const [i, step] of alert.steps.entries()) {
    if (step.event !== null) continue
    const before = alert.steps.slice(0, i).findLast((each) => each.event !== null)?.event
    const at = rows.findIndex((row) => row.kind !== 'absence' && row.event === before)
    rows.splice(at + 1, 0, { kind: 'absence', step })
  }
  return rows
}

/** Where the data of an alert may have left this host after it, and by whom, a line each; from events: `printable`. */
export function leavingsInWords({ hops = [] }: Alert): readonly string[] {
  const texts = hops.filter(isLeaving).map(({ fields }) => {
    const { who } = useInWords(fields)
    return `to ${leavesTo(hopReader(fields))}, sent by ${who} that held the data`
  })
  return [...new Set(texts)]
}

/** Of all that is sent beyond this host only what leaves it is among hops. */
function isLeaving({ fields }: EventRecord): boolean {
  return leavesTo(hopReader(fields)) !== ''
}

/** Hops that say the same as the line before them are told once. */
function withoutEchoes(rows: readonly Row[]): Row[] {
  let before = ''
  return rows.filter((row) => {
    if (row.kind === 'absence') return true
    const { who, verb, what } = useInWords(row.event.fields)
    const said = `${who} ${verb} ${what.replace(/^\d+ B /, '')}`
    const echo = row.kind === 'hop' && said === before
    before = said
    return !echo
  })
}

function byTime(a: Row, b: Row): number {
  if (a.kind === 'absence' || b.kind === 'absence') return 0
  const time = (a.event.time ?? 0) - (b.event.time ?? 0)
  return time || (a.event.sequence ?? a.event.line) - (b.event.sequence ?? b.event.line)
}

function absent(row: Row): string {
  return row.kind === 'absence' ? `no ${printable(row.step.as)} here` : ''
}

function offset(event: EventRecord, start: number): string {
  if (event.time === null) return ''
  const gap = event.time - start
  return gap < 10_000 ? `${gap} ms` : formatDuration(milliseconds(gap))
}

function widest(words: readonly (UseInWords | undefined)[], pick: (one: UseInWords) => string): number {
  return Math.max(0, ...words.map((one) => (one === undefined ? 0 : pick(one).length)))
}
