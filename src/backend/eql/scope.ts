import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo, Mapping } from '../../mapping/mapping.ts'
import { eqlField } from './syntax.ts'

/** What the emitters of one query share. */
export class Scope {
  readonly #mapping: Mapping
  readonly #keys: ReadonlySet<FieldName>
  readonly diagnostics: Diagnostic[] = []

  /** @param keys fields that the query joins by: EQL does not define a field used both with `?` and without */
  constructor(mapping: Mapping, keys: ReadonlySet<FieldName>) {
    this.#mapping = mapping
    this.#keys = keys
  }

  info(name: FieldName): FieldInfo | undefined {
    return this.#mapping.field(name)
  }

  /** A field in a condition: one of which nothing is known may have no mapping, and is then absent. */
  field(name: FieldName): string {
    const info = this.info(name)
    return eqlField(name, (info === undefined || info.optional === true) && !this.#keys.has(name))
  }

  refuse(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic)
  }
}
