import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo, Mapping } from '../../mapping/mapping.ts'
import type { OpenPatterns } from './cost.ts'
import { eqlField } from './syntax.ts'

/** What the emitters of one query share. */
export class Scope {
  readonly #mapping: Mapping
  readonly #keys: ReadonlySet<FieldName>
  readonly #optional: ReadonlySet<FieldName>
  readonly diagnostics: Diagnostic[] = []
  readonly openPatterns: OpenPatterns = new Map()

  /**
   * EQL does not define a field used both with `?` and without.
   *
   * @param keys fields that the query joins by @param optional those of them that may be absent
   */
  constructor(mapping: Mapping, keys: ReadonlySet<FieldName>, optional: ReadonlySet<FieldName> = new Set()) {
    this.#mapping = mapping
    this.#keys = keys
    this.#optional = optional
  }

  info(name: FieldName): FieldInfo | undefined {
    return this.#mapping.field(name)
  }

  /** A field in a condition: one of which nothing is known may have no mapping, and is then absent. */
  field(name: FieldName): string {
    return eqlField(name, this.#optional.has(name) || (this.info(name) === undefined && !this.#keys.has(name)))
  }

  refuse(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic)
  }
}
