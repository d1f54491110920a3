import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { countFindings, type Findings } from './findings.ts'
import { sourceJson } from './source.ts'

/**
 * `{"diagnostics":[{file,line,column,severity,code,message,hint}],"summary":{…}}`; without a place, those are null. With a
 * source of events also `"source"`.
 */
export function renderJson(findings: Findings): string {
  const diagnostics = findings.diagnostics.map(diagnosticAsJson)
  const summary = { files: findings.files, rules: findings.rules, ...countFindings(findings.diagnostics) }
  const source = findings.source && { source: sourceJson(findings.source) }
  return `${JSON.stringify({ diagnostics, summary, ...source }, null, 2)}\n`
}

export function diagnosticAsJson({ span, severity, code, message, hint }: Diagnostic): object {
  const position = span?.source.position(span.start)
  return {
    file: span?.source.name ?? null,
    line: position?.line ?? null,
    column: position?.column ?? null,
    severity,
    code,
    message,
    hint: hint ?? null,
  }
}
