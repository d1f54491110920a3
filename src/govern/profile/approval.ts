import { createHash } from 'node:crypto'
import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Span } from '../../diagnostic/source.ts'
import { formatTime, parseTime, type Time } from '../../event/record.ts'
import type { Duration } from '../../ir/duration.ts'
import { isSamePerson } from '../log/person.ts'

/** Who let a baseline be, when, and until when. */
export interface Approval {
  readonly by: string
  readonly at: Time
  readonly until: Time
  /** Why; null where nobody asked. */
  readonly why: string | null
  /** SHA-256 of the file before the approval, and of who, when, until when and why. */
  readonly digest: string
  readonly span: Span
}

/** An approval holds a year at most. */
const LONGEST = 366 * 86_400_000
/** Clocks of two machines differ by less. */
const AHEAD = 86_400_000

/** The block that `approve` writes at the end of a file. */
const BLOCK = '\napproval:\n'

/** Reads `proposal` (who made it; the rest of it is evidence for people) and `approval` of a baseline. */
export function decodeReview(
  reader: MapReader,
  diagnostics: Diagnostic[],
): { readonly proposedBy: string | null; readonly approval: Approval | null } {
  const proposal = reader.map('proposal')
  const by = proposal?.entries.find(({ key }) => key.text === 'by')?.value
  const proposedBy = by?.kind === 'scalar' ? by.text : null
  if (proposal !== undefined && proposedBy === null)
    diagnostics.push(error('govern/missing-key', 'a proposal needs "by"', proposal.span))
  const node = reader.map('approval')
  if (node === undefined) return { proposedBy, approval: null }
  const own = new MapReader(node, 'govern', 'an approval', diagnostics)
  own.require('by', 'at', 'until', 'digest')
  const approval = {
    by: own.text('by') ?? '',
    at: parseTime(own.text('at')),
    until: parseTime(own.text('until')),
    why: own.text('why') ?? null,
    digest: own.text('digest') ?? '',
    span: node.span,
  }
  own.finish()
  if (approval.at === undefined || approval.until === undefined) {
    diagnostics.push(
      error('govern/wrong-type', '"at" and "until" must be times such as 2026-01-31T12:00:00Z', node.span),
    )
    return { proposedBy, approval: null }
  }
  return { proposedBy, approval: { ...approval, at: approval.at, until: approval.until } }
}

/**
 * A proposal with its approval. `govern/own-approval`: the author cannot approve. `govern/approval-too-long`: over a year.
 * `govern/approved-already`.
 *
 * Names are taken as they are given; who they belong to is for signatures to show.
 */
export function approve(
  text: string,
  proposedBy: string | null,
  review: { readonly by: string; readonly at: Time; readonly during: Duration; readonly why?: string },
): { readonly text?: string; readonly diagnostics: readonly Diagnostic[] } {
  const refused = (
    code: Diagnostic['code'],
    message: string,
    hint: string,
  ): { diagnostics: readonly Diagnostic[] } => ({
    diagnostics: [error(code, message, undefined, { hint })],
  })
  if (text.includes(BLOCK))
    return refused('govern/approved-already', 'it has an approval', 'propose it anew when something changed')
  if (proposedBy === null)
    return refused('govern/not-proposed', 'nobody proposed it', 'a proposal is written by a "propose" of detpack')
  if (isSamePerson(review.by, proposedBy))
    return refused('govern/own-approval', `"${review.by}" proposed it`, 'somebody else must approve (DP-1)')
  if (review.during > LONGEST)
    return refused('govern/approval-too-long', 'an approval holds a year at most', 'for instance: --for 180d')
  const whole = text.endsWith('\n') ? text : `${text}\n`
  const { by, at, during, why = null } = review
  return {
    text: `${whole.slice(0, -1)}${blockOf(whole, { by, at, until: (at + during) as Time, why })}`,
    diagnostics: [],
  }
}

/**
 * An approval that ends now, with who ended it and why beside the first reason. `govern/changed-since-approval` where it
 * does not hold as it is; `govern/ended-already`.
 */
export function endApproval(
  text: string,
  approval: Approval | null,
  { by, at, why }: { readonly by: string; readonly at: Time; readonly why: string },
): { readonly text?: string; readonly diagnostics: readonly Diagnostic[] } {
  if (approval === null || !isAsApproved(text, approval))
    return { diagnostics: [error('govern/changed-since-approval', 'it is not what was approved', approval?.span)] }
  if (approval.until <= at)
    return { diagnostics: [error('govern/ended-already', 'it has ended already', approval.span)] }
  const reasons = [approval.why, `ended by ${by}: ${why}`].filter((one) => one !== null)
  const before = text.slice(0, text.indexOf(BLOCK) + 1)
  const ended = blockOf(before, { ...approval, until: Math.max(at - 1, approval.at) as Time, why: reasons.join('; ') })
  return { text: `${before.slice(0, -1)}${ended}`, diagnostics: [] }
}

type Signed = Pick<Approval, 'by' | 'at' | 'until' | 'why'>

/** The block for a text; its digest is of the text and of all that the block says. */
function blockOf(text: string, { by, at, until, why }: Signed): string {
  const lines = {
    by: JSON.stringify(by),
    at: formatTime(at),
    until: formatTime(until),
    ...(why !== null && { why: JSON.stringify(why) }),
  }
  const said = Object.entries(lines).map(([key, value]) => `  ${key}: ${value}\n`)
  return `${BLOCK}${said.join('')}  digest: ${digestOf(`${text}${BLOCK}${said.join('')}`)}\n`
}

/**
 * Whether an approval holds: `govern/not-approved`, `govern/own-approval`, `govern/changed-since-approval`,
 * `govern/approval-from-the-future` (errors), `govern/expired-approval` (a warning).
 *
 * @param approve the command by which somebody approves it
 */
export function checkApproval(
  { id, proposedBy, approval, span }: Reviewed,
  now: Time,
  approve = 'detpack harden approve',
): readonly Diagnostic[] {
  if (approval === null)
    return [error('govern/not-approved', `nobody approved the baseline "${id}" (DP-1)`, span, { hint: approve })]
  if (proposedBy !== null && isSamePerson(approval.by, proposedBy))
    return [error('govern/own-approval', `"${id}" was approved by who proposed it (DP-1)`, approval.span)]
  if (!isAsApproved(span.source.text, approval)) {
    const hint = 'propose and approve it anew'
    return [error('govern/changed-since-approval', `"${id}" is not what was approved (DP-1)`, approval.span, { hint })]
  }
  if (approval.at > now + AHEAD) {
    const message = `"${id}" was approved at ${formatTime(approval.at)}, which is still to come (DP-1)`
    const hint = 'the clock of this host is behind, or that of the approver was ahead'
    return [error('govern/approval-from-the-future', message, approval.span, { hint })]
  }
  if (approval.until >= now) return []
  const message = `the approval of "${id}" ended on ${formatTime(approval.until).slice(0, 10)} (DP-1)`
  return [
    warning('govern/expired-approval', message, approval.span, { hint: 'propose it anew from what was seen since' }),
  ]
}

/** The text up to its end is the one that was approved. */
function isAsApproved(text: string, approval: Approval): boolean {
  const at = text.indexOf(BLOCK)
  const before = text.slice(0, at + 1)
  return at !== -1 && text.slice(at) === blockOf(before, approval)
}

interface Reviewed {
  readonly id: string
  readonly proposedBy: string | null
  readonly approval: Approval | null
  readonly span: Span
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
