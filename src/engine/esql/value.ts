import type { DataType } from './data-type.ts'

/**
 * One value: text, address and version as text, integer, double and time (epoch milliseconds) as number, long as bigint.
 * An address is the 32 hex digits of its IPv6 form, so that texts sort as addresses do.
 */
export type Scalar = string | number | bigint | boolean
/** What a cell holds: nothing, one value, or several (never a list of one). */
export type Value = Scalar | null | readonly Scalar[]

/** A date period (months and days) or a duration (milliseconds); kept beside values, which it never is. */
export interface TimeSpan {
  readonly months: number
  readonly milliseconds: number
}

export function isSeveral(value: Value): value is readonly Scalar[] {
  return Array.isArray(value)
}

/** The values of a cell, one by one. */
export function each(value: Value): readonly Scalar[] {
  if (value === null) return []
  return isSeveral(value) ? value : [value]
}

/** A cell of these values. */
export function cell(values: readonly Scalar[]): Value {
  const [only] = values
  if (only === undefined) return null
  return values.length === 1 ? only : values
}

/** Negative, 0 or positive, of two values of one type. */
export type Order = (a: Scalar, b: Scalar) => number

export function orderOf(type: DataType): Order {
  if (type === 'keyword') return (a, b) => compareTexts(a as string, b as string)
  if (type === 'version') return (a, b) => compareVersions(a as string, b as string)
  if (type === 'double') return (a, b) => compareDoubles(a as number, b as number)
  return (a, b) => (a < b ? -1 : a > b ? 1 : 0)
}

const SURROGATE = /[\ud800-\udfff]/

/** Whether a text has characters that take two UTF-16 units. */
export function hasAstral(text: string): boolean {
  return SURROGATE.test(text)
}

/** By code point, which is the order of UTF-8; UTF-16 units put U+E000 to U+FFFF behind all others. */
export function compareTexts(a: string, b: string): number {
  if (a === b) return 0
  const length = Math.min(a.length, b.length)
  let at = 0
  while (at < length && a.charCodeAt(at) === b.charCodeAt(at)) at++
  if (at === length) return a.length - b.length
  return rank(a.charCodeAt(at)) - rank(b.charCodeAt(at))
}

function rank(unit: number): number {
  if (unit < 0xd800) return unit
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800
}

/** As Java orders doubles: NaN behind all others. */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  return Number.isNaN(a) ? Number(!Number.isNaN(b)) : Number.isNaN(b) ? -1 : 0
}

/** Semantic versions by their parts, pre-releases first; what is no version comes last, as text. */
function compareVersions(a: string, b: string): number {
  const [one, two] = [versionParts(a), versionParts(b)]
  if (!one || !two) return one ? -1 : two ? 1 : compareTexts(a, b)
  for (let at = 0; at < 3; at++) {
    const difference = (one.release[at] ?? 0) - (two.release[at] ?? 0)
    if (difference !== 0) return difference
  }
  if (one.before === null || two.before === null) return Number(one.before === null) - Number(two.before === null)
  return compareTexts(one.before, two.before)
}

function versionParts(text: string): { release: readonly number[]; before: string | null } | undefined {
  const match = /^(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?(?:\+.*)?$/.exec(text)
  if (!match) return undefined
  const [, major = '0', minor = '0', patch = '0', before = null] = match
  return { release: [Number(major), Number(minor), Number(patch)], before }
}
