import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import type { Compilation, Language, NativeQuery } from './backend.ts'

/** How languages are written in messages. */
export const languageTitle: Readonly<Record<Language, string>> = {
  eql: 'EQL',
  esql: 'ES|QL',
  kql: 'KQL',
  lucene: 'Lucene',
  spl: 'SPL',
}

/** Where everything can be said: the end of most hints. */
export const elsewhere: Readonly<Record<Language, string>> = {
  eql: 'compile this rule to SPL, or deploy it to the target "local"',
  esql: 'compile this rule to SPL, or deploy it to the target "local"',
  kql: 'compile this rule to Lucene, EQL or ES|QL, or deploy it to the target "local"',
  lucene: 'compile this rule to EQL or ES|QL, or deploy it to the target "local"',
  spl: 'deploy this rule to the target "local"',
}

/**
 * `backend/refused`: the language cannot say exactly what stands at the place.
 *
 * @param what completes "ES|QL cannot say …", without a full stop: `a sequence of three or more steps`
 * @param hint what to write instead; by default the languages or targets that can say it
 */
export function refused(language: Language, what: string, span: Span | undefined, hint?: string): Diagnostic {
  const message = `${languageTitle[language]} cannot say ${what}`
  return error('backend/refused', message, span, { hint: hint ?? elsewhere[language] })
}

/** `backend/unmapped-field`: nothing is known of a field, and the language would fail on an unmapped one. */
export function unmappedField(language: Language, field: string, span: Span | undefined): Diagnostic {
  const message = `the mapping does not know the field "${field}", and ${languageTitle[language]} fails on a field that no index has`
  return error('backend/unmapped-field', message, span, {
    hint: 'compile with a mapping that knows it, such as --mapping ecs',
  })
}

/** A query when nothing was refused, else the refusal with everything that was said. */
export function compilation(diagnostics: readonly Diagnostic[], query: () => NativeQuery): Compilation {
  return diagnostics.some((one) => one.severity === 'error')
    ? { kind: 'refused', diagnostics }
    : { kind: 'query', query: query(), diagnostics }
}
