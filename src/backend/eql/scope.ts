import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { FieldInfo, Mapping } from '../../mapping/mapping.ts'
import { collectOpenPatterns, type OpenPatterns } from './cost.ts'
import type { Expression } from './expression.ts'
import { eqlField } from './syntax.ts'

/** What the emitters of one query share. */
export class Scope {
  readonly #mapping: Mapping
  readonly #optional: ReadonlySet<FieldName>
  readonly #foundByParts = new Set<string>()
  readonly diagnostics: Diagnostic[] = []
  readonly openPatterns: OpenPatterns = new Map()

  /** @param optional fields that the query takes as they are, there or not, whatever the mapping knows of them */
  constructor(mapping: Mapping, optional: readonly FieldName[] = []) {
    this.#mapping = mapping
    this.#optional = new Set(optional)
  }

  info(name: FieldName): FieldInfo | undefined {
    return this.#mapping.field(name)
  }

  /**
   * A field in a condition or as a key: one of which nothing is known may have no mapping, and is then absent. Everywhere
   * alike, since EQL does not define a field that is used both with `?` and without.
   */
  field(name: FieldName): string {
    const info = this.info(name)
    const written = eqlField(name, info === undefined || info.optional === true || this.#optional.has(name))
    if (info?.parts === true) this.#foundByParts.add(written)
    return written
  }

  /** Notes the patterns of a condition that no index helps with. */
  notePatterns(of: Expression): void {
    collectOpenPatterns(of, this.openPatterns)
    for (const written of this.#foundByParts) this.openPatterns.delete(written)
  }

  refuse(diagnostic: Diagnostic): void {
    this.diagnostics.push(diagnostic)
  }
}
