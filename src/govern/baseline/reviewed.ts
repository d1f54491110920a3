import { decodeBaseline } from '../../behaviour/baseline/decode-baseline.ts'
import type { Baseline } from '../../behaviour/baseline/baseline.ts'
import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source } from '../../diagnostic/source.ts'
import { parseYaml } from '../../diagnostic/yaml.ts'
import type { Time } from '../../event/record.ts'
import type { Force } from '../../behaviour/baseline/compile-baseline.ts'
import { checkApproval, decodeReview, type Approval } from '../profile/approval.ts'

/** A baseline file: what is normal, who proposed it, and who let it be. */
export interface ReviewedBaseline {
  readonly baseline: Baseline
  readonly proposedBy: string | null
  readonly approval: Approval | null
}

/** Reads a baseline or a proposal of one; nothing of a file with a mistake. */
export function parseReviewed(source: Source): {
  readonly reviewed?: ReviewedBaseline
  readonly diagnostics: Diagnostic[]
} {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    const span = root?.span ?? { source, start: 0, end: 0 }
    if (diagnostics.length === 0) diagnostics.push(error('behaviour/wrong-type', 'a baseline must be a map', span))
    return { diagnostics }
  }
  const baseline = decodeBaseline(root, diagnostics)
  const review = decodeReview(new MapReader(root, 'govern', 'a baseline', diagnostics), diagnostics)
  return hasErrors(diagnostics) ? { diagnostics } : { reviewed: { baseline, ...review }, diagnostics }
}

/** How far a baseline is in force at a time, and why not wholly. */
export function forceOf(
  { baseline, proposedBy, approval }: ReviewedBaseline,
  now: Time,
): { readonly force: Force; readonly diagnostics: readonly Diagnostic[] } {
  const reviewed = { id: baseline.subject, proposedBy, approval, span: baseline.span }
  const diagnostics = checkApproval(reviewed, now, 'detpack baseline approve')
  if (hasErrors(diagnostics)) return { force: 'nothing', diagnostics }
  return { force: diagnostics.length > 0 ? 'kept in' : 'whole', diagnostics }
}
