import type { Time } from '../../event/record.ts'
import { FRAMEWORKS, type EvidenceKind, type Framework, type FrameworkControl } from '../control/framework.ts'
import { silencesOf, type Silence } from '../coverage.ts'
import { deployedAt, type DeployedRule } from '../deployment.ts'
import { lastReports } from '../host/report.ts'
import type { History } from '../history.ts'
import { isWithin, parsePeriod, type Period } from '../period.ts'
import type { Review } from '../review/review.ts'
import { findGaps, type Tolerance } from '../trace/find-gaps.ts'
import { GAPS, type Gap } from '../trace/gap.ts'
import { linksOf, type Links } from '../trace/line.ts'
import { measure, type Metrics } from '../triage/metrics.ts'

/** What the evidence of a period says: all that the report and the files beside it show, and nothing else. */
export interface Evidence {
  readonly history: History
  readonly links: Links
  readonly period: Period
  /** The time of the last thing that is known: the same input has the same. */
  readonly asOf: Time
  readonly metrics: Metrics
  readonly gaps: readonly Gap[]
  readonly silences: readonly Silence[]
  /** Reviews of the period, or of a part of it. */
  readonly reviews: readonly Review[]
  /** Rules of the pack without an alert in the period. */
  readonly silent: readonly string[]
  /** The versions that the targets held at the end of the period, by rule. */
  readonly deployed: ReadonlyMap<string, readonly DeployedRule[]>
  readonly parts: Readonly<Record<EvidenceKind, Part>>
  readonly controls: readonly ControlResult[]
}

/** One kind of evidence in figures. */
export interface Part {
  /** How many there are, and of what. */
  readonly population: number
  readonly of: string
  /** How many of them somebody looked at. */
  readonly reviewed: number | null
  readonly gaps: readonly Gap[]
  /** The file that holds all of it. */
  readonly file: string
}

export interface ControlResult {
  readonly framework: Framework
  readonly control: FrameworkControl
  /** No gap in any of its evidence, and something there to look at. */
  readonly satisfied: boolean
  readonly gaps: readonly Gap[]
}

/** Draws the evidence of a period from what is known. Pure: the same history gives the same evidence. */
export function drawEvidence(history: History, period: Period, tolerance?: Tolerance): Evidence {
  const gaps = findGaps(history, period, tolerance)
  const reviews = history.reviews.reviews.filter(({ period: name }) => {
    const own = parsePeriod(name)
    return own !== undefined && own.from < period.to && own.to > period.from
  })
  const metrics = measure(history.alerts, period)
  const fired = new Set(metrics.rules.map(({ rule }) => rule))
  const parts = partsOf(history, period, reviews, metrics, gaps)
  return {
    ...{ history, period, gaps, reviews, metrics, parts },
    links: linksOf(history),
    asOf: lastTime(history, period),
    silences: silencesOf(history.stretches, period),
    silent: history.rules.filter(({ id }) => !fired.has(id)).map(({ id }) => id),
    deployed: deployedAt(history.deployments, period.to),
    controls: FRAMEWORKS.flatMap((framework) =>
      framework.controls.map((control) => resultOf(framework, control, parts)),
    ),
  }
}

function resultOf(
  framework: Framework,
  control: FrameworkControl,
  parts: Readonly<Record<EvidenceKind, Part>>,
): ControlResult {
  const own = control.evidence.map((kind) => parts[kind])
  const gaps = own.flatMap((part) => part.gaps)
  return { framework, control, gaps, satisfied: gaps.length === 0 && own.some(({ population }) => population > 0) }
}

function partsOf(
  history: History,
  period: Period,
  reviews: readonly Review[],
  metrics: Metrics,
  gaps: readonly Gap[],
): Evidence['parts'] {
  const { allowed, baselines, tests, deployments, stretches, exceptions, log } = history
  const hosts = new Set(
    stretches.filter(({ from, to }) => from < period.to && to >= period.from).map(({ host }) => host),
  )
  const reviewed = new Set(reviews.flatMap(({ outcomes }) => [...outcomes.keys()]))
  const of = (kind: string): number => [...reviewed].filter((item) => item.startsWith(`${kind}:`)).length
  const changes = deployments
    .filter(({ at }) => isWithin(at, period))
    .reduce((sum, { changes: all }) => sum + all.length, 0)
  const part = (
    kind: EvidenceKind,
    population: number,
    what: string,
    file: string,
    looked: number | null = null,
  ): readonly [EvidenceKind, Part] => {
    const own = gaps.filter((gap) => GAPS[gap.kind].evidence === kind)
    return [kind, { population, of: what, reviewed: looked, gaps: own, file }]
  }
  const parts = [
    part('trace', allowed.length, 'allowed capabilities', 'trace.csv'),
    part('baselines', baselines.length, 'baselines of services', 'baselines.csv', of('baseline')),
    part('tests', tests.length, 'tests of rules', 'tests.csv'),
    part('changes', changes, 'changes in targets', 'changes.csv', of('change')),
    part('coverage', hosts.size, 'hosts with a sensor', 'coverage.csv'),
    part('hosts', lastReports(history.hosts, period).length, 'hosts that were checked', 'hosts.csv'),
    part('alerts', metrics.alerts, 'alerts', 'alerts.csv', of('alert')),
    part('reviews', reviews.length, 'reviews', 'reviews.csv'),
    part('exceptions', exceptions.length, 'exceptions', 'exceptions.csv', of('exception')),
    part('metrics', metrics.rules.length, 'rules that fired', 'metrics.json'),
    part('attestation', log.entries.length, 'signed entries', 'log.ndjson'),
  ]
  return Object.fromEntries(parts) as Evidence['parts']
}

function lastTime({ alerts, deployments, log, stretches, hosts }: History, { to }: Period): Time {
  let last: number = to
  for (const { states, raised } of alerts) last = Math.max(last, raised, states.at(-1)?.at ?? 0)
  for (const { at } of [...deployments, ...hosts, ...log.entries]) last = Math.max(last, at)
  for (const stretch of stretches) last = Math.max(last, stretch.to)
  return last as Time
}
