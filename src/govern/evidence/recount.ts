import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { FRAMEWORKS, type EvidenceKind } from '../control/framework.ts'
import { countIn, objectIn, textIn } from '../json.ts'
import type { ReviewLog } from '../log/log.ts'
import { parsePeriod, type Period } from '../period.ts'
import { nameOf, signedPopulation, type Item } from '../review/population.ts'
import { followReviews } from '../review/review.ts'
import { gapsOfAlerts, gapsOfLog, TOLERANCE } from '../trace/find-gaps.ts'
import { GAPS, type Gap } from '../trace/gap.ts'
import { gapsOfPopulations, gapsOfReviews } from '../trace/review-gaps.ts'
import { measure } from '../triage/metrics.ts'
import { parseAlert, type RegisteredAlert } from '../triage/register.ts'
import { ALERT_TABLE_FILE, ALERTS_FILE, METRICS_FILE, populationFile, renderMetrics } from './bundle.ts'
import { csvRecords } from './csv.ts'
import { alertTable, CONTROL_TABLE_FILE, controlTable, GAP_TABLE_FILE, gapTable } from './tables.ts'

type Files = ReadonlyMap<string, Buffer>
type Tell = (message: string) => void

/**
 * Counts again what the files of a bundle can be counted from: alerts and their figures, the gaps that the review log, its
 * populations and the alerts give (each must be listed), and of each control its gaps. What differs is `govern/evidence-totals`.
 *
 * @param predicate of the index
 */
export function recount(
  files: Files,
  predicate: JsonObject | undefined,
  log: ReviewLog,
): { readonly alerts: number; readonly diagnostics: readonly Diagnostic[] } {
  const period = parsePeriod(textIn(objectIn(predicate?.['period']), 'name') ?? '')
  const totals = objectIn(predicate?.['totals'])
  const messages = new Set<string>()
  const tell: Tell = (message) => void messages.add(message)
  const alerts = readAlerts(files, tell)
  if (period === undefined) tell('the index names no period')
  else {
    recountAlerts(files, alerts, period, totals, tell)
    const listed = csvRecords(textOf(files, GAP_TABLE_FILE)).slice(1)
    const told = countIn(totals, 'gaps')
    if (told !== listed.length) tell(`the index tells of ${told ?? 'no'} gaps, ${GAP_TABLE_FILE} has ${listed.length}`)
    // What is wrong with the log itself is told by itself, and hides what it would give.
    if (log.diagnostics.length === 0) lookFor(gapsOf(files, alerts, log, period), listed, tell)
    recountControls(files, listed, totals, tell)
  }
  return { alerts: alerts.length, diagnostics: [...messages].map((each) => error('govern/evidence-totals', each)) }
}

export function textOf(files: Files, name: string): string {
  return files.get(name)?.toString('utf8') ?? ''
}

function readAlerts(files: Files, tell: Tell): readonly RegisteredAlert[] {
  const alerts: RegisteredAlert[] = []
  for (const line of textOf(files, ALERTS_FILE).split('\n')) {
    const alert = line === '' ? undefined : parseAlert(line)
    if (alert !== undefined) alerts.push(alert)
    else if (line !== '') tell(`${ALERTS_FILE} holds what is no alert`)
  }
  return alerts
}

function recountAlerts(
  files: Files,
  alerts: readonly RegisteredAlert[],
  period: Period,
  totals: JsonObject | undefined,
  tell: Tell,
): void {
  const metrics = measure(alerts, period)
  const told = countIn(totals, 'alerts')
  if (told !== metrics.alerts) tell(`the index tells of ${told ?? 'no'} alerts, ${ALERTS_FILE} has ${metrics.alerts}`)
  if (renderMetrics(metrics) !== textOf(files, METRICS_FILE)) tell(`${METRICS_FILE} is not what its alerts give`)
  const table = [...alertTable({ history: { alerts }, period })].join('')
  if (table !== textOf(files, ALERT_TABLE_FILE)) tell(`${ALERT_TABLE_FILE} does not hold the alerts of ${ALERTS_FILE}`)
}

/** The gaps that can be found without the pack: others need its rules, tests and deployments. */
function gapsOf(files: Files, alerts: readonly RegisteredAlert[], log: ReviewLog, period: Period): readonly Gap[] {
  const reviews = followReviews(log.entries)
  const populations = new Map<string, readonly Item[]>()
  for (const { period: name, start } of reviews.reviews) {
    const items = signedPopulation(textOf(files, populationFile(name)), start)
    if (items !== undefined) populations.set(name, items)
  }
  const reviewed = { reviews, populations }
  const raised = alerts.map(({ id, raised: at }) => ({ name: nameOf({ kind: 'alert', id }), at }))
  return [
    ...gapsOfLog({ log, reviews }),
    ...gapsOfReviews(reviewed, period),
    ...gapsOfPopulations(reviewed, raised, period),
    ...gapsOfAlerts({ alerts, rules: [] }, period, TOLERANCE).filter(({ kind }) => kind !== 'alert-of-unknown-rule'),
  ]
}

function lookFor(gaps: readonly Gap[], listed: readonly string[], tell: Tell): void {
  const there = new Set(listed)
  const records = csvRecords(gapTable({ gaps })).slice(1)
  for (const [i, { kind, subject }] of gaps.entries())
    if (!there.has(records[i] ?? '')) tell(`${GAP_TABLE_FILE} does not list ${subject}: ${GAPS[kind].title}`)
}

/** A control is without a gap only where its evidence has none; whether there is something to look at is not told here. */
function recountControls(files: Files, listed: readonly string[], totals: JsonObject | undefined, tell: Tell): void {
  const counts = new Map<string, number>()
  for (const record of listed) {
    const evidence = record.split(',')[1] ?? ''
    counts.set(evidence, (counts.get(evidence) ?? 0) + 1)
  }
  const there = new Set(csvRecords(textOf(files, CONTROL_TABLE_FILE)).slice(1))
  const [all, whole] = [there.size, [...there].filter((record) => record.includes(',satisfied,')).length]
  if (countIn(totals, 'controls') !== all || countIn(totals, 'satisfied') !== whole)
    tell(`the index does not tell of the ${all} controls in ${CONTROL_TABLE_FILE}, ${whole} of them without a gap`)
  for (const framework of FRAMEWORKS)
    for (const control of framework.controls) {
      const length = control.evidence.reduce((sum, kind: EvidenceKind) => sum + (counts.get(kind) ?? 0), 0)
      const row = (satisfied: boolean): string =>
        csvRecords(controlTable({ controls: [{ framework, control, satisfied, gaps: { length } }] }))[1] ?? ''
      if (!there.has(row(false)) && !(length === 0 && there.has(row(true))))
        tell(`${CONTROL_TABLE_FILE} says another thing of ${control.id} than its ${length} gaps`)
    }
}
