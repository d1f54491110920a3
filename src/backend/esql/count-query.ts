import type { Bounds, Correlation, Count, Program } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import { emitBounds } from './bounds.ts'
import { countedRoles, inWindow } from './counted.ts'
import type { Emission } from './emission.ts'
import { by, emitGroup, emitRoles } from './group.ts'
import { packedEvent } from './packed-event.ts'
import { emitAlertRow, from, needIdentity, pipeline } from './query-text.ts'

/**
 * A number of events in a window that slides: at each event, those of its group in the time before it are counted, the
 * event itself included. VALUES keeps each event once, so that one that is stored twice counts once.
 */
export function emitCountQuery(
  rule: Correlation,
  body: Count,
  program: Program,
  emission: Emission,
): Pick<NativeQuery, 'text' | 'identity'> {
  needIdentity(emission)
  const roles = countedRoles(rule, body.of, program, emission)
  const group = emitGroup(rule, roles, emission)
  const end = emitAlertRow(rule, group.columns)
  const text = pipeline(emission, from(emission), [
    ...emitRoles(roles),
    ...group.lines,
    `EVAL event = ${packedEvent}`,
    `STATS event = VALUES(event)${by(group.columns)}`,
    'EVAL closing = event',
    'MV_EXPAND closing',
    'MV_EXPAND event',
    `WHERE ${inWindow('event', rule.timespan)}`,
    `STATS total = COUNT(*), start = ${startOf('event', body.bounds)}${by(['closing', ...group.columns])}`,
    `WHERE ${emitBounds('total', body.bounds).text}`,
    'EVAL start = MV_MIN(start)',
    ...end.lines,
  ])
  return { text, identity: end.identity }
}

/** The events among which the oldest is the start: the N newest where N are enough, else all of the window. */
export function startOf(event: string, bounds: Bounds): string {
  const [only] = bounds
  const enough = bounds.length === 1 && only?.operator === 'gte' ? Math.ceil(only.value) : 0
  return enough >= 1 && enough <= MOST_KEPT ? `TOP(${event}, ${enough}, "desc")` : `MIN(${event})`
}

/** More than this many events in a window never come into one result. */
const MOST_KEPT = 100_000
