import type { Bound, Measure, Value } from '../../ir/rule.ts'
import { decideApproximation } from '../acceptance.ts'
import { checkBounds, decimal, emitBounds, nthNewest } from './bounds.ts'
import { emitMedian, medianHolds } from './median.ts'
import { ASK, emitMoments, emitNthNewest, emitOldest, emitRunning, ENTER, EVENT, LEAVE, sortMoments } from './moment.ts'
import {
  by,
  countedRoles,
  emitGroup,
  emitRoles,
  keysOf,
  readByRole,
  whereOf,
  workedOn,
  type Role,
  type Stage,
  type StageText,
} from './stage.ts'

/**
 * `value_count`, `value_sum`, `value_avg`, `value_percentile` and `value_median`: the values of a group come into the
 * window and go out of it, and running sums tell the measure at each event.
 *
 * - Distinct: a combination counts from its first event in the window until its last one leaves.
 * - Sum and average: of whole numbers, which add up and take away exactly; of fractions approximately.
 * - Percentile: whether the k-th smallest value lies over a bound is told by how many values lie under it.
 * - Median: as a percentile; of an even number see `emitMedian`.
 */
export function emitValue(stage: Stage, body: Value): StageText {
  const { of, scope } = stage
  checkBounds(body.bounds, of.span, scope)
  const roles = countedRoles(stage, body.of)
  const taken = emitRoles(stage, roles)
  const { measure } = body
  const commands = [
    ...taken.commands,
    ...emitGroup(stage, roles),
    ...(roles.length > 1 ? [`dedup ${[...keysOf(stage), 'dp_id'].join(' ')}`] : []),
  ]
  const measured =
    measure.of === 'distinct' ? emitDistinct(stage, body, roles) : emitNumbers(stage, body, roles, measure)
  return { predicates: taken.predicates, commands: [...commands, ...measured] }
}

function emitDistinct(stage: Stage, body: Value, roles: readonly Role[]): readonly string[] {
  const { of, scope } = stage
  const count = nthNewest(body.bounds, of.span, scope)
  const names = body.fields.map((_, at) => `dp_v${at + 1}`)
  const keys = keysOf(stage)
  const moments = [...(count === undefined ? [] : [EVENT]), ENTER, ASK, LEAVE]
  const read = body.fields.map((field) => readByRole(stage, roles, () => field, of.span))
  const moving = `dp_moment==${ENTER} OR dp_moment==${LEAVE}`
  return [
    `eval ${read.map(({ text }, at) => `${names[at] ?? ''}=${workedOn(stage, text, '"-"')}`).join(', ')}`,
    whereOf(stage, names.map((name) => `isnotnull(${name})`).join(' AND ')),
    ...emitMoments(stage, moments),
    `eval ${names.map((name) => `${name}=if(${moving}, ${name}, "-")`).join(', ')}`,
    ...names.filter((_, at) => read[at]?.several).map((name) => `mvexpand ${name}`),
    ...sortMoments(of.timespan),
    `eval dp_md=case(dp_moment==${ENTER}, 1, dp_moment==${LEAVE}, 0-1, 1==1, 0)`,
    `streamstats sum(dp_md) AS dp_m${by([...keys, ...names])}`,
    `eval dp_nd=case(dp_moment==${ENTER} AND dp_m==1, 1, dp_moment==${LEAVE} AND dp_m==0, 0-1, 1==1, 0)`,
    `streamstats sum(dp_nd) AS dp_n${by(keys)}`,
    ...(count === undefined ? [] : emitNthNewest(stage, count)),
    ...emitOldest(stage),
    whereOf(stage, `dp_moment==${ASK} AND ${emitBounds('dp_n', body.bounds)}`),
    count === undefined
      ? 'eval dp_start=dp_oldest'
      : 'eval dp_start=if(isnull(dp_nth) OR dp_nth<dp_oldest, dp_oldest, dp_nth)',
  ]
}

type NumberMeasure = Exclude<Measure, { of: 'distinct' }>

function emitNumbers(stage: Stage, body: Value, roles: readonly Role[], measure: NumberMeasure): readonly string[] {
  const { of } = stage
  const [field = ''] = body.fields
  checkNumbers(stage, body, measure)
  const { text, several } = readByRole(stage, roles, () => field, of.span, 'kept')
  const running: Record<string, string> = { dp_n: '1' }
  if (measure.of === 'sum' || measure.of === 'average') running.dp_t = 'dp_x'
  else
    for (const [at, { value }] of body.bounds.entries()) {
      running[`dp_b${at}`] = `if(dp_x<${decimal(value) ?? '0'}, 1, 0)`
      running[`dp_d${at}`] = `if(dp_x<=${decimal(value) ?? '0'}, 1, 0)`
    }
  return [
    `eval dp_x=${workedOn(stage, text, '0')}`,
    ...(several ? ['mvexpand dp_x'] : []),
    'eval dp_x=tonumber(dp_x)',
    whereOf(stage, 'isnotnull(dp_x)'),
    ...emitMoments(stage, [ENTER, ASK, LEAVE]),
    ...(measure.of === 'median' ? emitMedian(stage, body.bounds) : sortMoments(of.timespan)),
    ...emitRunning(stage, running),
    ...emitOldest(stage),
    whereOf(stage, `dp_moment==${ASK} AND ${emitHeld(body, measure)}`),
    'eval dp_start=dp_oldest',
    ...(several ? [`dedup ${[...keysOf(stage), 'dp_id'].join(' ')}`] : []),
  ]
}

function emitHeld(body: Value, measure: NumberMeasure): string {
  switch (measure.of) {
    case 'sum':
      return emitBounds('dp_t', body.bounds)
    case 'average':
      return emitBounds('dp_t', body.bounds, 'dp_n')
    case 'percentile':
      return body.bounds.map((bound, at) => emitRanked(bound, at, measure.rank)).join(' AND ')
    case 'median':
      return body.bounds.map(medianHolds).join(' AND ')
  }
}

/** The k-th smallest, by nearest rank, against a bound: `dp_b` values lie under it, `dp_d` do not lie over it. */
function emitRanked({ operator }: Bound, at: number, rank: number): string {
  const place = `max(1, ceiling(${rank}*dp_n/100))`
  const [under, upTo] = [`dp_b${at}`, `dp_d${at}`]
  switch (operator) {
    case 'gte':
      return `${under}<${place}`
    case 'gt':
      return `${upTo}<${place}`
    case 'lt':
      return `${under}>=${place}`
    case 'lte':
      return `${upTo}>=${place}`
    case 'eq':
      return `(${under}<${place} AND ${upTo}>=${place})`
    case 'neq':
      return `(${under}>=${place} OR ${upTo}<${place})`
  }
}

/** A bound of an average is multiplied by a number of values, which is exact for these. */
function multipliesExactly(value: number): boolean {
  return Number.isInteger(value * 1024) && Math.abs(value) < 2 ** 30
}

function checkNumbers({ of, scope, context }: Stage, body: Value, measure: NumberMeasure): void {
  const [field = ''] = body.fields
  const type = scope.info(field)?.type
  const added = measure.of === 'sum' || measure.of === 'average'
  if (type !== 'long' && type !== 'double') {
    scope.refuse(
      `the ${measure.of} of ${field}, which the mapping does not know as a number`,
      of.span,
      'compile with a mapping that knows the field as long or double',
    )
  } else if (measure.of === 'percentile' && decimal(measure.rank) === undefined) {
    scope.refuse(`the rank ${measure.rank}`, of.span)
  } else if (added && type === 'double') {
    const node = measure.of === 'sum' ? 'value-sum' : 'value-avg'
    const why = `fractions of ${field} are added and taken away as binary numbers, which rounds them`
    scope.diagnostics.push(decideApproximation({ node, why }, 'spl', of, context, of.span))
    scope.approximations.push({ node, why })
  } else if (measure.of === 'average' && !body.bounds.every(({ value }) => multipliesExactly(value)))
    scope.refuse('the exact comparison of an average with such a number', of.span, 'write a whole number or a half')
}
