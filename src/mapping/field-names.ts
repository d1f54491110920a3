import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { didYouMean, suggest } from '../diagnostic/suggest.ts'
import { literal } from '../ir/pattern.ts'
import type { FieldName, ValueTest } from '../ir/predicate.ts'
import type { RuleId } from '../ir/rule.ts'
import type { AnsweredSource, Events, FieldSaying, Rewriting } from './log-source.ts'

/** Renames the fields of one rule or correlation, and remembers whether one had no name. */
export class FieldNames {
  failed = false
  readonly #events: Events
  readonly #sources: ReadonlyMap<RuleId, AnsweredSource>
  readonly #diagnostics: Diagnostic[]
  readonly #told = new Set<FieldName>()

  constructor(events: Events, sources: ReadonlyMap<RuleId, AnsweredSource>, diagnostics: Diagnostic[]) {
    this.#events = events
    this.#sources = sources
    this.#diagnostics = diagnostics
  }

  /** The source of an event rule; undefined for a correlation, whose fields are its group keys. */
  sourceOf(rule: RuleId): AnsweredSource | undefined {
    return this.#sources.get(rule)
  }

  /** How the events say a field. Undefined, and told, when they do not have it. */
  saying(name: FieldName, source: AnsweredSource, span: Span | undefined): FieldSaying | undefined {
    const saying = source.saying(name)
    if (saying === undefined) this.#fail(name, source, span)
    return saying
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
    const saying = source.saying(name)
    return saying?.kind === 'renamed' ? saying.to : name
  }

  /** Says that a test of this kind on the field has no translation. */
  untranslatable(name: FieldName, { asks }: Rewriting, span: Span | undefined): void {
    this.failed = true
    const message = `${this.#events.whose} can only be asked of "${name}" ${asks}`
    const hint = 'ask it in that form, or leave the test out'
    this.#diagnostics.push(error('mapping/unknown-field', message, span, { hint }))
  }

  /** Says that the events keep no whole message for keywords to be sought in. */
  noMessage(source: AnsweredSource, span: Span | undefined): void {
    this.failed = true
    const message = `${this.#events.whose} keep no whole message of "${source.written}" for keywords`
    const hint = 'name the field that holds the text'
    this.#diagnostics.push(error('mapping/no-message', message, span, { hint }))
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
    const values = this.#events.field(name)?.values
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
    const message = `${this.#events.whose} have no field for "${name}" of "${source.written}"`
    this.#diagnostics.push(error('mapping/unknown-field', message, span, { hint: hintFor(name, source) }))
  }
}

function hintFor(name: FieldName, { names, more }: AnsweredSource): string | undefined {
  const near = suggest(name, names)
  return near === undefined ? more : `did you mean "${near}"?`
}
