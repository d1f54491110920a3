import type { History } from '../history.ts'
import { HOST_ITEMS } from '../host/item.ts'
import { isWithin, type Period } from '../period.ts'
import { approvalOf, approvalOfPack } from '../trace/find-gaps.ts'
import { GAPS, type Gap } from '../trace/gap.ts'
import { acknowledgedAt, closedAt, stateAt, type RegisteredAlert } from '../triage/register.ts'
import { VERDICTS } from '../triage/verdict.ts'
import type { Time } from '../../event/record.ts'
import { formatDay } from '../day.ts'
import { csvLines, renderCsv, timeCell, type Cell } from './csv.ts'
import type { ControlResult, Evidence } from './model.ts'

export const GAP_TABLE_FILE = 'gaps.csv'
export const CONTROL_TABLE_FILE = 'controls.csv'

/** The alerts of the period, as they were at its end, line by line. */
export function alertTable({
  history,
  period,
}: {
  readonly history: Pick<History, 'alerts'>
  readonly period: Period
}): Iterable<string> {
  const head = ['id', 'target', 'rule', 'title', 'version', 'host', 'happened', 'raised', 'acknowledged', 'closed']
  const row = (alert: RegisteredAlert): readonly Cell[] => {
    const { status, verdict, by, note } = stateAt(alert, period.to)
    return [
      ...[alert.id, alert.target, alert.rule, alert.title, alert.version, alert.host, timeCell(alert.happened)],
      ...[timeCell(alert.raised), timeCell(acknowledgedAt(alert, period.to)), timeCell(closedAt(alert, period.to))],
      ...[status, verdict, by, note],
    ]
  }
  return csvLines([...head, 'status', 'verdict', 'analyst', 'note'], alertsOf(history.alerts, period, row))
}

/** What is made of each alert of a period. */
export function* alertsOf<T>(
  alerts: readonly RegisteredAlert[],
  period: Period,
  make: (alert: RegisteredAlert) => T,
): Generator<T> {
  for (const alert of alerts) if (isWithin(alert.raised, period)) yield make(alert)
}

/** The other tables, by the name of their file. */
export function tables(evidence: Evidence): readonly (readonly [string, string])[] {
  return [
    [GAP_TABLE_FILE, gapTable(evidence)],
    [CONTROL_TABLE_FILE, controlTable(evidence)],
    ['trace.csv', traceTable(evidence)],
    ['rules.csv', ruleTable(evidence)],
    ['tests.csv', testTable(evidence)],
    ['changes.csv', changeTable(evidence)],
    ['coverage.csv', coverageTable(evidence)],
    ['hosts.csv', hostTable(evidence)],
    ['baselines.csv', baselineTable(evidence)],
    ['exceptions.csv', exceptionTable(evidence)],
    ['reviews.csv', reviewTable(evidence)],
  ]
}

/** Evidence on gaps and controls in figures, as `verify` draws them anew. */
export function gapTable({ gaps }: { readonly gaps: readonly Gap[] }): string {
  const rows = gaps.map(({ kind, subject, detail }) => [kind, GAPS[kind].evidence, subject, detail])
  return renderCsv(['gap', 'evidence', 'subject', 'detail'], rows)
}

export function controlTable({ controls }: { readonly controls: readonly ControlCount[] }): string {
  const rows = controls.map(({ framework, control, satisfied, gaps }) => [
    ...[framework.title, control.id, control.title, control.strength, control.evidence.join(' ')],
    ...[satisfied ? 'satisfied' : 'not-satisfied', gaps.length],
  ])
  return renderCsv(['framework', 'control', 'title', 'strength', 'evidence', 'state', 'gaps'], rows)
}

type ControlCount = Omit<ControlResult, 'gaps'> & { readonly gaps: { readonly length: number } }

/** A line for each allowed capability and rule that watches it. */
function traceTable({ history, links, metrics, deployed }: Evidence): string {
  const counts = new Map(metrics.rules.map((each) => [each.rule, each]))
  const rows = history.allowed.flatMap((allowed) => {
    const start = [allowed.risks.join(' '), allowed.id, allowed.capabilities.join(' ')]
    const rules = links.rulesOfAllowed(allowed)
    if (rules.length === 0) return [[...start, '', '', '', '', '', '', '', '']]
    return rules.map(({ id, title, version }) => {
      const tests = links.testsOfRule(id)
      const there = deployed.get(id) ?? []
      const own = counts.get(id)
      return [
        ...[...start, id, title, version, tests.filter(({ expected }) => expected > 0).length],
        tests.filter(({ expected }) => expected === 0).length,
        there.map((each) => `${each.target} v${each.version ?? '?'} since ${timeCell(each.since)}`).join('; '),
        ...[own?.alerts ?? 0, own?.verdicts.true_positive ?? 0],
      ]
    })
  })
  const head = ['risks', 'allowed', 'capabilities', 'rule', 'title', 'version', 'firing_tests', 'silent_tests']
  return renderCsv([...head, 'deployed', 'alerts', 'true_positives'], rows)
}

/** Every rule, those that were silent too, with its last alert before the end of the period. */
function ruleTable({ history, links, metrics, deployed, period }: Evidence): string {
  const counts = new Map(metrics.rules.map((each) => [each.rule, each]))
  const last = new Map<string, Time>()
  for (const { rule, raised } of history.alerts)
    if (raised < period.to && raised > (last.get(rule) ?? 0)) last.set(rule, raised)
  const rows = history.rules.map(({ id, title, version, level, status, file, risks }) => {
    const tests = links.testsOfRule(id)
    const own = counts.get(id)
    const firing = tests.filter(({ expected }) => expected > 0).length
    const there = (deployed.get(id) ?? []).map(({ target, version: held }) => `${target} v${held ?? '?'}`)
    return [
      ...[id, title, version, level, status, file, risks.join(' '), firing, tests.length - firing, there.join('; ')],
      ...[own?.alerts ?? 0, ...VERDICTS.map((each) => own?.verdicts[each] ?? 0), own?.verdicts.none ?? 0],
      ...[own?.precision ?? null, timeCell(last.get(id) ?? null)],
    ]
  })
  const head = [
    'rule',
    'title',
    'version',
    'level',
    'status',
    'file',
    'risks',
    'firing_tests',
    'silent_tests',
    'deployed',
  ]
  return renderCsv([...head, 'alerts', ...VERDICTS, 'no_verdict', 'precision', 'last_alert'], rows)
}

function testTable({ history: { tests } }: Evidence): string {
  const rows = tests.map(({ rule, name, events, expected, passed }) => [
    ...[rule, name, events, expected],
    passed === null ? 'not run' : passed ? 'passed' : 'failed',
  ])
  return renderCsv(['rule', 'test', 'recording', 'expected_alerts', 'result'], rows)
}

function changeTable({ history: { deployments, reviews }, period }: Evidence): string {
  const rows = deployments
    .filter(({ at }) => isWithin(at, period))
    .flatMap(({ id, at, by, target, purpose, pack, changes }) => {
      const approved = approvalOfPack(pack.digest, reviews.approvals)?.approved
      return changes.map((change) => [
        ...[id, timeCell(at), by, target, purpose, pack.version, pack.digest],
        ...[approved?.by ?? '', timeCell(approved?.at ?? null)],
        ...[change.action, change.kind, change.id, change.title, change.version, change.result, change.digest],
      ])
    })
  const head = [
    'receipt',
    'at',
    'by',
    'target',
    'purpose',
    'pack',
    'pack_digest',
    'approved_by',
    'approved_at',
    'action',
    'kind',
    'id',
  ]
  return renderCsv([...head, 'title', 'version', 'result', 'digest'], rows)
}

function coverageTable({ silences, history: { stretches }, period }: Evidence): string {
  const seen = stretches
    .filter(({ from, to }) => from < period.to && to >= period.from)
    .map(({ host, from, to, losses }) => [
      ...[host, 'watched', timeCell(from), timeCell(to)],
      losses.reduce((sum, { count }) => sum + count, 0),
    ])
  const silent = silences.map(({ host, from, to }) => [host, 'silent', timeCell(from), timeCell(to), ''])
  return renderCsv(['host', 'state', 'from', 'to', 'events_lost'], [...seen, ...silent])
}

/** All checks of the period, the earlier ones too: what failed in between was so. */
function hostTable({ history: { hosts }, period }: Evidence): string {
  const rows = hosts
    .filter(({ at }) => isWithin(at, period))
    .flatMap(({ host, at, findings }) =>
      findings.map(({ id, unit, result, evidence }) => {
        const { title, cis, nist } = HOST_ITEMS[id]
        return [host, timeCell(at), id, unit ?? '', title, result, evidence.join('; '), cis.join(' '), nist.join(' ')]
      }),
    )
  return renderCsv(['host', 'at', 'item', 'unit', 'title', 'result', 'evidence', 'cis', 'nist'], rows)
}

function baselineTable({ history: { baselines, reviews } }: Evidence): string {
  const rows = baselines.map((each) => {
    const signed = approvalOf(each, reviews.approvals)
    return [
      ...[each.id, each.title, each.owner, each.file, each.digest, signed?.proposed.by ?? each.proposedBy],
      ...[signed?.approved.by ?? '', timeCell(signed?.approved.at ?? null), each.reviewEvery / 86_400_000],
    ]
  })
  const head = ['id', 'title', 'owner', 'file', 'digest', 'proposed_by', 'approved_by', 'approved_at']
  return renderCsv([...head, 'review_every_days'], rows)
}

function exceptionTable({ history: { exceptions, reviews } }: Evidence): string {
  const rows = exceptions.map((each) => {
    const { id, title, rule, reason, owner, author, approver, ticket, from, until, scope } = each.exception
    const signed = approvalOf(each, reviews.approvals)
    const said = scope.map(({ field, test, values }) => `${field} ${test} ${values.join(' or ')}`).join(' and ')
    return [
      ...[
        id,
        title,
        rule.text,
        reason.trim(),
        said,
        owner,
        author,
        approver,
        ticket,
        formatDay(from),
        formatDay(until),
      ],
      ...[signed?.approved.by ?? '', timeCell(signed?.approved.at ?? null)],
    ]
  })
  const head = ['id', 'title', 'rule', 'reason', 'scope', 'owner', 'author', 'approver', 'ticket', 'from', 'until']
  return renderCsv([...head, 'signed_by', 'signed_at'], rows)
}

function reviewTable({ reviews }: Evidence): string {
  const rows = reviews.flatMap(({ period, start, outcomes, startedBy, closed, isSeedChosen }) =>
    start.sample.map((item) => {
      const found = outcomes.get(item)
      return [
        ...[period, startedBy, timeCell(start.due), item, found?.outcome ?? '', found?.by ?? ''],
        ...[timeCell(found?.at ?? null), found === undefined ? '' : found.at > start.due, found?.note ?? ''],
        ...[found?.follow ?? '', timeCell(closed?.at ?? null), closed?.by ?? ''],
        ...[start.seed, isSeedChosen ? 'chosen' : 'root of the log'],
      ]
    }),
  )
  const head = ['review', 'started_by', 'due', 'item', 'outcome', 'reviewer', 'at', 'late', 'note', 'follow_up']
  return renderCsv([...head, 'closed_at', 'closed_by', 'seed', 'seed_is'], rows)
}
