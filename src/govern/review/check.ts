import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { Time } from '../../event/record.ts'
import { formatDay } from '../day.ts'
import type { BaselineRecord, ExceptionRecord } from '../history.ts'
import { isSamePerson } from '../log/person.ts'
import { approvalOf, isOwnApproval } from '../trace/find-gaps.ts'
import type { SignedApproval } from './review.ts'

/**
 * What the review log says of exceptions and baselines as they are: `govern/not-signed` (a warning: nobody signed that they
 * approve it), `govern/other-approver` (somebody else than it names did), `govern/own-approval` (its author did, whoever signed
 * the proposal), `govern/review-due` (a warning: a baseline was last approved longer ago than its period).
 */
export function checkSigned(
  exceptions: readonly ExceptionRecord[],
  baselines: readonly (BaselineRecord & { readonly span: Span })[],
  approvals: readonly SignedApproval[],
  now: Time,
): readonly Diagnostic[] {
  return [
    ...exceptions.flatMap((each) => checkException(each, approvals)),
    ...baselines.flatMap((each) => checkBaseline(each, approvals, now)),
  ]
}

function checkException(record: ExceptionRecord, approvals: readonly SignedApproval[]): readonly Diagnostic[] {
  const { exception, file } = record
  const { id, author, approver, span } = exception
  const signed = approvalOf(record, approvals)
  if (signed === undefined) {
    const hint = `its author: detpack review propose ${file}; "${approver}": detpack review approve ${file}`
    return [
      warning('govern/not-signed', `nobody signed that they approve the exception "${id}" (DP-8)`, span, { hint }),
    ]
  }
  const { by } = signed.approved
  if (isOwnApproval(signed, author)) return [ownApproval(`the exception "${id}"`, by, span)]
  if (isSamePerson(by, approver)) return []
  return [error('govern/other-approver', `"${by}" approved the exception "${id}", not "${approver}"`, span)]
}

function checkBaseline(
  record: BaselineRecord & { readonly span: Span },
  approvals: readonly SignedApproval[],
  now: Time,
): readonly Diagnostic[] {
  const { id, owner, proposedBy, approved, reviewEvery, span } = record
  const signed = approvalOf(record, approvals)
  if (signed !== undefined && isOwnApproval(signed, proposedBy))
    return [ownApproval(`the baseline "${id}"`, signed.approved.by, span)]
  if (signed === undefined && approved !== null) return [nameOnly(record, approved.by)]
  const last = Math.max(signed?.approved.at ?? 0, approved?.at ?? 0)
  const due = (last + reviewEvery) as Time
  if (last === 0 || due >= now) return []
  const hint = `"${owner}" looks at it again: detpack review propose and approve, or propose it anew`
  return [warning('govern/review-due', `the baseline "${id}" was due on ${formatDay(due)} (DP-1)`, span, { hint })]
}

/** Whoever can change the file can write a name into it, and the digest that belongs to it. */
function nameOnly({ id, file, span }: BaselineRecord & { readonly span: Span }, by: string): Diagnostic {
  const hint = `who proposed it: detpack review propose ${file}; "${by}": detpack review approve ${file}`
  const message = `nobody signed that they approve the baseline "${id}", which names "${by}" (DP-1)`
  return warning('govern/not-signed', message, span, { hint })
}

function ownApproval(what: string, by: string, span: Span): Diagnostic {
  const hint = 'somebody else must approve it, whoever proposed it'
  return error('govern/own-approval', `"${by}" wrote ${what} and signed the approval`, span, { hint })
}
