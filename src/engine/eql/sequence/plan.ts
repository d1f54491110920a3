import { compileFilter, type Condition } from '../condition/condition.ts'
import type { Scope } from '../scope.ts'
import type { Item, SequenceQuery } from '../syntax/tree.ts'
import { joinKeysOf, type JoinKeys } from './join-keys.ts'

/** One `[…]` of a sequence or sample. */
export interface Part {
  readonly condition: Condition
  readonly keys: JoinKeys
}

/** An event that must be there, `runs` times; `stage` is the first of its places among those that must be there. */
export interface PositivePart extends Part {
  readonly stage: number
  readonly runs: number
}

/** An event that must not be there between two others: behind the stage `after`, or before all with -1. */
export interface MissingPart extends Part {
  readonly after: number
}

export interface SequencePlan {
  readonly positive: readonly PositivePart[]
  readonly missing: readonly MissingPart[]
  readonly until: Part | null
  /** Milliseconds; null: without end. */
  readonly maxspan: number | null
  /** For each place of a result, the stage that stands there; null for a missing event. */
  readonly places: readonly (number | null)[]
}

export function planSequence(
  { items, until, maxspan }: SequenceQuery,
  categoryField: string,
  scope: Scope,
): SequencePlan {
  const parts = compileItems(until ? [...items, until] : items, categoryField, scope)
  const positive: PositivePart[] = []
  const missing: MissingPart[] = []
  const places: (number | null)[] = []
  let stage = 0
  for (const [at, item] of items.entries()) {
    const part = parts[at]
    if (!part) continue
    if (item.missing) missing.push({ ...part, after: stage - 1 })
    else positive.push({ ...part, stage, runs: item.runs })
    for (let run = 0; run < item.runs; run++) places.push(item.missing ? null : stage++)
  }
  return { positive, missing, until: (until && parts.at(-1)) ?? null, maxspan, places }
}

export function compileItems(items: readonly Item[], categoryField: string, scope: Scope): readonly Part[] {
  const keys = joinKeysOf(items, scope)
  return items.flatMap((item, at) => {
    const own = keys[at]
    return own ? [{ condition: compileFilter(item.filter, categoryField, scope), keys: own }] : []
  })
}
