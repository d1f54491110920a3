import type { FieldInfo } from '../../mapping/mapping.ts'

/** What is known of a field in the index. */
export type StoredField = FieldInfo & {
  /** The mapping does not know it, and type and number of values are taken for granted. */
  readonly assumed: boolean
}
