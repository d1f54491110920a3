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
export interface PositivePart {
  readonly part: number
  readonly stage: number
  readonly runs: number
}

/** An event that must not be there between two others: behind the stage `after`, or before all with -1. */
export interface MissingPart {
  readonly part: number
  readonly after: number
}

export interface SequencePlan {
  /** Of the items, then that of `until`; others name them by their places here. */
  readonly parts: readonly Part[]
  readonly positive: readonly PositivePart[]
  readonly missing: readonly MissingPart[]
  readonly until: number | null
  /** Milliseconds; null: without end. */
  readonly maxspan: number | null
  /** For each place of a result, the stage that stands there; null for a missing event. */
  readonly places: readonly (number | null)[]
}

export function planSequence(query: SequenceQuery, categoryField: string, scope: Scope): SequencePlan {
  const { items, until, maxspan } = query
  const parts = compileItems(until ? [...items, until] : items, categoryField, scope)
  const positive: PositivePart[] = []
  const missing: MissingPart[] = []
  const places: (number | null)[] = []
  let stage = 0
  for (const [part, item] of items.entries()) {
    if (item.missing) missing.push({ part, after: stage - 1 })
    else positive.push({ part, stage, runs: item.runs })
    for (let run = 0; run < item.runs; run++) places.push(item.missing ? null : stage++)
  }
  return { parts, positive, missing, until: until && items.length, maxspan, places }
}

export function compileItems(items: readonly Item[], categoryField: string, scope: Scope): readonly Part[] {
  const keys = joinKeysOf(items, scope)
  return items.flatMap((item, at) => {
    const own = keys[at]
    return own ? [{ condition: compileFilter(item.filter, categoryField, scope), keys: own }] : []
  })
}
