import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { FieldName } from '../ir/predicate.ts'
import type { Program } from '../ir/rule.ts'

/** How a field is stored where it is searched; what backends need to choose an operator. */
export interface FieldInfo {
  readonly type: FieldType
  /** An event may hold several values under this name. */
  readonly multi: boolean
  /** Every value there is, as it is spelt, where that is a closed list. Backends may compare these with case. */
  readonly values?: readonly string[]
}

export type FieldType = 'keyword' | 'long' | 'double' | 'ip' | 'date' | 'boolean'

/** From the field names and log sources that rules are written in to those that events carry. */
export interface Mapping {
  readonly name: string
  /** One sentence for `detpack list mappings`. */
  readonly purpose: string
  /** What is known of a field of the *mapped* rules; undefined: nothing is known, it may be unmapped in the target. */
  field(name: FieldName): FieldInfo | undefined
  /**
   * Renames fields and turns each rule's log source into a predicate joined to its condition. A rule whose log source
   * this mapping does not know is left out, with a `mapping/…` diagnostic, and so is every correlation that needs it.
   */
  mapProgram(program: Program): { program: Program; diagnostics: Diagnostic[] }
}
