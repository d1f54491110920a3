/** A length of time in whole milliseconds. */
export type Duration = number & { readonly __brand: 'Duration' }

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

export function milliseconds(count: number): Duration {
  return count as Duration
}

/** `90m`, `10s`, `250ms`, `7d`: a positive integer and a unit; undefined when it is anything else or over 10,000 days. */
export function parseDuration(written: string): Duration | undefined {
  const match = /^([1-9]\d{0,14})(ms|s|m|h|d)$/.exec(written)
  if (!match) return undefined
  const length = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS]
  return length <= 10_000 * UNITS.d ? milliseconds(length) : undefined
}

/** The shortest exact form: 60000 is `1m`, 1500 is `1500ms`. */
export function formatDuration(duration: Duration): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (duration >= UNITS[unit] && duration % UNITS[unit] === 0) return `${duration / UNITS[unit]}${unit}`
  }
  return `${duration}ms`
}
