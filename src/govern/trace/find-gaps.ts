import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import { formatTime, type Time } from '../../event/record.ts'
import { silencesOf } from '../coverage.ts'
import { DAY, formatDay } from '../day.ts'
import type { FileState, History } from '../history.ts'
import { lastReports } from '../host/report.ts'
import { isSamePerson } from '../log/person.ts'
import { isWithin, type Period } from '../period.ts'
import { happened } from '../review/gather.ts'
import type { SignedApproval } from '../review/review.ts'
import { stateAt } from '../triage/register.ts'
import { GAP_KINDS, type Gap, type GapKind } from './gap.ts'
import { linksOf } from './line.ts'
import { gapsOfPopulations, gapsOfRegisters, gapsOfReviews } from './review-gaps.ts'

/** What is let pass before it is a gap, milliseconds. */
export interface Tolerance {
  /** An alert may be open so long. */
  readonly open: number
  /** A host may be silent so long. */
  readonly silent: number
}

export const TOLERANCE: Tolerance = { open: 7 * DAY, silent: 900_000 }

/** Every gap of a period, by kind and subject. */
export function findGaps(history: History, period: Period, tolerance: Tolerance = TOLERANCE): readonly Gap[] {
  const found = [
    ...gapsOfLog(history),
    ...gapsOfLine(history, period),
    ...gapsOfDeployments(history, period),
    ...gapsOfCoverage(history, period, tolerance),
    ...gapsOfHosts(history, period),
    ...gapsOfAlerts(history, period, tolerance),
    ...gapsOfBaselines(history, period),
    ...gapsOfExceptions(history, period),
    ...gapsOfReviews(history, period),
    ...gapsOfPopulations(history, happened(history), period),
    ...gapsOfRegisters(history, period),
  ]
  const rank = new Map(GAP_KINDS.map((kind, i) => [kind, i]))
  const order = (a: Gap, b: Gap): number => (rank.get(a.kind) ?? 0) - (rank.get(b.kind) ?? 0)
  return found.sort((a, b) => order(a, b) || (a.subject < b.subject ? -1 : Number(a.subject > b.subject)))
}

/** The name under which a whole pack is proposed and approved. */
export function packSubject({ name, version }: History['pack']): string {
  return `pack ${name} ${version}`
}

function gap(kind: GapKind, subject: string, detail: string): Gap {
  return { kind, subject, detail }
}

export function gapsOfLog({ log, reviews }: Pick<History, 'log' | 'reviews'>): readonly Gap[] {
  const told = (kind: GapKind, diagnostics: readonly Diagnostic[]): readonly Gap[] =>
    diagnostics
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, span }) => gap(kind, span === undefined ? code : `line ${lineOf(span)}`, message))
  return [...told('log-damaged', log.diagnostics), ...told('review-rule-broken', reviews.diagnostics)]
}

function lineOf({ source, start }: Span): number {
  return source.position(start).line
}

function gapsOfLine(history: History, { to }: Period): readonly Gap[] {
  const { risks, allowed, rules, tests } = history
  const links = linksOf(history)
  const taken = new Set(allowed.flatMap((each) => each.risks))
  return [
    ...allowed
      .filter((each) => !each.risks.some((id) => links.risk(id) !== undefined))
      .map(({ id, capabilities }) => gap('allowed-without-risk', id, `allows ${capabilities.join(', ')}`)),
    ...allowed
      .filter((each) => links.rulesOfAllowed(each).length === 0)
      .map(({ id, capabilities }) => gap('allowed-without-rule', id, `allows ${capabilities.join(', ')}`)),
    ...risks
      .filter(({ id }) => links.rulesOfRisk(id).length === 0)
      .map(({ id, title }) => gap('risk-without-rule', id, title)),
    ...risks
      .filter(({ id, acceptance }) => taken.has(id) && (acceptance === null || acceptance.until < to))
      .map(({ id, acceptance, owner }) => {
        const until = acceptance === null ? 'never accepted' : `accepted until ${formatDay(acceptance.until)}`
        return gap('risk-not-accepted', id, `${until}; ${owner} answers for it`)
      }),
    ...rules
      .filter((rule) => links.risksOfRule(rule).length === 0)
      .map(({ id, title }) => gap('rule-without-risk', id, title)),
    ...rules.flatMap(({ id, title }) => {
      const own = links.testsOfRule(id)
      const missing = [
        ...(own.some(({ expected }) => expected > 0) ? [] : ['no firing test']),
        ...(own.some(({ expected }) => expected === 0) ? [] : ['no silent test']),
      ]
      return missing.length === 0 ? [] : [gap('rule-without-test', id, `${title}: ${missing.join(', ')}`)]
    }),
    ...tests.filter(({ passed }) => passed === false).map(({ rule, name }) => gap('test-failed', rule, name)),
  ]
}

function gapsOfDeployments({ rules, deployments, reviews }: History, period: Period): readonly Gap[] {
  const deployed = new Set(
    deployments
      .filter(({ at }) => at < period.to)
      .flatMap(({ changes }) => changes.filter(({ kind, result }) => kind === 'rule' && result === 'done'))
      .map(({ id }) => id),
  )
  return [
    ...rules
      .filter(({ id, status }) => !deployed.has(id) && status !== 'deprecated' && status !== 'unsupported')
      .map(({ id, title }) => gap('rule-never-deployed', id, title)),
    ...deployments
      .filter(({ at, purpose }) => isWithin(at, period) && purpose === 'deploy')
      .flatMap(({ id, at, by, target, pack }) => {
        const first = approvalOfPack(pack.digest, reviews.approvals)?.approved
        if (first !== undefined && first.at <= at) return []
        const after = first === undefined ? '' : `; approved only afterwards, at ${formatTime(first.at)}`
        return [gap('change-not-approved', id, `${pack.version} to ${target} by ${by} at ${formatTime(at)}${after}`)]
      }),
  ]
}

/** The first approval of a pack as it was: what comes after a deployment has let nothing be. */
export function approvalOfPack(digest: string, approvals: readonly SignedApproval[]): SignedApproval | undefined {
  return approvals.find((each) => each.digest === digest)
}

function gapsOfCoverage({ stretches }: History, period: Period, { silent }: Tolerance): readonly Gap[] {
  if (!stretches.some(({ from, to }) => from < period.to && to >= period.from))
    return [gap('no-coverage', period.name, 'no sensor is known to have run')]
  return silencesOf(stretches, period)
    .filter(({ from, to }) => to - from >= silent)
    .map(({ host, from, to }) => {
      const hours = Math.round((to - from) / 360_000) / 10
      return gap('coverage-gap', host, `${formatTime(from)} to ${formatTime(to)}: ${hours} h`)
    })
}

/** Of each host its last check of the period counts; a host that was watched in it is one that there is. */
function gapsOfHosts({ hosts, stretches }: History, period: Period): readonly Gap[] {
  const reports = lastReports(hosts, period)
  const checked = new Set(reports.map(({ host }) => host))
  const watched = stretches.filter(({ from, to }) => from < period.to && to >= period.from).map(({ host }) => host)
  const open = { fail: 'host-failed', unknown: 'host-not-told' } as const
  return [
    ...reports.flatMap(({ host, findings }) =>
      findings.flatMap(({ id, unit, result, evidence }): readonly Gap[] => {
        if (result !== 'fail' && result !== 'unknown') return []
        return [gap(open[result], host, `${id}${unit === null ? '' : ` ${unit}`}: ${evidence.join('; ')}`)]
      }),
    ),
    ...[...new Set(watched)]
      .filter((host) => !checked.has(host))
      .map((host) =>
        gap('host-not-checked', host, '"detpack check host" was not run on it, or not put on the register'),
      ),
  ]
}

export function gapsOfAlerts(
  { alerts, rules }: Pick<History, 'alerts' | 'rules'>,
  period: Period,
  { open }: Tolerance,
): readonly Gap[] {
  const known = new Set(rules.map(({ id }) => id))
  const found: Gap[] = []
  for (const alert of alerts) {
    if (alert.raised >= period.to) continue
    const { status, verdict } = stateAt(alert, period.to)
    if (status !== 'closed' && period.to - alert.raised > open)
      found.push(gap('alert-left-open', alert.id, `${alert.title}: since ${formatTime(alert.raised)}`))
    if (alert.raised < period.from) continue
    if (!known.has(alert.rule)) found.push(gap('alert-of-unknown-rule', alert.id, `${alert.title} (${alert.rule})`))
    if (status === 'closed' && verdict === null) found.push(gap('alert-without-verdict', alert.id, alert.title))
  }
  return found
}

/** The last approval of a file as it is. */
export function approvalOf(
  { file, digest }: FileState,
  approvals: readonly SignedApproval[],
): SignedApproval | undefined {
  return approvals.findLast((each) => each.file === file && each.digest === digest)
}

/** Whether who signed the approval is who made the file by its own words: a colleague's signature under it changes nothing. */
export function isOwnApproval({ approved }: SignedApproval, author: string | null): boolean {
  return author !== null && isSamePerson(author, approved.by)
}

function gapsOfBaselines({ baselines, reviews }: History, { to }: Period): readonly Gap[] {
  return baselines.flatMap((baseline): readonly Gap[] => {
    const { id, owner, proposedBy, approved, reviewEvery } = baseline
    const signed = approvalOf(baseline, reviews.approvals)
    if (signed === undefined)
      return [
        gap('baseline-not-approved', id, approved === null ? `${owner} answers for it` : `a name only: ${approved.by}`),
      ]
    if (isOwnApproval(signed, proposedBy))
      return [gap('baseline-not-approved', id, `by its author alone: ${signed.approved.by}`)]
    const due = Math.min(signed.approved.at + reviewEvery, approved?.until ?? Infinity) as Time
    return due >= to ? [] : [gap('baseline-overdue', id, `due on ${formatDay(due)}; ${owner} answers for it`)]
  })
}

function gapsOfExceptions({ exceptions, reviews }: History, { to }: Period): readonly Gap[] {
  return exceptions.flatMap((each): readonly Gap[] => {
    const { id, until, ticket, owner, author, approver, from: start } = each.exception
    if (start >= to) return []
    const signed = approvalOf(each, reviews.approvals)
    const by = signed?.approved.by ?? ''
    return [
      ...(signed === undefined ? [gap('exception-not-approved', id, `${ticket}; ${owner} answers for it`)] : []),
      ...(signed !== undefined && isOwnApproval(signed, author)
        ? [gap('exception-not-approved', id, `${ticket}; by its author alone: ${by}`)]
        : []),
      ...(signed !== undefined && !isOwnApproval(signed, author) && !isSamePerson(by, approver)
        ? [gap('exception-not-approved', id, `${ticket}; by ${by}, and it names ${approver}`)]
        : []),
      ...(until < to - 1 ? [gap('exception-expired', id, `ended on ${formatDay(until)}; ${ticket}`)] : []),
    ]
  })
}
