import type { Automaton } from './automaton.ts'

/**
 * The smallest automaton that takes the same as one without choices (`MinimizationOperations.minimize` of Lucene 9, which
 * is Hopcroft's). States from which nothing can match any more are left out.
 */
export function minimal(of: Automaton, letters: number): Automaton {
  const dead = of.accepts.length
  const to = (state: number, letter: number): number => of.next[state * letters + letter]?.[0] ?? dead
  const block = blocksOf(dead + 1, letters, to, (state) => of.accepts[state] === true)
  const gone = block[dead]
  // Blocks by the first state that stands in each, so that the first is where it begins.
  const numbers = new Map<number, number>()
  const first: number[] = []
  for (let state = 0; state < dead; state++) {
    const own = block[state] ?? 0
    if ((own === gone && state !== 0) || numbers.has(own)) continue
    numbers.set(own, first.push(state) - 1)
  }
  const next: number[][] = []
  for (const state of first)
    for (let letter = 0; letter < letters; letter++) {
      const after = block[to(state, letter)] ?? 0
      const number = after === gone ? undefined : numbers.get(after)
      next.push(number === undefined ? [] : [number])
    }
  return { next, accepts: first.map((state) => of.accepts[state] === true) }
}

/** For each state the number of its block: states of one block take the same. */
function blocksOf(
  states: number,
  letters: number,
  to: (state: number, letter: number) => number,
  accepts: (state: number) => boolean,
): readonly number[] {
  const before: number[][] = Array.from({ length: states * letters }, () => [])
  for (let state = 0; state < states; state++)
    for (let letter = 0; letter < letters; letter++)
      before[(state < states - 1 ? to(state, letter) : state) * letters + letter]?.push(state)
  const all = [...Array.from({ length: states }).keys()]
  const blocks = [all.filter((state) => !accepts(state)), all.filter(accepts)]
  const block: number[] = all.map((state) => (accepts(state) ? 1 : 0))
  const waiting = blocks.flatMap((_, number) =>
    Array.from({ length: letters }, (__, letter) => [number, letter] as const),
  )
  for (let splitter = waiting.pop(); splitter !== undefined; splitter = waiting.pop()) {
    const [number, letter] = splitter
    const reaching = new Map<number, number[]>()
    for (const state of blocks[number] ?? [])
      for (const each of before[state * letters + letter] ?? []) {
        const own = block[each] ?? 0
        const known = reaching.get(own)
        if (known) known.push(each)
        else reaching.set(own, [each])
      }
    for (const [own, members] of reaching) {
      const whole = blocks[own] ?? []
      if (members.length === whole.length) continue
      const moved = new Set(members)
      const rest = whole.filter((state) => !moved.has(state))
      const [large, small] = rest.length >= members.length ? [rest, members] : [members, rest]
      blocks[own] = large
      const fresh = blocks.push(small) - 1
      for (const state of small) block[state] = fresh
      for (let each = 0; each < letters; each++) waiting.push([fresh, each])
    }
  }
  return block
}
