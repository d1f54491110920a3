import { setTimeout as sleep } from 'node:timers/promises'
import type { Pace } from './connection.ts'

/** What one attempt gave, and whether the same request may do better a little later. */
export interface Attempt<T> {
  readonly value: T
  readonly passing: boolean
}

/** Statuses that pass: too many requests, and a gateway or server that is not there yet. */
const PASSING = new Set([429, 502, 503, 504])

export function isPassing(status: number): boolean {
  return PASSING.has(status)
}

/** Tries until the answer is final or the attempts are used up; the pauses between grow and vary by chance. */
export async function persist<T>(pace: Pace, attempt: () => Promise<Attempt<T>>): Promise<T> {
  let pause = pace.pause
  for (let count = 1; ; count++) {
    const { value, passing } = await attempt()
    if (!passing || count >= pace.attempts) return value
    await sleep(pause * (0.5 + Math.random() / 2))
    pause = Math.min(pause * 2, pace.longestPause)
  }
}
