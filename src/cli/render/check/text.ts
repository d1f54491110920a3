import type { Paint } from '../../terminal.ts'
import { paintDiagnostic } from '../diagnostic.ts'
import { plural } from '../plural.ts'
import { countFindings, type Findings } from './findings.ts'
import { renderSourceText } from './source.ts'

export function renderText(findings: Findings, paint: Paint): string {
  const blocks = findings.diagnostics.map((one) => `${paintDiagnostic(one, paint)}\n`)
  const { errors, warnings } = countFindings(findings.diagnostics)
  const read = `${plural(findings.rules, 'rule')} in ${plural(findings.files, 'file')}`
  const verdict = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`
  blocks.push(`${read}: ${paint(errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good', verdict)}`)
  if (findings.source) blocks.push(`\n${renderSourceText(findings.source, paint).trimEnd()}`)
  return `${blocks.join('\n')}\n`
}
