import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { didYouMean, suggest } from '../diagnostic/suggest.ts'
import { schemaField, schemaFields } from '../event/schema.ts'
import { literal } from '../ir/pattern.ts'
import type { FieldName, ValueTest } from '../ir/predicate.ts'
import type { RuleId } from '../ir/rule.ts'
import type { AnsweredSource, FieldSaying } from './log-source.ts'

/** Renames the fields of one rule or correlation, and remembers whether one had no name. */
export class FieldNames {
  failed = false
  readonly #sources: ReadonlyMap<RuleId, AnsweredSource>
  readonly #diagnostics: Diagnostic[]
  readonly #told = new Set<FieldName>()

  constructor(sources: ReadonlyMap<RuleId, AnsweredSource>, diagnostics: Diagnostic[]) {
    this.#sources = sources
    this.#diagnostics = diagnostics
  }

  /** The source of an event rule; undefined for a correlation, whose fields are its group keys. */
  sourceOf(rule: RuleId): AnsweredSource | undefined {
    return this.#sources.get(rule)
  }

  /** How the events say a field. Undefined, and told, when they do not have it. */
  saying(name: FieldName, source: AnsweredSource, span: Span | undefined): FieldSaying | undefined {
    const saying = sayingOf(name, source)
    const missing = saying === undefined || (saying.kind === 'renamed' && schemaField(saying.to) === undefined)
    if (!missing) return saying
    this.#fail(name, source, span)
    return undefined
  }

  /** The one field that says a field; undefined, and told, when there is none. */
  renamed(name: FieldName, source: AnsweredSource, span: Span | undefined): FieldName | undefined {
    const saying = this.saying(name, source, span)
    if (saying === undefined || saying.kind === 'renamed') return saying?.to
    this.#fail(name, source, span)
    return undefined
  }

  /** The name to show an analyst; one that the events do not have is left as it is. */
  shown(name: FieldName, source: AnsweredSource): FieldName {
    const saying = sayingOf(name, source)
    return saying?.kind === 'renamed' && schemaField(saying.to) !== undefined ? saying.to : name
  }

  /** Says that a test of this kind on the field has no translation. */
  untranslatable(name: FieldName, span: Span | undefined): void {
    this.failed = true
    const message = `detpack's events can only be asked whether "${name}" is true or false`
    this.#diagnostics.push(error('mapping/unknown-field', message, span, { hint: 'write true or false' }))
  }

  /** Says that one name stands for different fields where only one can be read. */
  ambiguous(name: FieldName, fields: readonly FieldName[], span: Span): void {
    this.failed = true
    const message = `"${name}" is ${fields.join(' and ')} in the rules of this correlation, and one field is needed`
    const hint = 'use rules of one log source'
    this.#diagnostics.push(error('mapping/ambiguous-field', message, span, { hint }))
  }

  /** Warns of a value that the field never has (`mapping/impossible-value`). */
  checkValue(name: FieldName, test: ValueTest, span: Span | undefined): void {
    const values = schemaField(name)?.values
    const wanted = test.is === 'text' ? literal(test.pattern) : undefined
    if (!values || wanted === undefined || values.some((value) => value === wanted.toLowerCase())) return
    const hint = didYouMean(wanted, values)
    const message = `"${name}" is never "${wanted}" in the events that this detpack knows`
    this.#diagnostics.push(warning('mapping/impossible-value', message, span, { hint }))
  }

  #fail(name: FieldName, source: AnsweredSource, span: Span | undefined): void {
    this.failed = true
    if (this.#told.has(name)) return
    this.#told.add(name)
    const message = `detpack's events have no field for "${name}" of "${source.written}"`
    this.#diagnostics.push(error('mapping/unknown-field', message, span, { hint: hintFor(name, source) }))
  }
}

function sayingOf(name: FieldName, source: AnsweredSource): FieldSaying | undefined {
  return source.fields === null ? { kind: 'renamed', to: name } : source.fields.get(name)
}

function hintFor(name: FieldName, source: AnsweredSource): string | undefined {
  const known = source.fields === null ? schemaFields.map((field) => field.name) : [...source.fields.keys()]
  const near = suggest(name, known)
  return near === undefined ? 'detpack list fields names every field' : `did you mean "${near}"?`
}
