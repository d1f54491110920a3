import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { CheckedUnit } from '../../../govern/profile/check-unit.ts'
import type { Paint } from '../../terminal.ts'
import { countFindings } from '../check/findings.ts'
import { paintDiagnostic } from '../diagnostic.ts'
import { plural } from '../plural.ts'
import { table } from '../table.ts'

/** The findings, then a row for each unit with its exposure, then the sum. */
export function renderUnitsText(
  units: readonly CheckedUnit[],
  diagnostics: readonly Diagnostic[],
  paint: Paint,
): string {
  const blocks = diagnostics.map((one) => `${paintDiagnostic(one, paint)}\n`)
  blocks.push(`${table(units.map(rowOf), paint)}\n`)
  const { errors, warnings } = countFindings(diagnostics)
  const without = units.filter((unit) => unit.exposure !== null && unit.profile === null).length
  const unjudged = without > 0 ? `, ${without} of them without a profile` : ''
  const verdict = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`
  const tone = errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good'
  blocks.push(`${plural(units.length, 'unit')}${unjudged}: ${paint(tone, verdict)}`)
  return `${blocks.join('\n')}\n`
}

function rowOf({ name, profile, exposure, diagnostics }: CheckedUnit): Readonly<Record<string, string>> {
  const { errors, warnings } = countFindings(diagnostics)
  return {
    unit: name,
    profile: profile?.id ?? '-',
    exposure: exposure === null ? '-' : `${exposure.overall.toFixed(1)} ${exposure.level}`,
    'at most': profile === null ? '-' : profile.exposure.toFixed(1),
    findings:
      errors + warnings === 0
        ? '-'
        : [errors > 0 ? plural(errors, 'error') : '', warnings > 0 ? plural(warnings, 'warning') : '']
            .filter(Boolean)
            .join(', '),
  }
}
