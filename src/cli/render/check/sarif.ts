import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { Span } from '../../../diagnostic/source.ts'
import { allDiagnostics, type Findings } from './findings.ts'

const LEVELS: Record<Diagnostic['severity'], string> = { error: 'error', warning: 'warning', info: 'note' }

/** SARIF 2.1.0 (OASIS), one run; code scanning services read it. */
export function renderSarif(findings: Findings, version: string): string {
  const codes = [...new Set(allDiagnostics(findings).map((one) => one.code))].sort()
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'detpack', version, rules: codes.map((id) => ({ id })) } },
        columnKind: 'utf16CodeUnits',
        results: allDiagnostics(findings).map((one) => ({
          ruleId: one.code,
          ruleIndex: codes.indexOf(one.code),
          level: LEVELS[one.severity],
          message: { text: one.hint === undefined ? one.message : `${one.message}. ${one.hint}` },
          locations: one.span ? [location(one.span)] : [],
          relatedLocations: (one.notes ?? []).map((note) => ({
            ...location(note.span),
            message: { text: note.message },
          })),
        })),
      },
    ],
  }
  return `${JSON.stringify(log, null, 2)}\n`
}

function location(span: Span): object {
  const start = span.source.position(span.start)
  const end = span.source.position(span.end)
  const uri = span.source.name.split('/').map(encodeURIComponent).join('/')
  return {
    physicalLocation: {
      artifactLocation: { uri },
      region: { startLine: start.line, startColumn: start.column, endLine: end.line, endColumn: end.column },
    },
  }
}
