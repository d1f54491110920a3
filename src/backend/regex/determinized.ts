import type { Automaton } from './automaton.ts'
import { addMember, DistinctSets, sizeOf, widthOf, type PlaceSets } from './place-set.ts'

/**
 * An automaton without choices that takes the same (`Operations.determinize` of Lucene 9); undefined when it costs `most`
 * or more, which is for each of its states the number of those that it stands for.
 */
export function determinized(of: Automaton, letters: number, most: number): Automaton | undefined {
  const width = widthOf(of.accepts.length)
  const seen = new DistinctSets(width)
  const members: number[][] = []
  const set: PlaceSets = new Int32Array(width)
  let effort = 0
  const reach = (states: readonly number[]): number => {
    set.fill(0)
    for (const state of states) addMember(set, 0, state)
    const known = seen.numberOf(set)
    if (known !== undefined) return known
    seen.add(set)
    effort += sizeOf(set)
    return members.push([...states]) - 1
  }
  reach([0])
  const next: number[][] = []
  for (let state = 0; state < members.length && effort < most; state++) {
    const from = members[state] ?? []
    for (let letter = 0; letter < letters; letter++) {
      const to = new Set<number>()
      for (const each of from) for (const after of of.next[each * letters + letter] ?? []) to.add(after)
      next.push(to.size === 0 ? [] : [reach([...to])])
    }
  }
  if (effort >= most) return undefined
  return { next, accepts: members.map((states) => states.some((state) => of.accepts[state])) }
}
