import { setTimeout as sleep } from 'node:timers/promises'

/** How long to wait and how often to try again; times in milliseconds. */
export interface Pace {
  /** For one request and its answer. */
  readonly timeout: number
  /** In all, the first included. */
  readonly attempts: number
  /** Before the second attempt; doubles from there, and is cut by chance to a half at least. */
  readonly pause: number
  readonly longestPause: number
}

export const DEFAULT_PACE: Pace = { timeout: 30_000, attempts: 5, pause: 500, longestPause: 15_000 }

/** What one attempt gave, and whether the same request may do better a little later. */
export interface Attempt<T> {
  readonly value: T
  readonly passing: boolean
  /** How long the server asks to be let alone, ms. */
  readonly wait?: number | undefined
}

/** Statuses that pass: too many requests, and a gateway or server that is not there yet. */
const PASSING = new Set([429, 502, 503, 504])

export function isPassing(status: number): boolean {
  return PASSING.has(status)
}

/** Milliseconds that a server asks to wait; not all that are too busy say it. */
export function retryAfter(headers: Readonly<Record<string, unknown>>): number | undefined {
  const value = headers['retry-after']
  const seconds = typeof value === 'string' && value !== '' ? Number(value) : Number.NaN
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}

/**
 * Tries until the answer is final or the attempts are used up; the pauses between grow and vary by chance. A server that
 * asks for a longer one gets it, up to the longest.
 *
 * @param pauseFor waits so many milliseconds
 */
export async function persist<T>(
  pace: Pace,
  attempt: () => Promise<Attempt<T>>,
  pauseFor: (time: number) => Promise<unknown> = sleep,
): Promise<T> {
  let pause = pace.pause
  for (let count = 1; ; count++) {
    const { value, passing, wait = 0 } = await attempt()
    if (!passing || count >= pace.attempts) return value
    await pauseFor(Math.max(pause * (0.5 + Math.random() / 2), Math.min(wait, pace.longestPause)))
    pause = Math.min(pause * 2, pace.longestPause)
  }
}

/** Does something to each of many, so many at a time at most; the results are in the order of the items. */
export async function eachOf<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) results[at] = await work(items[at] as T)
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker))
  return results
}

/** Items in groups of so many at most. */
export function inGroups<T>(items: readonly T[], most: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, at) => items.slice(at * most, (at + 1) * most))
}
