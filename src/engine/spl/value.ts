/** One value of a field. Text and numbers are alike: a text that looks like a number counts as one. */
export type Single = string | number

/** What a field holds: a value, or several. A field without a value is not there. */
export type Stored = Single | readonly Single[]

/** What an expression gives; null where there is no value. */
export type Value = Stored | boolean | null

const NUMBER = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/

/** The number that a value is or looks like. */
export function numberOf(value: Value): number | undefined {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return undefined
  // Most texts are told from numbers by their first character.
  const first = value.charCodeAt(0)
  if (first > 0x39 || Number.isNaN(first)) return undefined
  return NUMBER.test(value) ? Number(value) : undefined
}

export function isSeveral(value: Value): value is readonly Single[] {
  return Array.isArray(value)
}

/** The values in a value: none, one or several. */
export function singlesOf(value: Value): readonly Single[] {
  if (value === null) return NONE
  if (isSeveral(value)) return value
  return [typeof value === 'boolean' ? String(value) : value]
}

const NONE: readonly Single[] = []

/** A field of these values; null when there are none. */
export function storedOf(singles: readonly Single[]): Stored | null {
  const [first] = singles
  if (first === undefined) return null
  return singles.length === 1 ? first : singles
}

/** A value as text, several joined by blanks as `nomv` would; null stays. */
export function textOf(value: Value): string | null {
  if (value === null) return null
  if (isSeveral(value)) return value.map(String).join(' ')
  return String(value)
}

/** Less than, equal or greater: numbers by size, else texts by their characters. */
export function compareSingles(a: Single, b: Single): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const one = numberOf(a)
  const two = one === undefined ? undefined : numberOf(b)
  if (one !== undefined && two !== undefined) return one - two
  return compareTexts(String(a), String(b))
}

export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** A text that is the same for values that group together. */
export function keyOf(value: Stored): string {
  return typeof value === 'string' ? value : isSeveral(value) ? value.map(String).join('\u0001') : String(value)
}
