import { formatDuration, milliseconds } from '../../ir/duration.ts'
import type { Behaviour, Entry, TableName } from './learned.ts'
import { subjectInWords, thisSubject, type SubjectName } from './subject.ts'

/** Why something is unusual, in words; `bits` orders reasons, the rarest first: each halves how often it is seen. */
export interface Reason {
  readonly words: string
  readonly bits: number
}

/** Rarer than in one run of so many. */
const RARE = 100
/** Of something that came before this often what follows can be told. */
const ENOUGH = 5

/** What is known of a subject, beside all others. */
export interface Known {
  readonly subject: SubjectName
  readonly behaviour: Behaviour | undefined
  readonly fleet: Behaviour
}

/** Where this was seen in few runs or none: `what`, and in how many of how many. Undefined where it is usual or unknown. */
export function rarity(known: Known, table: TableName, name: string, what: (rare: Rare) => string): Reason | undefined {
  const { behaviour, fleet, subject } = known
  if (behaviour === undefined) return undefined
  const own = behaviour.tables[table]
  const entry = own.find(name)
  if (entry === undefined && !own.isUnseen(name)) return undefined
  const runs = entry?.runs ?? 0
  if (runs * RARE > behaviour.runs) return undefined
  const elsewhere = fleet.tables[table].find(name)
  const words = `${what(runs === 0 ? 'first' : 'seldom')}; ${inRuns(runs, behaviour.runs, subject)}, ${inFleet(elsewhere, fleet, table, name)}`
  return { words, bits: bitsOf(runs, behaviour.runs) }
}

export type Rare = 'first' | 'seldom'

/** What follows a chain, told after the longest one that is known well enough. */
export function chainRarity(known: Known, names: readonly string[], before: readonly string[]): Reason | undefined {
  const chains = known.behaviour?.tables.chain
  if (chains === undefined) return undefined
  for (let at = names.length - 1; at >= 1; at--) {
    const [name = '', came = ''] = [names[at], before[at]]
    const often = chains.find(came)?.runs ?? 0
    if (often < ENOUGH) continue
    const runs = chains.find(name)?.runs ?? 0
    if ((runs === 0 && !chains.isUnseen(name)) || runs * RARE > often) return undefined
    const step = name.slice(name.lastIndexOf(' > ') + 3)
    const words = `${step} right after ${came}; ${runs} of ${number(often)} runs that did ${came}`
    return { words, bits: bitsOf(runs, often) }
  }
  return undefined
}

/** Gaps are told as unusual below this part of what nearly all were. */
const FAR = 4
/** Of fewer gaps nothing is said. */
const ENOUGH_GAPS = 20

export function gapRarity(entry: Entry | undefined, gap: number | null, what: string): Reason | undefined {
  const sketch = entry?.sketch
  if (gap === null || sketch === undefined || sketch === null || sketch.count < ENOUGH_GAPS) return undefined
  const usual = sketch.quantile(0.01)
  if (gap * FAR >= usual) return undefined
  const words = `${what} ${time(gap)} after it was read; 99 of 100 times it took ${time(usual)} or more`
  return { words, bits: bitsOf(0, sketch.count) }
}

export function time(gap: number): string {
  return gap < 10_000 ? `${gap} ms` : formatDuration(milliseconds(gap - (gap % 1000)))
}

/** How many halvings away from always. */
export function bitsOf(runs: number, of: number): number {
  return Math.log2((of + 1) / (runs + 0.5))
}

export function inRuns(runs: number, of: number, subject: SubjectName): string {
  return `seen in ${number(runs)} of ${number(of)} runs of ${thisSubject(subject)}`
}

function inFleet(entry: Entry | undefined, fleet: Behaviour, table: TableName, name: string): string {
  if (entry === undefined && !fleet.tables[table].isUnseen(name)) return 'not told apart on the fleet'
  return `${number(entry?.runs ?? 0)} of ${number(fleet.runs)} on the fleet`
}

/** What is said where there is no history. */
export function noHistory(subject: SubjectName): string {
  return `no run of ${subjectInWords(subject)} was learned`
}

function number(value: number): string {
  return value.toLocaleString('en-US')
}
