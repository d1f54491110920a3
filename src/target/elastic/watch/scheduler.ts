import { setTimeout as sleep } from 'node:timers/promises'
import { warning, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../../event/field.ts'
import type { Reading } from '../../reading.ts'
import type { ClusterClient } from '../cluster-client.ts'
import { newFindings, writeAlerts } from './alert-stream.ts'
import { writeRuns, type RuleRun } from './run-log.ts'
import type { ScheduledRule, Window } from './scheduled-rule.ts'
import { search } from './search.ts'

export interface ScheduleOptions {
  readonly pack: string
  /** Where the events lie. */
  readonly index: string
  /** Time between two runs of a rule, ms. */
  readonly interval: number
  /** How late an event may reach the index and still be seen, ms. */
  readonly delay: number
  /** How far back a rule looks that was never run, or not for long, ms. */
  readonly furthest: number
  /** Queries at once. */
  readonly atOnce: number
  readonly onAlerts: (alerts: readonly JsonObject[], rule: ScheduledRule) => Promise<void>
  readonly onProblem: (diagnostics: readonly Diagnostic[]) => void
  readonly now?: () => number
}

export interface ScheduleStats {
  runs: number
  failed: number
  alerts: number
  /** The longest time that a rule waited for its turn beyond its interval, ms. */
  behind: number
  /** The most queries that ran at once. */
  most: number
}

interface Turn {
  readonly rule: ScheduledRule
  due: number
  /** Up to which event time it has been run; null when it never was. */
  to: number | null
}

/** How often what was run is kept, ms. */
const KEEP_EVERY = 1000

/**
 * Runs rules on schedule. A rule is never run twice at once, and what cannot be done in time is done late, not twice:
 * each run goes on where the last one of the rule ended, less the delay of events, so that nothing is left out and
 * nothing piles up. Alerts have the id of their chain, so that what is found again is no new alert.
 */
export class Scheduler {
  readonly stats: ScheduleStats = { runs: 0, failed: 0, alerts: 0, behind: 0, most: 0 }
  readonly #client: ClusterClient
  readonly #options: ScheduleOptions
  readonly #queue: Turn[]
  readonly #unkept = new Map<string, RuleRun>()
  readonly #now: () => number
  readonly #stopped = new AbortController()
  #running = 0

  /** @param runs what was run before, by rule */
  constructor(
    client: ClusterClient,
    rules: readonly ScheduledRule[],
    runs: ReadonlyMap<string, RuleRun>,
    options: ScheduleOptions,
  ) {
    this.#client = client
    this.#options = options
    this.#now = options.now ?? Date.now
    const start = this.#now()
    // Spread over the interval, so that the cluster has an even load; what was not run for long comes first.
    this.#queue = rules.map((rule, at) => {
      const last = runs.get(rule.id)
      const due = last === undefined ? start + (options.interval * at) / rules.length : last.at + options.interval
      return { rule, due: Math.max(due, last === undefined ? due : start), to: last?.to ?? null }
    })
  }

  stop(): void {
    this.#stopped.abort()
  }

  /** Runs until stopped. */
  async run(): Promise<void> {
    const keeping = this.#keepNowAndThen()
    await Promise.all(Array.from({ length: this.#options.atOnce }, () => this.#work(false)))
    await keeping
    await this.#keep()
  }

  /** Runs every rule once, now. */
  async once(): Promise<void> {
    for (const each of this.#queue) each.due = 0
    await Promise.all(Array.from({ length: this.#options.atOnce }, () => this.#work(true)))
    await this.#keep()
  }

  async #work(once: boolean): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const next = this.#take()
      if (next === undefined) {
        // All rules are being run by others.
        if (once) return
        await this.#pause(100)
        continue
      }
      const wait = once ? 0 : next.due - this.#now()
      if (wait > 0) {
        this.#queue.push(next)
        await this.#pause(Math.min(wait, 1000))
        continue
      }
      if (!once) this.stats.behind = Math.max(this.stats.behind, -wait)
      this.stats.most = Math.max(this.stats.most, ++this.#running)
      const began = this.#now()
      next.to = await this.#runRule(next.rule, next.to)
      this.#running--
      next.due = Math.max(next.due, began) + this.#options.interval
      if (!once) this.#queue.push(next)
    }
  }

  /** The rule that is due first; while it is out of the queue nobody else runs it. */
  #take(): Turn | undefined {
    let first = 0
    for (let at = 1; at < this.#queue.length; at++)
      if ((this.#queue[at]?.due ?? 0) < (this.#queue[first]?.due ?? 0)) first = at
    return this.#queue.splice(first, 1)[0]
  }

  /** Gives up to where the rule has been run now. */
  async #runRule(rule: ScheduledRule, last: number | null): Promise<number> {
    const { delay, furthest, interval, onProblem } = this.#options
    const began = this.#now()
    const from = last === null ? began - interval - delay : Math.max(last - delay, began - furthest)
    if (last !== null && last - delay < began - furthest) onProblem([skipped(rule, last - delay, from)])
    const result = await this.runWindow(rule, { from, to: began })
    const failed = 'diagnostic' in result
    const alerts = failed ? 0 : result.alerts
    const to = failed ? (last ?? from) : began
    const error = failed ? result.diagnostic.message : null
    this.#unkept.set(rule.id, { rule: rule.id, to, at: began, took: this.#now() - began, alerts, error })
    return to
  }

  /** Runs one rule over one window; what is an alert already is none again. */
  async runWindow(
    rule: ScheduledRule,
    window: Window,
  ): Promise<{ readonly found: number; readonly alerts: number } | { readonly diagnostic: Diagnostic }> {
    this.stats.runs++
    const { pack, index, onAlerts } = this.#options
    const found = await search(this.#client, rule, window, this.#now())
    const fresh = found.kind === 'failed' ? found : await newFindings(this.#client, found.value)
    if (found.kind === 'failed' || fresh.kind === 'failed') return this.#failed(fresh)
    const now = new Date(this.#now())
    const { alerts, diagnostic } = await writeAlerts(this.#client, index, pack, rule, fresh.value, now)
    this.stats.alerts += alerts.length
    // What is there is handed on now or never, whatever became of the others.
    if (alerts.length > 0) await onAlerts(alerts, rule)
    if (diagnostic !== null) return this.#failed({ kind: 'failed', diagnostic })
    return { found: found.value.length, alerts: alerts.length }
  }

  #failed(of: Reading<unknown>): { readonly diagnostic: Diagnostic } {
    if (of.kind === 'read') throw new Error('a run failed without a reason')
    this.stats.failed++
    this.#options.onProblem([of.diagnostic])
    return { diagnostic: of.diagnostic }
  }

  async #keepNowAndThen(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await this.#pause(KEEP_EVERY)
      await this.#keep()
    }
  }

  async #keep(): Promise<void> {
    const runs = [...this.#unkept.values()]
    if (runs.length === 0) return
    this.#unkept.clear()
    const problems = await writeRuns(this.#client, this.#options.pack, runs)
    if (problems.length > 0) this.#options.onProblem(problems)
  }

  async #pause(time: number): Promise<void> {
    await sleep(time, undefined, { signal: this.#stopped.signal }).catch(() => undefined)
  }
}

/** It was not run for longer than it looks back. */
function skipped(rule: ScheduledRule, from: number, to: number): Diagnostic {
  const [start, end] = [new Date(from).toISOString(), new Date(to).toISOString()]
  const message = `"${rule.title}" was not run on the events from ${start} to ${end}`
  return warning('target/window-skipped', message, undefined, {
    hint: `detpack deploy backfill --from ${start} --to ${end} runs it on them`,
  })
}
