import type { Span } from './source.ts'

/** `error`: the answer is no. `warning`: it runs, and may not do what was meant. `info`: worth knowing. */
export type Severity = 'error' | 'warning' | 'info'

/** A stable name for one kind of mistake: `<folder>/<what>`, such as `sigma/unknown-modifier`. */
export type DiagnosticCode = `${string}/${string}`

/** One thing to tell a user about what they wrote or asked for. Bugs of ours are thrown instead. */
export interface Diagnostic {
  readonly code: DiagnosticCode
  readonly severity: Severity
  /** One sentence without a full stop: what is wrong. */
  readonly message: string
  /** Where; absent only when no text is at fault (an unreachable server, say). */
  readonly span?: Span
  /** What to write or do instead. */
  readonly hint?: string
  /** Other places that explain it: "first defined here". */
  readonly notes?: readonly DiagnosticNote[]
}

export interface DiagnosticNote {
  readonly message: string
  readonly span: Span
}

/** What may accompany the code, the message and the place. */
export interface DiagnosticExtras {
  readonly hint?: string | undefined
  readonly notes?: readonly DiagnosticNote[] | undefined
}

export function error(code: DiagnosticCode, message: string, span?: Span, extras?: DiagnosticExtras): Diagnostic {
  return diagnostic('error', code, message, span, extras)
}

export function warning(code: DiagnosticCode, message: string, span?: Span, extras?: DiagnosticExtras): Diagnostic {
  return diagnostic('warning', code, message, span, extras)
}

export function info(code: DiagnosticCode, message: string, span?: Span, extras?: DiagnosticExtras): Diagnostic {
  return diagnostic('info', code, message, span, extras)
}

export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((one) => one.severity === 'error')
}

/** A stable order for people: by file, place, then code. What has no place comes first. */
export function byPlace(a: Diagnostic, b: Diagnostic): number {
  const left = a.span?.source.name ?? ''
  const right = b.span?.source.name ?? ''
  if (left !== right) return left < right ? -1 : 1
  // Each line of a long stream is a source of its own, whose offsets start anew.
  const lines = a.span && b.span && a.span.source !== b.span.source ? lineOf(a.span) - lineOf(b.span) : 0
  return lines || (a.span?.start ?? -1) - (b.span?.start ?? -1) || (a.code < b.code ? -1 : Number(a.code > b.code))
}

function lineOf(span: Span): number {
  return span.source.position(span.start).line
}

function diagnostic(
  severity: Severity,
  code: DiagnosticCode,
  message: string,
  span: Span | undefined,
  extras: DiagnosticExtras | undefined,
): Diagnostic {
  return {
    code,
    severity,
    message,
    ...(span && { span }),
    ...(extras?.hint !== undefined && { hint: extras.hint }),
    ...(extras?.notes?.length && { notes: extras.notes }),
  }
}
