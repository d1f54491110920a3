import type { FieldName } from '../../ir/predicate.ts'
import type { Join, Ordered, RuleUse, Step } from '../../ir/rule.ts'
import { and, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { emitFieldComparison } from './field-comparison.ts'
import { eventLife } from './item.ts'
import type { OrderedChain } from './ordered-chain.ts'
import { pairLines } from './ordered-pairs.ts'
import { timelineLines } from './ordered-timeline.ts'
import { roleOf, type Role, type RoleColumn, type Stage, type StageForm } from './stage.ts'

/**
 * Two steps in order, exactly as semantics §2 has it: for each closing item the newest valid first one is its start; for
 * each start the earliest such item closes the alert.
 *
 * Where a chain that is broken for one start is broken for all older ones, too, a timeline says it at the cost of
 * sorting. Else all pairs of a group that lie close enough are made.
 */
export function formOrdered(stage: Stage, body: Ordered): StageForm | undefined {
  const { of, emission } = stage
  const [first, second, third] = body.steps
  if (third !== undefined) emission.refuse('a sequence of three or more steps', third.span)
  if (first === undefined || second === undefined) {
    emission.refuse('a sequence of fewer than two steps', of.span)
    return undefined
  }
  const chain: OrderedChain = {
    start: stepOf('start', 0, first, body, stage),
    closing: stepOf('closing', 1, second, body, stage),
    longest: Math.min(of.timespan, second.within ?? of.timespan),
    timespan: of.timespan,
    absences: body.unless.map((absence, at) => ({ ...absence, role: roleOf(`absent${at}`, absence, false, stage) })),
    until: body.until && roleOf('until', body.until, false, stage),
    joins: joinColumns(body, stage),
    lives: eventLife(emission) !== undefined,
  }
  const byTimeline = isMonotone(chain, emission)
  const { start, closing, absences, until } = chain
  return {
    roles: [start, closing, ...absences.map(({ role }) => role), ...(until ? [until] : [])],
    columns: chain.joins,
    lives: chain.lives,
    cost: byTimeline ? 'items' : 'pairs',
    lines: (flow) => (byTimeline ? timelineLines(chain, flow) : pairLines(chain, flow)),
  }
}

/** A newer start is never worse than an older one, and each closing item has one set of starts. */
function isMonotone({ absences, until, joins, closing }: OrderedChain, emission: Emission): boolean {
  if (joins.length > 0 && (absences.length > 0 || until !== null)) return false
  if (absences.some(({ where }) => where !== 'between')) return false
  return joins.every((join) => {
    const field = join.fieldOf(closing)
    return field !== undefined && !emission.field(field, join.span).multi
  })
}

/** A join of a step with itself is a condition on the step's event; an alert has no fields beside its group. */
function stepOf(name: string, at: number, step: Step & RuleUse, body: Ordered, stage: Stage): Role {
  const role = roleOf(name, step, true, stage)
  const own = body.joins.filter(({ left, right }) => left.step === at && right.step === at)
  if (own.length === 0) return role
  if (role.where === null) {
    for (const { span } of own) refuseJoinOfAlert(stage.emission, span)
    return role
  }
  return { ...role, where: and([role.where, ...own.map((join) => equalFields(join, stage.emission))]) }
}

function refuseJoinOfAlert(emission: Emission, span: Join['span']): void {
  emission.refuse('a join beside the alerts of a correlation', span, 'group by the field instead')
}

function equalFields({ left, right, span }: Join, emission: Emission): Condition {
  const field = { name: left.field, info: emission.field(left.field, span), span }
  return emitFieldComparison(field, { is: 'field', other: right.field, relation: 'equals', cased: true }, emission)
}

function joinColumns(body: Ordered, { emission, prefix, program }: Stage): readonly RoleColumn[] {
  return body.joins
    .filter((join) => join.left.step !== join.right.step)
    .map((join, index) => {
      if (body.steps.some((step) => program.rules.get(step.rule)?.kind === 'correlation'))
        refuseJoinOfAlert(emission, join.span)
      const [left, right] = join.left.step < join.right.step ? [join.left, join.right] : [join.right, join.left]
      return {
        name: `${prefix}join${index}`,
        fieldOf: ({ name }: Role): FieldName | undefined =>
          name === `${prefix}start` ? left.field : name === `${prefix}closing` ? right.field : undefined,
        span: join.span,
      }
    })
}
