import { countFindings, type Findings } from './findings.ts'
import { sourceJson } from './source.ts'

/**
 * `{"diagnostics":[{file,line,column,severity,code,message,hint}],"summary":{…}}`; without a place, those are null. With a
 * source of events also `"source"`.
 */
export function renderJson(findings: Findings): string {
  const diagnostics = findings.diagnostics.map((one) => {
    const position = one.span?.source.position(one.span.start)
    return {
      file: one.span?.source.name ?? null,
      line: position?.line ?? null,
      column: position?.column ?? null,
      severity: one.severity,
      code: one.code,
      message: one.message,
      hint: one.hint ?? null,
    }
  })
  const summary = { files: findings.files, rules: findings.rules, ...countFindings(findings.diagnostics) }
  const source = findings.source && { source: sourceJson(findings.source) }
  return `${JSON.stringify({ diagnostics, summary, ...source }, null, 2)}\n`
}
