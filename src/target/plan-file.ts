import { contentDigest } from '../event/canonical.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Json } from '../event/field.ts'
import type { Plan } from './plan.ts'
import { isJsonObject } from './object.ts'
import { planShape } from './plan-shape.ts'
import { parseJson } from '../artifact/shape.ts'

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
 * Reads a plan file. Refused, with `target/plan-file`: one that is cut off or is none, one of another format, one that
 * was changed after it was made, and one in which anything is formed otherwise than detpack writes it.
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
  const value = parseJson(text)
  if (value === undefined) return refused('is not a whole plan: it was cut off, or is something else')
  if (!isJsonObject(value) || typeof value['format'] !== 'string' || !value['format'].startsWith('detpack-plan/'))
    return refused('is not a plan of detpack')
  if (value['format'] !== FORMAT)
    return refused(
      `is a plan of another detpack (${JSON.stringify(value['format'].slice(0, 50))}; this one: ${FORMAT})`,
    )
  const { plan, digest } = value
  if (plan === undefined || digest !== contentDigest(plan)) return refused('was changed after it was made')
  // Whoever changes a plan can also count its digest anew.
  const wrong = planShape(plan, 'plan')
  if (wrong !== undefined) return refused(`is no plan of detpack: ${wrong}`)
  return { plan: plan as unknown as Plan }
}
