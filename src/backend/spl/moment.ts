import type { Duration } from '../../ir/duration.ts'
import { by, keysOf, workedOn, type Stage } from './stage.ts'

/**
 * The moments of an event in a window that slides, in the order in which they happen at one place in the order of
 * events. Splunk's own `time_window` is open at its far edge and holds 10,000 events at most; rows that come in and go
 * out again are neither.
 */
export const EVENT = 1
/** A value comes into the window. */
export const ENTER = 2
/** The window is looked at; all of one place have come in by then, for none of them is before another. */
export const ASK = 3
/** A value goes out of the window, behind everything of the last millisecond in which it was in it. */
export const LEAVE = 4

/** An event's place in the order as text of one width, 32 characters. Its last one keeps it from being a number. */
export const ORDER_TEXT = 'dp_o=printf("%015.0f.%015.0f|", dp_ms, dp_seq)'

/** The time in milliseconds at the head of an order text. */
export function timeOf(packed: string): string {
  return `tonumber(substr(${packed}, 1, 15))`
}

/** One row for each moment. */
export function emitMoments(stage: Stage, moments: readonly number[]): readonly string[] {
  const list = `mvappend(${moments.map((moment) => `"${moment}"`).join(', ')})`
  return [`eval dp_moment=${workedOn(stage, list, '"0"')}`, 'mvexpand dp_moment', 'eval dp_moment=tonumber(dp_moment)']
}

/** Puts the moments in the order in which they happen, those of leaving as long after as the window reaches. */
export function sortMoments(timespan: Duration): readonly string[] {
  return [
    `eval ${ORDER_TEXT}, dp_late=if(dp_moment==${LEAVE}, 1, 0), dp_at=dp_ms+if(dp_moment==${LEAVE}, ${timespan}, 0)`,
    'sort 0 +dp_at +dp_late +dp_seq +dp_moment +str(dp_id)',
  ]
}

/**
 * The oldest event in the window, as `dp_oldest`: of what leaves from now on, that which came first. Rows stand newest
 * first from here on.
 */
export function emitOldest(stage: Stage): readonly string[] {
  return [
    `eval dp_c=if(dp_moment==${LEAVE}, dp_o . dp_id, null())`,
    'reverse',
    `streamstats min(dp_c) AS dp_oldest${by(keysOf(stage))}`,
  ]
}

/** The N-th newest event, as `dp_nth`; null while there are fewer. It needs a row for `EVENT`. */
export function emitNthNewest(stage: Stage, count: number): readonly string[] {
  const keys = keysOf(stage)
  return [
    `eval dp_c=if(dp_moment==${EVENT}, dp_o . dp_id, null())`,
    `streamstats window=${count} global=f count AS dp_w min(dp_c) AS dp_s${by([...keys, 'dp_moment'])}`,
    `eval dp_s=if(dp_moment==${EVENT} AND dp_w==${count}, dp_s, null())`,
    `streamstats max(dp_s) AS dp_nth${by(keys)}`,
  ]
}

/** A running sum over what comes in and goes out. */
export function emitRunning(stage: Stage, values: Readonly<Record<string, string>>): readonly string[] {
  const names = Object.entries(values)
  const evals = names.map(([name, value]) => {
    return `${name}d=case(dp_moment==${ENTER}, ${value}, dp_moment==${LEAVE}, 0-(${value}), 1==1, 0)`
  })
  return [
    `eval ${evals.join(', ')}`,
    `streamstats ${names.map(([name]) => `sum(${name}d) AS ${name}`).join(' ')}${by(keysOf(stage))}`,
  ]
}
