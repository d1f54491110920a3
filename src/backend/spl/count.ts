import type { Count } from '../../ir/rule.ts'
import { checkBounds, emitBounds, nthNewest } from './bounds.ts'
import {
  ASK,
  emitMoments,
  emitNthNewest,
  emitOldest,
  emitRunning,
  ENTER,
  EVENT,
  LEAVE,
  sortMoments,
  timeOf,
} from './moment.ts'
import { countedRoles, emitGroup, emitRoles, keysOf, whereOf, type Stage, type StageText } from './stage.ts'

/**
 * `event_count`. For `gte: N` the N newest events at each event: an alert where the oldest of them lies within the
 * timespan (reference §5). For other bounds events come in and go out, and are counted as they do.
 */
export function emitCount(stage: Stage, body: Count): StageText {
  const { of, scope } = stage
  checkBounds(body.bounds, of.span, scope)
  const roles = countedRoles(stage, body.of)
  const taken = emitRoles(stage, roles)
  const count = nthNewest(body.bounds, of.span, scope)
  const commands = [
    ...taken.commands,
    ...emitGroup(stage, roles),
    // An event that matches several rules is one event.
    ...(roles.length > 1 ? [`dedup ${[...keysOf(stage), 'dp_id'].join(' ')}`] : []),
  ]
  if (count !== undefined)
    return {
      predicates: taken.predicates,
      commands: [
        ...commands,
        ...emitMoments(stage, [EVENT, ASK]),
        ...sortMoments(of.timespan),
        ...emitNthNewest(stage, count),
        whereOf(stage, `dp_moment==${ASK} AND isnotnull(dp_nth) AND dp_ms-${timeOf('dp_nth')}<=${of.timespan}`),
        'eval dp_start=dp_nth',
      ],
    }
  return {
    predicates: taken.predicates,
    commands: [
      ...commands,
      ...emitMoments(stage, [ENTER, ASK, LEAVE]),
      ...sortMoments(of.timespan),
      ...emitRunning(stage, { dp_n: '1' }),
      ...emitOldest(stage),
      whereOf(stage, `dp_moment==${ASK} AND ${emitBounds('dp_n', body.bounds)}`),
      'eval dp_start=dp_oldest',
    ],
  }
}
