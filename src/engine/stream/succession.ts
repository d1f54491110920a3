import { warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Alert } from '../../event/alert.ts'
import type { EventRecord, Time } from '../../event/record.ts'
import { reachOf } from '../../ir/reach.ts'
import type { Program, Rule } from '../../ir/rule.ts'
import { Correlator, type CorrelatorOptions, type CorrelatorStats, type PassingEvent } from './correlator.ts'
import type { PredicateSet } from './predicate-set.ts'

/** A program, and for each rule that alerts a text that is another one when the rule means something else. */
export interface RuleSet {
  readonly program: Program
  readonly versions: ReadonlyMap<string, string>
  /** Of rules that see more from some moments on, as when exceptions end: as they will be after each. */
  readonly later?: readonly LaterRules[]
  /** What rules see now, as texts; an empty one, or none, of a rule that sees everything. */
  readonly sights?: ReadonlyMap<string, string>
}

/** Rules as they will be. */
export interface LaterRules {
  readonly program: Program
  /** By rule, what it will see. */
  readonly sights: ReadonlyMap<string, string>
}

/** What runs a rule as long as it sees the same. */
interface View {
  readonly correlator: Correlator
  readonly sights: ReadonlyMap<string, string>
}

/** One set of rules, in force from some event time on. */
interface Generation {
  readonly correlator: Correlator
  /** These run the rules as they will be; the alerts of one count from the moment on at which they are. */
  readonly later: readonly View[]
  readonly rules: RuleSet
  /** The newest event time when it began: it has seen every event after that. */
  readonly born: number
  /** By rule: it answers for chains that close after that, the generation before for those up to it. */
  readonly after: ReadonlyMap<string, number>
}

/** Sets of rules at once; each sees every event. */
const MOST = 8

/**
 * A correlator whose rules may change while events come, without losing what is under way. The old rules and the new
 * ones run side by side until what began before the change can no longer close, and each alert is taken from one of
 * them: for a rule that is the same in both, the old ones answer for chains that close within its reach after the
 * change, and the new ones for all later ones, which they have seen whole. A rule that is gone answers for what closed
 * before the change; a new one for chains that begin after it. One that sees more from moments on that were known before
 * runs beforehand as it will be then: a chain that closes after such a moment is judged with all that it sees then.
 */
export class Succession {
  readonly #options: CorrelatorOptions
  readonly #diagnostics: Diagnostic[] = []
  readonly #generations: Generation[]
  /** Of the events that only generations have seen that are over. */
  #before: Pick<CorrelatorStats, 'events' | 'untimed' | 'duplicates' | 'late'> = NOTHING
  #newest = -Infinity
  /** Of generations that have ended since somebody asked. */
  readonly #alerts: Alert[] = []

  constructor(rules: RuleSet, options: CorrelatorOptions = {}) {
    this.#options = options
    this.#generations = [this.#generation(rules, -Infinity, new Map())]
  }

  #generation(rules: RuleSet, born: number, after: Generation['after'], before?: Correlator): Generation {
    const runOf = (program: Program): Correlator => new Correlator(program, this.#options, before)
    const later = (rules.later ?? []).map(({ program, sights }) => ({ correlator: runOf(program), sights }))
    return { rules, born, after, correlator: runOf(rules.program), later }
  }

  /** From the next event on, these rules. */
  change(rules: RuleSet): void {
    const last = this.#generations.at(-1)
    const born = this.#newest
    const after = new Map(
      [...rules.versions].map(([id, version]): readonly [string, number] => {
        const rule = rules.program.rules.get(id as Rule['id'])
        const same = last?.rules.versions.get(id) === version
        return [id, same && rule !== undefined ? born + reachOf(rule, rules.program) : born]
      }),
    )
    this.#generations.push(this.#generation(rules, born, after, last?.correlator))
    if (this.#generations.length <= MOST) return
    this.#alerts.push(...this.#given())
    this.#endOldest()
    if (this.#diagnostics.some((each) => each.code === 'engine/changed-often')) return
    const message = 'rules were changed more often than chains end; some that were under way may be lost'
    this.#diagnostics.push(warning('engine/changed-often', message))
  }

  /** As `Correlator.push`. */
  push(event: EventRecord, source = ''): void {
    if (event.time !== null) this.#newest = Math.max(this.#newest, event.time)
    for (const one of this.#running()) one.push(event, source)
  }

  #running(): readonly Correlator[] {
    return this.#generations.flatMap((one) => [one.correlator, ...one.later.map(({ correlator }) => correlator)])
  }

  /** As `Correlator.set`; undefined while several sets of rules run side by side. */
  get set(): PredicateSet | undefined {
    const [only, more] = this.#running()
    return more === undefined ? only?.set : undefined
  }

  /** As `Correlator.take`, with the places in `set`. */
  take(event: EventRecord, places: readonly number[], source: string): void {
    if (event.time !== null) this.#newest = Math.max(this.#newest, event.time)
    this.#generations[0]?.correlator.take(event, places, source)
  }

  /** As `Correlator.pass`, while there is a `set`. */
  pass(event: PassingEvent, time: Time | null, source: string): void {
    if (time !== null) this.#newest = Math.max(this.#newest, time)
    this.#generations[0]?.correlator.pass(event, time, source)
  }

  /** As `Correlator.watermark`. */
  watermark(time: Time, source = ''): void {
    for (const one of this.#running()) one.watermark(time, source)
  }

  /** As `Correlator.end`. */
  end(now?: Time): void {
    for (const one of this.#running()) one.end(now)
  }

  /** As `Correlator.drain`. */
  drain(): Alert[] {
    const alerts = [...this.#alerts.splice(0), ...this.#given()]
    while (this.#oldestIsOver()) this.#endOldest()
    return alerts
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#diagnostics, ...this.#generations.flatMap(({ correlator }) => correlator.diagnostics)]
  }

  get stats(): CorrelatorStats {
    const [oldest] = this.#generations
    if (oldest === undefined) throw new Error('no rules at all')
    const { stats } = oldest.correlator
    return { ...stats, ...sum(this.#before, stats) }
  }

  #given(): readonly Alert[] {
    return this.#generations.flatMap((one, at) =>
      [one.correlator, ...one.later.map(({ correlator }) => correlator)].flatMap((from) =>
        from.drain().filter((alert) => this.#judgeOf(alert, one, at) === from && this.#answersFor(alert, one, at)),
      ),
    )
  }

  /**
   * Which of a generation's correlators tells of a chain: one in which its rule sees what it sees when the chain closes,
   * or, where that was not foreseen, what it saw last before.
   */
  #judgeOf({ rule, last }: Alert, one: Generation, at: number): Correlator {
    const version = one.rules.versions.get(rule)
    const since = this.#generations
      .slice(at + 1)
      .filter(({ born, rules }) => last !== null && last > born && rules.versions.get(rule) === version)
    for (const { rules } of since.toReversed()) {
      const sight = sightOf(rules, rule)
      const foreseen = one.later.find(({ sights }) => sights.get(rule) === sight)
      if (foreseen !== undefined) return foreseen.correlator
      if (sight === sightOf(one.rules, rule)) break
    }
    return one.correlator
  }

  #answersFor({ rule, last }: Alert, one: Generation, at: number): boolean {
    const next = this.#generations[at + 1]
    // An event without a time is no part of a chain.
    if (last === null) return next === undefined
    // An event that comes late meets single-event rules all the same; those before it are gone by then.
    const alone = at === 0 && one.rules.program.rules.get(rule as Rule['id'])?.kind === 'event'
    if (!alone && last <= (one.after.get(rule) ?? -Infinity)) return false
    return last <= this.#until(rule, one, at)
  }

  /** Up to which closing time a generation answers for a rule: until the next has seen enough, or the rule is another. */
  #until(rule: string, one: Generation, at: number): number {
    let until = Infinity
    for (const next of this.#generations.slice(at + 1)) {
      if (next.rules.versions.get(rule) !== one.rules.versions.get(rule)) return Math.min(until, next.born)
      until = Math.min(until, next.after.get(rule) ?? next.born)
    }
    return until
  }

  /** Nothing can close any more for which it answers. */
  #oldestIsOver(): boolean {
    const [one, next] = this.#generations
    if (one === undefined || next === undefined) return false
    const last = [...one.rules.versions.keys()].map((rule) => this.#until(rule, one, 0))
    return one.correlator.settled > Math.max(next.born, ...last)
  }

  #endOldest(): void {
    const [one, next] = this.#generations
    if (one === undefined || next === undefined) return
    this.#before = sum(this.#before, one.correlator.stats, next.correlator.stats)
    this.#diagnostics.push(...one.correlator.diagnostics)
    this.#generations.shift()
  }
}

function sightOf({ sights }: RuleSet, rule: string): string {
  return sights?.get(rule) ?? ''
}

const NOTHING = { events: 0, untimed: 0, duplicates: 0, late: 0 }

type Counts = typeof NOTHING

/** What was counted in all, of one that ends and one that has counted part of the same. */
function sum(before: Counts, one: Counts, next: Counts = NOTHING): Counts {
  const of = (name: keyof Counts): number => before[name] + one[name] - next[name]
  return { events: of('events'), untimed: of('untimed'), duplicates: of('duplicates'), late: of('late') }
}
