import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { renderDiagnostic } from '../../diagnostic/frame.ts'
import type { Paint, Tone } from '../terminal.ts'

const TONES: Record<Diagnostic['severity'], Tone> = { error: 'bad', warning: 'warn', info: 'place' }

/** A diagnostic with its code frame: the severity and the caret stand out. */
export function paintDiagnostic(one: Diagnostic, paint: Paint): string {
  const tone = TONES[one.severity]
  const [head = '', ...rest] = renderDiagnostic(one).split('\n')
  const mark = `${one.severity}[${one.code}]`
  const at = head.indexOf(mark)
  const painted = `${paint('place', head.slice(0, at))}${paint(tone, mark)}${head.slice(at + mark.length)}`
  return [painted, ...rest.map((line) => (/^ +\| +\^+$/.test(line) ? paint(tone, line) : line))].join('\n')
}
