import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { DIRECTIVES } from './directive.ts'

/** One `Key=value` of a unit file. */
export interface Assignment {
  readonly section: string
  readonly key: string
  /** Continued lines are one, with a blank between them; blanks around it are gone. Empty: what stood before is reset. */
  readonly value: string
  readonly span: Span
}

/** A unit file or drop-in, in the order of its lines. */
export interface UnitText {
  readonly source: Source
  readonly assignments: readonly Assignment[]
}

/**
 * Reads a unit file or drop-in as systemd.syntax(7) says: sections, `Key=value`, comments from `#` or `;`, lines
 * continued by a backslash (comments between them are skipped).
 *
 * What systemd drops with a line in a log that nobody reads is told here: a line without `=`
 * (`govern/broken-unit`), one before any section, a section or a key that does not exist (`govern/unknown-section`,
 * `govern/unknown-directive`; names that begin with `X-` are free).
 */
export function parseUnit(source: Source): UnitText & { readonly diagnostics: readonly Diagnostic[] } {
  const assignments: Assignment[] = []
  const diagnostics: Diagnostic[] = []
  let section: string | undefined
  for (const { text, span } of logicalLines(source)) {
    if (text.startsWith('[')) {
      section = text.endsWith(']') ? text.slice(1, -1) : undefined
      if (section === undefined) diagnostics.push(error('govern/broken-unit', 'this section has no "]"', span))
      else checkSection(section, span, diagnostics)
      continue
    }
    const equals = text.indexOf('=')
    if (equals <= 0) {
      diagnostics.push(error('govern/broken-unit', 'this line is neither a section nor "Key=value"', span))
      continue
    }
    if (section === undefined) {
      diagnostics.push(error('govern/broken-unit', 'this setting stands before any section', span))
      continue
    }
    const key = text.slice(0, equals).trimEnd()
    checkKey(section, key, span, diagnostics)
    assignments.push({ section, key, value: text.slice(equals + 1).trim(), span })
  }
  return { source, assignments, diagnostics }
}

interface LogicalLine {
  readonly text: string
  readonly span: Span
}

function* logicalLines(source: Source): Generator<LogicalLine> {
  const { text } = source
  let begun: { text: string; start: number } | undefined
  for (let start = 0; start <= text.length;) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const line = text.slice(start, end).replace(/\r$/, '').trimStart()
    const next = end + 1
    const comment = line.startsWith('#') || line.startsWith(';')
    if (!comment && (line !== '' || begun !== undefined)) {
      // A backslash before a backslash takes its meaning away, and so does a blank behind it.
      const continued = /(?<!\\)(?:\\\\)*\\$/.test(line)
      const own = continued ? line.slice(0, -1) : line
      begun = begun === undefined ? { text: own, start } : { text: `${begun.text} ${own}`, start: begun.start }
      if (!continued) {
        yield { text: begun.text.trim(), span: { source, start: begun.start, end } }
        begun = undefined
      }
    }
    start = next
  }
  if (begun !== undefined) yield { text: begun.text.trim(), span: { source, start: begun.start, end: text.length } }
}

/** Sections that a file of another kind of unit would have are no mistake of the service part. */
const OTHER_SECTIONS = new Set(['Socket', 'Timer', 'Path', 'Mount', 'Automount', 'Swap', 'Slice', 'Scope', 'Device'])

function checkSection(section: string, span: Span, diagnostics: Diagnostic[]): void {
  if (DIRECTIVES.has(section) || section.startsWith('X-') || OTHER_SECTIONS.has(section)) return
  const hint = didYouMean(section, DIRECTIVES.keys())
  diagnostics.push(error('govern/unknown-section', `units have no section "${section}"`, span, { hint }))
}

function checkKey(section: string, key: string, span: Span, diagnostics: Diagnostic[]): void {
  const known = DIRECTIVES.get(section)
  if (known === undefined || known.has(key) || key.startsWith('X-')) return
  const elsewhere = [...DIRECTIVES].find(([, keys]) => keys.has(key))?.[0]
  const hint = elsewhere === undefined ? didYouMean(key, known) : `it belongs into [${elsewhere}]`
  const message = `[${section}] has no setting "${key}", and systemd leaves it out without stopping`
  const near = elsewhere !== undefined || hint !== undefined
  diagnostics.push((near ? error : warning)('govern/unknown-directive', message, span, { hint }))
}

/** `yes`, `true`, `on`, `1` and their opposites, in any case (systemd.syntax(7)); undefined for anything else. */
export function parseTruth(value: string): boolean | undefined {
  const word = value.toLowerCase()
  if (['1', 'yes', 'y', 'true', 't', 'on'].includes(word)) return true
  return ['0', 'no', 'n', 'false', 'f', 'off'].includes(word) ? false : undefined
}

/** Blank-separated words; quotes keep blanks together and are taken off. */
export function words(value: string): readonly string[] {
  return [...value.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(\S+)/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? '',
  )
}
