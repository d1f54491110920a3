import type { Time } from '../event/record.ts'
import { parsePeriod, type Period } from '../govern/period.ts'
import { parseDuration } from '../ir/duration.ts'
import { Unusable } from './unusable.ts'

/** A stretch of time as it is given on the command line. */
export interface StretchOptions {
  readonly period?: string
  readonly since: string
}

/** A period, or an `Unusable`. */
export function periodOf(written: string): Period {
  const period = parsePeriod(written)
  if (period === undefined)
    throw new Unusable(`"${written}" is no period: write 2026-Q4, 2026-11, 2026-W48, 2026-11-29 or 2026`)
  return period
}

/** The period that was named, or up to now. */
export function stretchOf({ period, since }: StretchOptions): Period {
  if (period !== undefined) return periodOf(period)
  const length = parseDuration(since)
  if (length === undefined) throw new Unusable(`"${since}" is no time: write 30d, say`)
  const now = Date.now()
  return { name: since, from: (now - length) as Time, to: (now + 1) as Time }
}
