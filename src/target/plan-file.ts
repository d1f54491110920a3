import { contentDigest } from '../artifact/canonical.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Json } from '../event/field.ts'
import type { Plan } from './plan.ts'

const FORMAT = 'detpack-plan/1'

/**
 * A plan as a file: to be looked at by somebody else and done later, exactly as it is. The digest is over all of it,
 * and with it over the live state that it was made for.
 */
export function renderPlanFile(plan: Plan): string {
  return `${JSON.stringify({ format: FORMAT, digest: planDigest(plan), plan }, null, 2)}\n`
}

/** Over the whole plan; two plans of the same digest do the same to the same state. */
export function planDigest(plan: Plan): string {
  return contentDigest(JSON.parse(JSON.stringify(plan)) as Json)
}

/**
 * Reads a plan file. Refused, with `target/plan-file`: one that is cut off or is none, one of another format, and one
 * that was changed after it was made.
 *
 * @param name of the file, for messages
 */
export function readPlanFile(
  text: string,
  name: string,
): { readonly plan: Plan; readonly diagnostic?: undefined } | { readonly diagnostic: Diagnostic } {
  const refused = (message: string): { readonly diagnostic: Diagnostic } => ({
    diagnostic: error('target/plan-file', `"${name}" ${message}`, undefined, {
      hint: 'make the plan again with "detpack deploy --dry-run --out FILE"',
    }),
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refused('is not a whole plan: it was cut off, or is something else')
  }
  if (!isRecord(value) || typeof value['format'] !== 'string' || !value['format'].startsWith('detpack-plan/'))
    return refused('is not a plan of detpack')
  if (value['format'] !== FORMAT)
    return refused(`is a plan of another detpack (${value['format']}; this one: ${FORMAT})`)
  const { plan, digest } = value
  if (!isRecord(plan) || digest !== contentDigest(plan as Json)) return refused('was changed after it was made')
  // The digest fits: it is what renderPlanFile wrote.
  return { plan: plan as unknown as Plan }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
