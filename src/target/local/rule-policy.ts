import type { JsonObject } from '../../event/field.ts'
import { valueOf } from '../difference.ts'
import type { KindPolicy, Mark } from '../object.ts'
import { content, count, orNull, record, text } from '../../artifact/shape.ts'

const markShape = record<Mark>({
  pack: text,
  version: orNull(count),
  digest: orNull(text),
  applied: orNull(content),
})

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
    return mark !== undefined && markShape(mark, 'mark') === undefined ? (mark as unknown as Mark) : null
  },
  sign: (content, mark) => ({ ...content, mark }),
  idIn: (content) => {
    const id = valueOf(content, 'rule')
    return typeof id === 'string' ? id : ''
  },
  replaces: () => false,
}

function without(content: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !names.includes(name)))
}
