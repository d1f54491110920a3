import type { JsonObject } from '../../event/field.ts'
import { fieldsOf, valueOf } from '../difference.ts'
import { isJsonObject, type KindPolicy, type Mark } from '../object.ts'

/**
 * A collection of the KV store with the lookup over it and its rows, all of which are the pack's. Its mark lies in a
 * document of its own beside the rows.
 */
export const collectionPolicy: KindPolicy = {
  // Types of fields cannot be read back: Splunk lists them for those who made the collection only.
  owned: (content) => fieldsOf(content, ['lookup', 'rows']),
  tunable: [],
  loose: () => ({}),
  compose: (desired) => desired,
  theirs: () => [],
  markOf: (content) => {
    const mark = valueOf(content, 'mark')
    return isJsonObject(mark) ? (mark as unknown as Mark) : null
  },
  sign: (content, mark): JsonObject => ({ ...content, mark }),
  replaces: () => false,
}
