import { all, anyOf } from '../../ir/predicate.ts'
import type { Correlation, Count, Program } from '../../ir/rule.ts'
import type { CompileContext } from '../backend.ts'
import { emitCondition } from './condition.ts'
import {
  by,
  closing,
  conditionOf,
  grouping,
  hasAliases,
  identityOf,
  keyNames,
  opening,
  ORDER_TEXT,
  writeSpl,
  type Pipeline,
} from './pipeline.ts'
import type { Scope } from './scope.ts'

/** The widest window of `streamstats`. */
const MOST_EVENTS = 10_000

/**
 * `event_count` with `gte: N`: at each event the window of the N newest; an alert where the oldest of them lies within
 * the timespan (reference §5). Other bounds are refused: their start is the oldest event in the timespan, and
 * `time_window` is open at its far edge.
 */
export function emitCount(
  of: Correlation,
  body: Count,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Pipeline {
  const [bound] = body.bounds
  const count = bound?.operator === 'gte' && body.bounds.length === 1 ? bound.value : 0
  if (!Number.isInteger(count) || count < 1 || count > MOST_EVENTS)
    scope.refuse(
      'an event count other than "gte" with a whole number from 1 to 10000',
      of.span,
      'write it as "gte", or deploy this rule to the target "local"',
    )
  if (hasAliases(of, body.of))
    scope.refuse('a count whose group is read from different fields of different rules', of.span)
  const predicate = all(anyOf(...body.of.map((use) => conditionOf(use, of, program, false, scope).predicate)), of.guard)
  const where = emitCondition(predicate, of.span, scope)
  const [first] = body.of
  const group = grouping(of, new Map(first ? [[1, first]] : []), scope)
  const keys = keyNames(of)
  const text = writeSpl([
    ...opening([predicate], context, scope),
    `where ${where}`,
    ...group,
    `eval ${ORDER_TEXT}, dp_c=dp_o . dp_id`,
    'sort 0 +dp_ms +dp_seq',
    `streamstats window=${count} global=f count AS dp_n min(dp_c) AS dp_start${by(keys)}`,
    `where dp_n==${count} AND dp_ms-tonumber(substr(dp_start, 1, 15))<=${of.timespan}`,
    ...closing(of, false),
  ])
  return { text, identity: identityOf(of) }
}
