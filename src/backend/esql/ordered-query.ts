import type { Absence, Correlation, Ordered, Program, Step } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import type { Emission } from './emission.ts'
import { by, emitColumns, emitGroup, emitRoles, type Role, type RoleColumn } from './group.ts'
import { lifeFields, orderOf, packedWithLife, sameLife, timeOf, withoutLife } from './packed-event.ts'
import { emitAlertRow, from, needIdentity, pipeline } from './query-text.ts'
import { emitRole } from './role.ts'

/**
 * Two steps in order, exactly as semantics §2 has it. In each group all pairs of a first and a second event are made;
 * those in order, within the time and with nothing between them that breaks the chain are kept. For each second event
 * the newest first one is its start; for each start the earliest such event closes the alert.
 */
export function emitOrderedQuery(
  rule: Correlation,
  body: Ordered,
  program: Program,
  emission: Emission,
): Pick<NativeQuery, 'text' | 'identity'> | undefined {
  needIdentity(emission)
  for (const name of lifeFields) emission.field(name, undefined)
  const [first, second, third] = body.steps
  if (third !== undefined) emission.refuse('a sequence of three or more steps', third.span)
  if (first === undefined || second === undefined) {
    emission.refuse('a sequence of fewer than two steps', rule.span)
    return undefined
  }
  const absences = emitAbsences(rule, body, emission)
  const roles = [
    emitRole('start', first, true, rule, program, emission),
    emitRole('closing', second, true, rule, program, emission),
    ...absences.map((each) => emitRole(each.name, each.use, false, rule, program, emission)),
  ]
  const group = emitGroup(rule, roles, emission)
  const joins = joinColumns(body, emission)
  const keys = [...group.columns, ...joins.map((join) => join.name)]
  const end = emitAlertRow(rule, group.columns)
  const text = pipeline(emission, from(emission), [
    ...emitRoles(roles),
    ...group.lines,
    ...emitColumns(joins, roles, emission),
    `EVAL event = ${packedWithLife}`,
    `STATS ${roles.map(({ name }) => `${name} = VALUES(event) WHERE role == "${name}"`).join(', ')}${by(keys)}`,
    'MV_EXPAND start',
    'MV_EXPAND closing',
    `WHERE ${orderOf('start')} < ${orderOf('closing')} AND ${timeOf('closing')} - ${timeOf('start')} <= ${longestGap(rule, second)}`,
    `WHERE ${sameLife('start', 'closing')}`,
    `EVAL start = ${withoutLife('start')}, closing = ${withoutLife('closing')}`,
    ...absences.flatMap((each, index) => withoutInterruption(each, absences.slice(index + 1), keys)),
    `STATS start = MAX(start)${by(['closing', ...group.columns])}`,
    `STATS closing = MIN(closing)${by(['start', ...group.columns])}`,
    ...end.lines,
  ])
  return { text, identity: end.identity }
}

/** The gap to the first step and the whole chain are the same length of time. */
function longestGap(rule: Correlation, second: Step): number {
  return Math.min(rule.timespan, second.within ?? rule.timespan)
}

/** An event that must not be there, as a condition over the packed columns `start`, `closing` and its own. */
interface Interruption {
  readonly name: string
  readonly use: Absence | NonNullable<Ordered['until']>
  readonly breaks: string
}

function emitAbsences(rule: Correlation, body: Ordered, emission: Emission): readonly Interruption[] {
  const unless = body.unless.map((absence, index): Interruption => {
    const name = `absent${index}`
    if (absence.where === 'after')
      emission.refuse(
        'the absence of an event after the last step, for a query does not know when all events of that time are in',
        absence.span,
        'compile this rule to EQL, or deploy it to the target "local"',
      )
    return { name, use: absence, breaks: breaksUnless(absence, name, rule.timespan) }
  })
  const until: readonly Interruption[] =
    body.until === null
      ? []
      : [
          {
            name: 'until',
            use: body.until,
            breaks: `${orderOf('until')} >= ${orderOf('start')} AND ${orderOf('until')} < ${orderOf('closing')}`,
          },
        ]
  const all = [...unless, ...until]
  const [join] = body.joins
  if (all.length > 0 && join !== undefined) emission.refuse('an absence together with a join of two steps', join.span)
  return all
}

function breaksUnless(absence: Absence, name: string, timespan: number): string {
  const from = timeOf('start')
  const to = timeOf('closing')
  const at = timeOf(name)
  switch (absence.where) {
    case 'between':
      return `${at} > ${from} AND ${at} < ${to}`
    case 'before': {
      const earliest = absence.within === null ? `${to} - ${timespan}` : `${from} - ${absence.within}`
      return `${at} >= ${earliest} AND ${at} < ${from}`
    }
    case 'after': {
      const latest = absence.within === null ? `${from} + ${timespan}` : `${to} + ${absence.within}`
      return `${at} > ${to} AND ${at} <= ${latest}`
    }
  }
}

/** Drops the pairs that an event of this absence breaks; those of the absences still to come are carried along. */
function withoutInterruption(
  of: Interruption,
  later: readonly Interruption[],
  keys: readonly string[],
): readonly string[] {
  const carried = later.map(({ name }) => `, ${name} = VALUES(${name})`).join('')
  return [
    `MV_EXPAND ${of.name}`,
    `STATS broken = COUNT(*) WHERE ${of.breaks}${carried}${by(['start', 'closing', ...keys])}`,
    'WHERE broken == 0',
  ]
}

/** Fields that must have a value in common: pairs are only made among events that have the same. */
function joinColumns(body: Ordered, emission: Emission): readonly RoleColumn[] {
  return body.joins.map((join, index) => {
    if (join.left.step === join.right.step) emission.refuse('a join of a step with itself', join.span)
    const [left, right] = join.left.step < join.right.step ? [join.left, join.right] : [join.right, join.left]
    return {
      name: `join${index}`,
      fieldOf: (role: Role) => (role.name === 'start' ? left.field : right.field),
      span: join.span,
    }
  })
}
