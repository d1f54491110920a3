import type { EvidenceKind } from '../control/framework.ts'

/** Where the line from risk to decision is cut, or something that was due is not there. */
export interface Gap {
  readonly kind: GapKind
  /** What it is about: the id of a risk, a rule, an alert, …. */
  readonly subject: string
  readonly detail: string
}

interface GapMeaning {
  /** For people, completes "3 …". */
  readonly title: string
  /** The evidence that is the weaker for it. */
  readonly evidence: EvidenceKind
}

/** Every kind of gap that is looked for, the ones that reach furthest first. */
export const GAPS = {
  'log-damaged': { title: 'damage to the review log', evidence: 'attestation' },
  'review-rule-broken': { title: 'entries of the review log that should not have been made', evidence: 'reviews' },
  'allowed-without-risk': { title: 'allowed capabilities without a risk', evidence: 'trace' },
  'allowed-without-rule': { title: 'allowed capabilities that no rule watches', evidence: 'trace' },
  'risk-without-rule': { title: 'risks that no rule answers', evidence: 'trace' },
  'risk-not-accepted': { title: 'risks taken that nobody accepted, or not any more', evidence: 'trace' },
  'rule-without-risk': { title: 'rules without a risk', evidence: 'trace' },
  'rule-without-test': { title: 'rules without a firing or a silent test', evidence: 'tests' },
  'test-failed': { title: 'tests that fail', evidence: 'tests' },
  'rule-never-deployed': { title: 'rules that were deployed nowhere', evidence: 'changes' },
  'change-not-approved': { title: 'deployments of what nobody else approved', evidence: 'changes' },
  'coverage-gap': { title: 'hosts that were not watched for a while', evidence: 'coverage' },
  'no-coverage': { title: 'periods of which nothing is known of any sensor', evidence: 'coverage' },
  'host-failed': { title: 'items that a host failed when it was checked last', evidence: 'hosts' },
  'host-not-told': { title: 'items of which the last check of a host could not tell', evidence: 'hosts' },
  'host-not-checked': { title: 'hosts that were watched and not checked', evidence: 'hosts' },
  'alert-of-unknown-rule': { title: 'alerts of rules that the pack does not have', evidence: 'alerts' },
  'alert-left-open': { title: 'alerts left open for too long', evidence: 'alerts' },
  'alert-without-verdict': { title: 'alerts closed without a verdict', evidence: 'alerts' },
  'baseline-not-approved': { title: 'baselines that nobody else approved', evidence: 'baselines' },
  'baseline-overdue': { title: 'baselines not reviewed in time', evidence: 'baselines' },
  'exception-not-approved': { title: 'exceptions that nobody else approved', evidence: 'exceptions' },
  'exception-expired': { title: 'exceptions kept past their end', evidence: 'exceptions' },
  'review-missing': { title: 'stretches of time without a finished review', evidence: 'reviews' },
  'review-unfinished': { title: 'reviews that were not finished', evidence: 'reviews' },
  'review-late': { title: 'reviews with outcomes that came late', evidence: 'reviews' },
  'population-lost': { title: 'reviews without the population that was signed', evidence: 'reviews' },
  'sample-not-drawn': { title: 'reviews of another sample than their seed draws', evidence: 'reviews' },
  'own-item-judged': { title: 'outcomes that are of who made the item', evidence: 'reviews' },
  'not-in-population': { title: 'alerts and changes that no finished review had before it', evidence: 'reviews' },
  'gone-since-review': {
    title: 'alerts and changes that were reviewed and are not there any more',
    evidence: 'reviews',
  },
  'finding-not-followed': { title: 'findings that nothing follows from', evidence: 'reviews' },
  'finding-withdrawn': { title: 'findings that were taken back', evidence: 'reviews' },
} as const satisfies Readonly<Record<string, GapMeaning>>

export type GapKind = keyof typeof GAPS

export const GAP_KINDS = Object.keys(GAPS) as readonly GapKind[]
