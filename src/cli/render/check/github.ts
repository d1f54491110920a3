import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { printable } from '../../../diagnostic/frame.ts'
import { allDiagnostics, type Findings } from './findings.ts'

const COMMANDS: Record<Diagnostic['severity'], string> = { error: 'error', warning: 'warning', info: 'notice' }

/** Workflow commands of GitHub Actions: each finding becomes an annotation on the changed line. */
export function renderGithub(findings: Findings): string {
  const lines = allDiagnostics(findings).map((one) => {
    const properties = [`title=${property(one.code)}`]
    if (one.span) {
      const { line, column } = one.span.source.position(one.span.start)
      properties.unshift(`file=${property(printable(one.span.source.name))}`, `line=${line}`, `col=${column}`)
    }
    const message = [one.message, ...(one.hint === undefined ? [] : [one.hint])].map(printable).join('\n')
    return `::${COMMANDS[one.severity]} ${properties.join(',')}::${data(message)}`
  })
  return lines.map((line) => `${line}\n`).join('')
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A')
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C')
}
