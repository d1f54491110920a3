import type { Diagnostic } from './diagnostic.ts'
import type { Span } from './source.ts'

/** Longest line shown whole; a longer one is cut around the place, so that a hostile file cannot flood a terminal. */
const WIDEST = 160

/** `file:line:column` of the span's start. */
export function place(span: Span): string {
  const { line, column } = span.source.position(span.start)
  return `${printable(span.source.name)}:${line}:${column}`
}

/**
 * A diagnostic for a terminal, without colour: place, severity, code and message, then the line with a caret under
 * the span, the hint, and each note in the same form. Control characters of the source are shown as `�`.
 */
export function renderDiagnostic(one: Diagnostic): string {
  const where = one.span ? `${place(one.span)}: ` : ''
  const lines = [`${where}${one.severity}[${one.code}]: ${printable(one.message)}`]
  if (one.span) lines.push(...frame(one.span))
  if (one.hint !== undefined) lines.push(`  hint: ${printable(one.hint)}`)
  for (const note of one.notes ?? []) lines.push(`  note: ${place(note.span)}: ${printable(note.message)}`)
  return lines.join('\n')
}

function frame(span: Span): string[] {
  const { line, column } = span.source.position(span.start)
  const whole = span.source.line(line)
  const from = whole.length <= WIDEST ? 0 : Math.max(0, Math.min(column - 1 - WIDEST / 2, whole.length - WIDEST))
  const shown = whole.slice(from, from + WIDEST)
  // A place inside the line break is shown behind the last character.
  const start = Math.min(column - 1 - from, shown.length)
  const marked = shown.slice(start, start + span.end - span.start)
  const gutter = String(line)
  return [
    `  ${gutter} | ${printable(shown)}`,
    `  ${' '.repeat(gutter.length)} | ${' '.repeat(cells(shown.slice(0, start)))}${'^'.repeat(Math.max(1, cells(marked)))}`,
  ]
}

const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Columns of a terminal: two for wide characters (Unicode East Asian Width), none for combining marks. */
function cells(shown: string): number {
  if (/^[ -~]*$/.test(shown)) return shown.length
  let width = 0
  for (const character of shown) width += WIDE.test(character) ? 2 : /^\p{Mn}/u.test(character) ? 0 : 1
  return width
}

/**
 * Takes the power from text that came from outside: no escape sequence reaches the terminal, and it stays one line, so
 * that a path or a title cannot pretend to be the next line of the output.
 */
export function printable(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
    .replace(/\t/g, ' ')
}
