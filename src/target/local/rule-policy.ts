import type { JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import { isJsonObject, type KindPolicy, type Mark } from '../object.ts'

/**
 * A local rule (`LocalRule` of the artifacts) with the switch as it is now under `enabled`, and its mark under `mark`.
 * The switch is what a person may turn.
 */
export const localRulePolicy: KindPolicy = {
  owned: (content) => without(content, ['enabled', 'mark', 'digest']),
  tunable: [['enabled']],
  loose: (content) => ({ enabled: valueOf(content, 'enabled') ?? false }),
  compose: (desired, _live, tuned) => ({ ...without(desired, ['mark']), ...tuned }),
  theirs: () => [],
  markOf: (content) => {
    const mark = valueOf(content, 'mark')
    return isJsonObject(mark) ? (mark as unknown as Mark) : null
  },
  sign: (content, mark) => ({ ...content, mark }),
  replaces: () => false,
}

function without(content: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name)))
}
