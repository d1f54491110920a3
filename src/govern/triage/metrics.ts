import type { Time } from '../../event/record.ts'
import { formatDay } from '../day.ts'
import { isWithin, type Period } from '../period.ts'
import { acknowledgedAt, closedAt, stateAt, type RegisteredAlert } from './register.ts'
import { VERDICTS, type Verdict } from './verdict.ts'

/** What the alerts of a period say of the rules and of those who looked at them, as it was at its end. */
export interface Metrics {
  readonly alerts: number
  readonly verdicts: VerdictCounts
  /** Closed, and nobody said what it was. */
  readonly closedWithoutVerdict: number
  /** By rule, the most alerts first. */
  readonly rules: readonly RuleMetrics[]
  readonly perDay: Readonly<Record<string, number>>
  readonly perHost: Readonly<Record<string, number>>
  /** Milliseconds: event to alert, alert to the first look, alert to its end. */
  readonly detect: Spread
  readonly acknowledge: Spread
  readonly resolve: Spread
  /** Of those that are open at the end of the period: their age then. */
  readonly open: Spread
}

export interface RuleMetrics {
  readonly rule: string
  readonly title: string
  readonly alerts: number
  readonly verdicts: VerdictCounts
  /** True among true and false ones; benign ones, duplicates and others are neither. Null: none of either. */
  readonly precision: number | null
  readonly hosts: number
  readonly days: number
}

export type VerdictCounts = Readonly<Record<Verdict | 'none', number>>

/** Of so many, in the middle, of nine in ten, and at most; null where there are none. */
export interface Spread {
  readonly count: number
  readonly median: number | null
  readonly p90: number | null
  readonly most: number | null
}

/** Counts alerts that were raised in the period; what was said of them after its end does not count. */
export function measure(alerts: Iterable<RegisteredAlert>, period: Period): Metrics {
  const total = new Tally()
  const rules = new Map<string, { readonly title: string; readonly tally: Tally }>()
  for (const alert of alerts) {
    if (!isWithin(alert.raised, period)) continue
    total.add(alert, period.to)
    const own = rules.get(alert.rule) ?? { title: alert.title, tally: new Tally() }
    rules.set(alert.rule, own)
    own.tally.add(alert, period.to)
  }
  const rows = [...rules].map(([rule, { title, tally }]): RuleMetrics => {
    const { verdicts, alerts: count } = tally
    return {
      ...{ rule, title, alerts: count, verdicts, precision: precisionOf(verdicts) },
      ...{ hosts: tally.perHost.size, days: tally.perDay.size },
    }
  })
  return {
    alerts: total.alerts,
    verdicts: total.verdicts,
    closedWithoutVerdict: total.closedWithoutVerdict,
    rules: rows.sort((a, b) => b.alerts - a.alerts || (a.rule < b.rule ? -1 : 1)),
    perDay: sorted(total.perDay),
    perHost: sorted(total.perHost),
    detect: spreadOf(total.detect),
    acknowledge: spreadOf(total.acknowledge),
    resolve: spreadOf(total.resolve),
    open: spreadOf(total.open),
  }
}

/** Four decimals, so that it is the same text everywhere. */
function precisionOf({ true_positive, false_positive_logic, false_positive_data }: VerdictCounts): number | null {
  const judged = true_positive + false_positive_logic + false_positive_data
  return judged === 0 ? null : Math.round((true_positive / judged) * 10_000) / 10_000
}

class Tally {
  alerts = 0
  closedWithoutVerdict = 0
  readonly verdicts: Record<Verdict | 'none', number> = {
    ...(Object.fromEntries(VERDICTS.map((each) => [each, 0])) as Record<Verdict, number>),
    none: 0,
  }
  readonly perDay = new Map<string, number>()
  readonly perHost = new Map<string, number>()
  readonly detect: number[] = []
  readonly acknowledge: number[] = []
  readonly resolve: number[] = []
  readonly open: number[] = []

  add(alert: RegisteredAlert, end: Time): void {
    const { raised, happened, host } = alert
    const { verdict, status } = stateAt(alert, end)
    this.alerts += 1
    this.verdicts[verdict ?? 'none'] += 1
    if (status === 'closed' && verdict === null) this.closedWithoutVerdict += 1
    count(this.perDay, formatDay(raised))
    count(this.perHost, host ?? 'unknown')
    if (happened !== null) this.detect.push(Math.max(0, raised - happened))
    const [acknowledged, closed] = [acknowledgedAt(alert, end), closedAt(alert, end)]
    if (acknowledged !== null) this.acknowledge.push(Math.max(0, acknowledged - raised))
    if (closed === null) this.open.push(end - raised)
    else this.resolve.push(Math.max(0, closed - raised))
  }
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}

function sorted(map: ReadonlyMap<string, number>): Readonly<Record<string, number>> {
  return Object.fromEntries([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** By nearest rank. */
export function spreadOf(values: readonly number[]): Spread {
  const ordered = Float64Array.from(values).sort()
  const at = (share: number): number | null => ordered[Math.max(0, Math.ceil(share * ordered.length) - 1)] ?? null
  return { count: ordered.length, median: at(0.5), p90: at(0.9), most: ordered.at(-1) ?? null }
}
