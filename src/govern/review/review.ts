import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Time } from '../../event/record.ts'
import type { RecordAct, StartAct } from '../log/entry.ts'
import type { LoggedEntry } from '../log/log.ts'

/** The review of a period, as the log tells it. */
export interface Review {
  readonly period: string
  readonly start: StartAct
  readonly startedAt: Time
  readonly startedBy: string
  /** The last outcome of each item of the sample, by name. */
  readonly outcomes: ReadonlyMap<string, RecordedOutcome>
  readonly closed: { readonly at: Time; readonly by: string; readonly conclusion: string } | null
  /** Outcomes that came after the day they were due. */
  readonly late: number
  /** Whether somebody chose what the sample was drawn with: it is not the root of the log then. */
  readonly isSeedChosen: boolean
  /** Findings that a later outcome took the place of. */
  readonly withdrawn: readonly { readonly finding: RecordedOutcome; readonly by: RecordedOutcome }[]
}

export interface RecordedOutcome extends RecordAct {
  readonly at: Time
  readonly by: string
}

/** An approval of a file as it stood then. */
export interface SignedApproval {
  readonly file: string
  readonly digest: string
  readonly proposed: { readonly by: string; readonly at: Time }
  readonly approved: { readonly by: string; readonly at: Time }
}

export interface Reviews {
  /** By period, in the order in which they were started. */
  readonly reviews: readonly Review[]
  readonly approvals: readonly SignedApproval[]
  readonly diagnostics: readonly Diagnostic[]
}

interface OpenReview extends Review {
  readonly outcomes: Map<string, RecordedOutcome>
  readonly withdrawn: { readonly finding: RecordedOutcome; readonly by: RecordedOutcome }[]
  closed: Review['closed']
  late: number
}

/**
 * Follows the entries of a log. What its writers were not to do is told: `govern/own-approval` (by the same key, or another
 * key of the same person), `govern/not-proposed`, `govern/review-repeated`, `govern/review-unknown`,
 * `govern/review-closed`, `govern/not-in-sample`, `govern/review-unfinished`.
 */
export function followReviews(entries: readonly LoggedEntry[]): Reviews {
  const reviews = new Map<string, OpenReview>()
  const proposed = new Map<string, LoggedEntry>()
  const approvals: SignedApproval[] = []
  const diagnostics: Diagnostic[] = []
  for (const entry of entries) {
    const { act } = entry
    switch (act.kind) {
      case 'propose':
        proposed.set(`${act.digest} ${act.file}`, entry)
        break
      case 'approve': {
        const proposal = proposed.get(`${act.digest} ${act.file}`)
        const problem = approvalProblem(entry, proposal)
        if (problem !== undefined) diagnostics.push(problem)
        else if (proposal !== undefined) {
          const { file, digest } = act
          approvals.push({ file, digest, proposed: proposal, approved: entry })
        }
        break
      }
      case 'start':
      case 'record':
      case 'close':
        diagnostics.push(...follow(entry, act, reviews))
    }
  }
  return { reviews: [...reviews.values()], approvals, diagnostics }
}

/** Why an approval of a proposal does not count: there is none, or it is of the same person. */
export function approvalProblem(
  { by, keyId, act, span }: Pick<LoggedEntry, 'by' | 'keyId' | 'act'> & Partial<Pick<LoggedEntry, 'span'>>,
  proposal: LoggedEntry | undefined,
): Diagnostic | undefined {
  const file = act.kind === 'approve' ? act.file : ''
  if (proposal === undefined) {
    const hint = 'its author signs it first: detpack review propose FILE'
    return error('govern/not-proposed', `nobody proposed "${file}" as it is`, span, { hint })
  }
  if (proposal.keyId !== keyId && proposal.by !== by) return undefined
  return error('govern/own-approval', `"${by}" proposed "${file}" and cannot approve it`, span, {
    hint: 'somebody else must approve',
  })
}

type ReviewAct = Extract<LoggedEntry['act'], { readonly period: string }>

function follow(
  { at, by, span, rootBefore }: LoggedEntry,
  act: ReviewAct,
  reviews: Map<string, OpenReview>,
): readonly Diagnostic[] {
  const { period } = act
  const review = reviews.get(period)
  if (act.kind === 'start') {
    if (review !== undefined)
      return [error('govern/review-repeated', `the review of ${period} was started before`, span)]
    reviews.set(period, {
      ...{ period, start: act, startedAt: at, startedBy: by, outcomes: new Map<string, RecordedOutcome>() },
      ...{ closed: null, late: 0, isSeedChosen: act.seed !== rootBefore, withdrawn: [] },
    })
    return []
  }
  if (review === undefined) return [error('govern/review-unknown', `no review of ${period} was started`, span)]
  if (review.closed !== null) return [error('govern/review-closed', `the review of ${period} was closed before`, span)]
  if (act.kind === 'record') {
    if (!review.start.sample.includes(act.item))
      return [error('govern/not-in-sample', `"${act.item}" is not in the sample of ${period}`, span)]
    const [before, outcome] = [review.outcomes.get(act.item), { ...act, at, by }]
    if (before === undefined && at > review.start.due) review.late += 1
    if (before?.outcome === 'finding' && act.outcome !== 'finding')
      review.withdrawn.push({ finding: before, by: outcome })
    review.outcomes.set(act.item, outcome)
    return []
  }
  review.closed = { at, by, conclusion: act.conclusion }
  const open = openItems(review)
  if (open.length === 0) return []
  const message = `the review of ${period} was closed without an outcome of ${open.join(', ')}`
  return [error('govern/review-unfinished', message, span)]
}

/** The items of the sample without an outcome. */
export function openItems({ start, outcomes }: Review): readonly string[] {
  return start.sample.filter((item) => !outcomes.has(item))
}
