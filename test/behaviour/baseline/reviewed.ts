import { Source } from '../../../src/diagnostic/source.ts'
import { parseReviewed } from '../../../src/govern/baseline/reviewed.ts'
import type { Baseline } from '../../../src/behaviour/baseline/baseline.ts'

/** The baseline of a text; what is wrong with it is thrown. */
export function baselineOf(text: string): Baseline {
  const { reviewed, diagnostics } = parseReviewed(new Source('b.yml', text))
  if (reviewed === undefined) throw new Error(JSON.stringify(diagnostics.map((one) => `${one.code} ${one.message}`)))
  return reviewed.baseline
}
