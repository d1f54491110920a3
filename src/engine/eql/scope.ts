import { error, warning, type Diagnostic, type DiagnosticCode } from '../../diagnostic/diagnostic.ts'
import { suggest } from '../../diagnostic/suggest.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { Field, Fields } from './field.ts'
import { Problem } from './problem.ts'
import type { FieldRef } from './syntax/tree.ts'

/** What the checks of one query share; they tell every mistake and go on. */
export class Scope {
  readonly #fields: Fields
  readonly diagnostics: Diagnostic[] = []

  constructor(fields: Fields) {
    this.#fields = fields
  }

  /** The field, null for an optional one that nothing maps; undefined after a mistake. */
  field(ref: FieldRef): Field | null | undefined {
    const field = this.#fields.get(ref.name)
    if (field) return field
    if (ref.optional) return null
    const near = suggest(ref.name, this.#fields.names())
    this.tell(
      'eql/unknown-field',
      `no event has the field "${ref.name}", and EQL fails on a field without a mapping`,
      ref.span,
      near === undefined
        ? `write ?${ref.name} if it may be missing`
        : `did you mean "${near}"? Write ?${ref.name} if it may be missing`,
    )
    return undefined
  }

  /** The field of the event category. */
  categoryField(name: string, span: Span): Field | undefined {
    const field = this.#fields.get(name)
    if (!field)
      this.tell(
        'eql/unknown-field',
        `no event has the field "${name}" of the event category`,
        span,
        'name the field of the category, or write "any where …"',
      )
    return field
  }

  tell(code: DiagnosticCode, message: string, span: Span, hint?: string): void {
    this.diagnostics.push(error(code, message, span, { hint }))
  }

  warn(code: DiagnosticCode, message: string, span: Span, hint?: string): void {
    this.diagnostics.push(warning(code, message, span, { hint }))
  }

  /** Runs what may end in a `Problem`, and tells that. */
  try<T>(run: () => T): T | undefined {
    try {
      return run()
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      this.diagnostics.push(thrown.diagnostic)
      return undefined
    }
  }
}
