import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { CONTROLS } from '../../../govern/control/baseline.ts'
import type { CheckedUnit } from '../../../govern/profile/check-unit.ts'
import { countFindings } from '../check/findings.ts'
import { diagnosticAsJson } from '../check/json.ts'

/**
 * Findings as `check` prints them, and `units`: `[{name, files, profile, exposure: {overall, level, at_most, items}}]`, and
 * `controls`: what the DP numbers in messages mean.
 */
export function renderUnitsJson(units: readonly CheckedUnit[], diagnostics: readonly Diagnostic[]): string {
  const files = units.reduce((sum, unit) => sum + unit.files.length, 0)
  const all = {
    units: units.map(unitOf),
    diagnostics: diagnostics.map(diagnosticAsJson),
    controls: CONTROLS,
    summary: { units: units.length, files, ...countFindings(diagnostics) },
  }
  return `${JSON.stringify(all, null, 2)}\n`
}

function unitOf({ name, files, profile, exposure }: CheckedUnit): object {
  return {
    name,
    files,
    profile: profile?.id ?? null,
    exposure: exposure && {
      overall: exposure.overall,
      level: exposure.level,
      at_most: profile?.exposure ?? null,
      items: exposure.items.map(({ id, badness, range, weight }) => ({ id, badness, range, weight })),
    },
  }
}
