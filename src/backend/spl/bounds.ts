import type { Bound, Bounds } from '../../ir/rule.ts'
import type { Scope } from './scope.ts'
import type { Span } from '../../diagnostic/source.ts'

const OPERATORS: Readonly<Record<Bound['operator'], string>> = {
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
  eq: '==',
  neq: '!=',
}

/** The widest window of `streamstats`. */
const MOST_EVENTS = 10_000

/** A number against all bounds. @param scaled what a bound is multiplied with */
export function emitBounds(of: string, bounds: Bounds, scaled?: string): string {
  return bounds
    .map(({ operator, value }) => {
      const bound = decimal(value) ?? '0'
      return `${of}${OPERATORS[operator]}${scaled === undefined ? bound : `${bound}*${scaled}`}`
    })
    .join(' AND ')
}

/** A number as `eval` reads it; undefined for what it would need an exponent for. */
export function decimal(value: number): string | undefined {
  const text = String(value)
  if (!/^-?\d+(\.\d+)?$/.test(text)) return undefined
  return text.startsWith('-') ? `(0${text})` : text
}

export function checkBounds(bounds: Bounds, span: Span, scope: Scope): void {
  for (const { value } of bounds)
    if (decimal(value) === undefined) scope.refuse(`the bound ${value}`, span, 'write it without an exponent')
}

/**
 * The N of `gte N` alone, at whose N-th newest event an alert starts; undefined for other bounds, where it starts at the
 * oldest one.
 */
export function nthNewest(bounds: Bounds, span: Span, scope: Scope): number | undefined {
  const [bound] = bounds
  if (bounds.length !== 1 || bound?.operator !== 'gte') return undefined
  const count = Math.max(1, Math.ceil(bound.value))
  if (count > MOST_EVENTS) scope.refuse(`a start at the ${count}-th newest event: windows end at ${MOST_EVENTS}`, span)
  return Math.min(count, MOST_EVENTS)
}
