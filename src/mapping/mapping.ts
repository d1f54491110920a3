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
  /** A number that is never below zero, so that more events never make a sum of it less. */
  readonly unsigned?: true
  /** The index holds the words of the text and not the text (Elasticsearch: `text`, `match_only_text`). */
  readonly analyzed?: boolean
  /** Another name under which the same value is stored in lower case (Elasticsearch: a `lowercase` normalizer). */
  readonly folded?: FieldName
  /** The index finds a value by any part of it (Elasticsearch: type `wildcard`). */
  readonly parts?: boolean
  /** Nothing says that an index has the field: there may be no mapping of it where no event ever had it. */
  readonly optional?: boolean
}

export type FieldType = 'keyword' | 'long' | 'double' | 'ip' | 'date' | 'boolean'

/** From the field names and log sources that rules are written in to those that events carry. */
export interface Mapping {
  readonly name: string
  /** One sentence for `detpack list mappings`. */
  readonly purpose: string
  /** The log sources that rules may name, as they are written; without it any, and none is asked. */
  readonly sources?: readonly string[]
  /** Where such events lie, unless the configuration says otherwise; without it, where detpack's own do. */
  readonly store?: { readonly elasticIndex?: string; readonly splunkBase?: string }
  /** Every field that an index can have is known. */
  readonly closed?: boolean
  /** What is known of a field of the *mapped* rules; undefined: nothing is known, it may be unmapped in the target. */
  field(name: FieldName): FieldInfo | undefined
  /**
   * Renames fields and turns each rule's log source into a predicate joined to its condition. A rule whose log source
   * this mapping does not know is left out, with a `mapping/…` diagnostic, and so is every correlation that needs it.
   */
  mapProgram(program: Program): { program: Program; diagnostics: Diagnostic[] }
}
