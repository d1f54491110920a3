import { warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Span } from '../diagnostic/source.ts'
import { formatDuration, milliseconds, type Duration } from '../ir/duration.ts'

/** A longer window is told. */
const LONG = milliseconds(86_400_000)
/** What the estimate takes for granted. */
export const EVENTS_A_SECOND = 10

export function isLong(window: Duration): boolean {
  return window > LONG
}

/** How many events a window holds, in words, by the estimate. */
export function eventsIn(window: Duration): string {
  return ((window / 1000) * EVENTS_A_SECOND).toLocaleString('en-US')
}

/** `backend/cost` (warning): a search that looks at all of a long window again, each time that it runs. */
export function costOfWindow(language: 'ES|QL' | 'SPL', window: Duration, span: Span): readonly Diagnostic[] {
  if (!isLong(window)) return []
  const message = `each run in ${language} reads again what matched in ${formatDuration(window)}: at ${EVENTS_A_SECOND} such events a second, ${eventsIn(window)} of them`
  const hint =
    'shorten the timespan, narrow the rules, or deploy this one to the target "local", which reads each event once'
  return [warning('backend/cost', message, span, { hint })]
}
