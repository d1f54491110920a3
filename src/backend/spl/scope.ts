import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo, Mapping } from '../../mapping/mapping.ts'
import type { Approximation } from '../backend.ts'
import { refused } from '../refusal.ts'
import { splField } from './syntax.ts'

/**
 * What the emitters of one query share. Splunk reads a JSON list `a.b` as the field `a.b{}`; so a field that may hold
 * several values, or of which nothing is known, is first gathered from both names into a field of the query's own.
 */
export class Scope {
  readonly #mapping: Pick<Mapping, 'field'>
  readonly #gathered = new Map<FieldName, string>()
  #spanned = false
  /** Where an alert has its fields, while a condition is written for one. */
  #alert: ReadonlyMap<FieldName, string> | null = null
  readonly diagnostics: Diagnostic[] = []
  /** What is not said exactly; each stands among the diagnostics too, as an error unless the rule accepts it. */
  readonly approximations: Approximation[] = []

  constructor(mapping: Pick<Mapping, 'field'>) {
    this.#mapping = mapping
  }

  info(name: FieldName): FieldInfo | undefined {
    return this.#mapping.field(name)
  }

  /** Whether a field of that name can be named in an expression. */
  canName(name: FieldName): boolean {
    return splField(name) !== undefined
  }

  /** Whether an event may hold several values under the name. */
  mayHoldSeveral(name: FieldName): boolean {
    return this.#alert === null && this.info(name)?.multi !== false
  }

  /** The values of a field, for `eval` and `where`. */
  values(name: FieldName, span: Span | undefined): string {
    if (this.#alert !== null) return this.#alert.get(name) ?? 'null()'
    const quoted = splField(name)
    if (quoted === undefined) {
      this.refuse('a field name with a quote, backslash or control character', span)
      return 'null()'
    }
    if (!this.mayHoldSeveral(name)) return quoted
    const known = this.#gathered.get(name)
    if (known !== undefined) return known
    const gathered = `dp_f${this.#gathered.size + 1}`
    this.#gathered.set(name, gathered)
    return gathered
  }

  /** Writes something for alerts of a correlation, which have the fields of their group and no others. */
  ofAlert<T>(fields: ReadonlyMap<FieldName, string>, write: () => T): T {
    this.#alert = fields
    try {
      return write()
    } finally {
      this.#alert = null
    }
  }

  /** The `eval` that gathers; it stands before whatever uses `values`. */
  gathering(): readonly string[] {
    if (this.#gathered.size === 0) return []
    const evals = [...this.#gathered].map(([name, gathered]) => `${gathered}=mvappend('${name}','${name}{}')`)
    return [`eval ${evals.join(', ')}`]
  }

  /** From now on `dp_begin` and `dp_end` hold the span of time that the search looks at, in milliseconds. */
  needSpan(): void {
    this.#spanned = true
  }

  /** The commands that find the span. */
  span(): readonly string[] {
    if (!this.#spanned) return []
    const end = '1000*min(now(), coalesce(tonumber(info_max_time), now()))'
    return ['addinfo', `eval dp_begin=1000*coalesce(tonumber(info_min_time), 0), dp_end=${end}`]
  }

  refuse(what: string, span: Span | undefined, hint?: string): void {
    this.diagnostics.push(refused('spl', what, span, hint))
  }
}
