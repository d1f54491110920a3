import type { FieldName } from '../ir/predicate.ts'
import type { Ordered, StepField } from '../ir/rule.ts'

/**
 * The keys that a correlation's joins make, when together they say: one value is shared by all steps. Each key has one
 * field for each step, in step order. Undefined when a join leaves a step out or ties a step to two of its own fields:
 * then it is no key, and a language that only groups cannot say it.
 */
export function joinedKey(body: Ordered): readonly (readonly FieldName[])[] | undefined {
  const sets: Map<string, StepField>[] = []
  for (const join of body.joins) {
    const ends = [join.left, join.right]
    const merged = new Map(ends.map((end) => [nameOf(end), end]))
    for (let at = sets.length - 1; at >= 0; at--) {
      const set = sets[at]
      if (!set || !ends.some((end) => set.has(nameOf(end)))) continue
      for (const [name, end] of set) merged.set(name, end)
      sets.splice(at, 1)
    }
    sets.push(merged)
  }
  const keys: FieldName[][] = []
  for (const set of sets) {
    const fields: FieldName[] = []
    for (const end of set.values()) {
      if (fields[end.step] !== undefined) return undefined
      fields[end.step] = end.field
    }
    if (set.size !== body.steps.length) return undefined
    keys.push(fields)
  }
  return keys
}

function nameOf(end: StepField): string {
  return `${end.step} ${end.field}`
}
