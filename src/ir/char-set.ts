/** A set of Unicode code points: ranges, ends included, ascending, neither touching nor overlapping. */
export type CharSet = readonly CharRange[]
export type CharRange = readonly [low: number, high: number]

export const LAST_CODE_POINT = 0x10ffff

/** Every code point. */
export const everyChar: CharSet = [[0, LAST_CODE_POINT]]

/** A set in its normal form, from ranges in any order. */
export function charSet(...ranges: readonly CharRange[]): CharSet {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0])
  const result: [number, number][] = []
  for (const [low, high] of sorted) {
    const last = result.at(-1)
    if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high)
    else result.push([low, high])
  }
  return result
}

/** Every code point that is not in the set. */
export function complement(of: CharSet): CharSet {
  const result: CharRange[] = []
  let next = 0
  for (const [low, high] of of) {
    if (low > next) result.push([next, low - 1])
    next = high + 1
  }
  if (next <= LAST_CODE_POINT) result.push([next, LAST_CODE_POINT])
  return result
}

/** How many code points are in the set. */
export function sizeOf(set: CharSet): number {
  return set.reduce((size, [low, high]) => size + high - low + 1, 0)
}

/** The code points of a set, ascending. Ask `sizeOf` first. */
export function* members(set: CharSet): Generator<number> {
  for (const [low, high] of set) for (let code = low; code <= high; code++) yield code
}
