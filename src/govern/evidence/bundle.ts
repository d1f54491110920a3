import { createHash } from 'node:crypto'
import type { JsonObject } from '../../event/field.ts'
import { formatTime } from '../../event/record.ts'
import { STATEMENT_TYPE } from '../log/envelope.ts'
import { formatAnchor } from '../log/merkle.ts'
import { intervalOf } from '../period.ts'
import type { Metrics } from '../triage/metrics.ts'
import { renderAlert } from '../triage/register.ts'
import { populationLines } from '../review/population.ts'
import type { Evidence } from './model.ts'
import { navigatorLayer } from './navigator.ts'
import { assessmentResults } from './oscal/assessment-results.ts'
import { componentDefinition } from './oscal/component-definition.ts'
import { planOfAction } from './oscal/plan-of-action.ts'
import { renderReport } from './report/report.ts'
import { alertsOf, alertTable, tables } from './tables.ts'

/** The signed list of all other files. */
export const INDEX_FILE = 'evidence.dsse.json'
export const LOG_FILE = 'log.ndjson'
export const SIGNERS_FILE = 'allowed_signers'
export const ALERTS_FILE = 'alerts.ndjson'
export const ALERT_TABLE_FILE = 'alerts.csv'
export const METRICS_FILE = 'metrics.json'

/** All that the review of a period was about, line by line as it was signed. */
export function populationFile(period: string): string {
  return `populations/${period}.ndjson`
}

/** Names what is stated of the files: they are the evidence of a period. */
export const EVIDENCE_TYPE = 'detpack:evidence/v1'

/** A file of a bundle. What grows with the alerts is made anew each time it is asked for, and not held. */
export interface BundleFile {
  readonly pieces: () => Iterable<string>
  /** SHA-256, in hex. */
  readonly digest: string
}

/** The files of a bundle but for the index, by their path in it, sorted. */
export function bundleFiles(
  evidence: Evidence,
  given: { readonly log: string; readonly signers: string },
): ReadonlyMap<string, BundleFile> {
  const { history, period, metrics } = evidence
  const texts: readonly (readonly [string, string])[] = [
    ...tables(evidence),
    [METRICS_FILE, renderMetrics(metrics)],
    [LOG_FILE, given.log],
    [SIGNERS_FILE, given.signers],
    ['attack-navigator.json', renderJson(navigatorLayer(evidence))],
    ['oscal/component-definition.json', renderJson(componentDefinition(evidence))],
    ['oscal/plan-of-action-and-milestones.json', renderJson(planOfAction(evidence))],
    ['report.html', renderReport(evidence)],
  ]
  const files = new Map<string, BundleFile>([
    ...texts.map(([name, text]) => [name, fileOf(text)] as const),
    [ALERT_TABLE_FILE, madeFile(() => alertTable(evidence))],
    [ALERTS_FILE, madeFile(() => alertsOf(history.alerts, period, (alert) => `${renderAlert(alert)}\n`))],
  ])
  for (const { period } of evidence.reviews) {
    const items = history.populations.get(period)
    if (items !== undefined)
      files.set(
        populationFile(period),
        madeFile(() => populationLines(items)),
      )
  }
  const digests = new Map([...files].sort(byName).map(([name, { digest }]) => [name, digest]))
  files.set('oscal/assessment-results.json', fileOf(renderJson(assessmentResults(evidence, digests))))
  return new Map([...files].sort(byName))
}

/** A file whose text is there. */
export function fileOf(text: string): BundleFile {
  return { pieces: () => [text], digest: digestOf(text) }
}

function madeFile(pieces: BundleFile['pieces']): BundleFile {
  const hash = createHash('sha256')
  for (const piece of pieces()) hash.update(piece)
  return { pieces, digest: hash.digest('hex') }
}

/** What is signed: the files with their digests, and the totals that can be counted again. */
export function indexOf(evidence: Evidence, files: ReadonlyMap<string, BundleFile>): JsonObject {
  const { history, period, asOf, metrics, gaps, controls } = evidence
  return {
    _type: STATEMENT_TYPE,
    subject: [...files].map(([name, { digest }]) => ({ name, digest: { sha256: digest } })),
    predicateType: EVIDENCE_TYPE,
    predicate: {
      period: { name: period.name, interval: intervalOf(period) },
      pack: { ...history.pack },
      asOf: formatTime(asOf),
      anchor: formatAnchor(history.log.anchor),
      totals: {
        alerts: metrics.alerts,
        gaps: gaps.length,
        controls: controls.length,
        satisfied: controls.filter(({ satisfied }) => satisfied).length,
      },
    },
  }
}

export function renderMetrics(metrics: Metrics): string {
  return renderJson(metrics as unknown as JsonObject)
}

export function digestOf(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('hex')
}

function renderJson(value: JsonObject): string {
  return `${JSON.stringify(value, null, 1)}\n`
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : Number(a > b)
}
