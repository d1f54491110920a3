/**
 * The code points that Sigma holds equal to this one when it ignores case: those with the same simple case folding
 * (Unicode CaseFolding.txt, status C and S), itself included, in order. Beyond the two cases that is `ſ` for s, the
 * Kelvin sign for k, `ς` for σ and the like.
 *
 * @param character one code point
 */
export function foldOrbit(character: string): readonly string[] {
  const ascii = asciiOrbit(character)
  if (ascii !== undefined) return ascii
  if (!CASED.test(character)) return [character]
  // With the flags i and u, JavaScript compares by simple case folding; the candidates only save asking for all.
  const same = new RegExp(`^${character}$`, 'iu')
  const candidates = new Set(keysOf(character).flatMap((key) => table().get(key) ?? []))
  return [...candidates].filter((one) => same.test(one)).sort(byCodePoint)
}

/** Every orbit of more than one member; for sets of characters too large to fold one by one. */
export function foldOrbits(): readonly (readonly string[])[] {
  orbits ??= [...new Set([...table().values()].flat())]
    .map((character) => foldOrbit(character))
    .filter((orbit) => orbit.length > 1)
  return orbits
}

const CASED = /^[\p{Changes_When_Casemapped}\p{Changes_When_Casefolded}]$/u
/** No script with case has a letter from here on. */
const BEYOND_CASE = 0x1f000

let byKey: ReadonlyMap<string, readonly string[]> | undefined
let orbits: readonly (readonly string[])[] | undefined

function asciiOrbit(character: string): readonly string[] | undefined {
  if (character > '\u007f') return undefined
  const lower = character.toLowerCase()
  const upper = character.toUpperCase()
  if (lower === upper) return [character]
  if (lower === 'k') return [upper, lower, '\u212a']
  if (lower === 's') return [upper, lower, '\u017f']
  return [upper, lower]
}

/** Characters by what their cases are; made once, when the first letter beyond ASCII is asked for. */
function table(): ReadonlyMap<string, readonly string[]> {
  if (byKey !== undefined) return byKey
  const made = new Map<string, string[]>()
  for (let code = 0; code < BEYOND_CASE; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue
    const character = String.fromCodePoint(code)
    if (!CASED.test(character)) continue
    for (const key of keysOf(character)) {
      const members = made.get(key)
      if (members === undefined) made.set(key, [character])
      else members.push(character)
    }
  }
  byKey = made
  return made
}

function keysOf(character: string): readonly string[] {
  const upper = character.toUpperCase()
  return [...new Set([character.toLowerCase(), upper, upper.toLowerCase()])]
}

function byCodePoint(a: string, b: string): number {
  return (a.codePointAt(0) ?? 0) - (b.codePointAt(0) ?? 0)
}
