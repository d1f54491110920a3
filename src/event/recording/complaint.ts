import { error, warning, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import { Source } from '../../diagnostic/source.ts'
import type { SplitLine } from './line-splitter.ts'

/** How many diagnostics of each code are given in full. */
const TOLD = 10
/** How much of a bad line its diagnostic keeps, in UTF-16 units. */
const EXCERPT = 1000

/** Collects what is wrong with a recording: the first of each kind with its place, then a count. */
export class Complaints {
  readonly #name: string
  readonly #diagnostics: Diagnostic[] = []
  readonly #counts = new Map<DiagnosticCode, number>()
  /** Lines that were left out because of an error. */
  skipped = 0

  constructor(name: string) {
    this.#name = name
  }

  /** A line that is left out. */
  skip(code: DiagnosticCode, message: string, line: SplitLine, at: number, hint?: string): void {
    this.skipped++
    if (this.#counted(code)) this.#diagnostics.push(error(code, message, this.#span(line, at), { hint }))
  }

  warn(code: DiagnosticCode, message: string, line: SplitLine, hint?: string): void {
    if (this.#counted(code)) this.#diagnostics.push(warning(code, message, this.#span(line, 0), { hint }))
  }

  /** Something about the whole recording. */
  note(code: DiagnosticCode, message: string): void {
    this.#diagnostics.push(warning(code, `${this.#name}: ${message}`))
  }

  /** Tells what was not told in full; call it once, at the end. */
  end(): void {
    for (const [code, count] of this.#counts) {
      if (count > TOLD) this.note(code, `${count - TOLD} more of these; ${count} in all`)
    }
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#diagnostics
  }

  #counted(code: DiagnosticCode): boolean {
    const count = (this.#counts.get(code) ?? 0) + 1
    this.#counts.set(code, count)
    return count <= TOLD
  }

  #span(line: SplitLine, at: number): { source: Source; start: number; end: number } {
    const source = new Source(this.#name, line.text.slice(0, EXCERPT), line.number)
    const start = Math.max(0, Math.min(at, source.text.length))
    return { source, start, end: Math.min(start + 1, source.text.length) }
  }
}
