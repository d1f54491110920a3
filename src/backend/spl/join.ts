import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Ordered } from '../../ir/rule.ts'
import { joinedKey } from '../joined-key.ts'
import { workedOn, type Stage } from './stage.ts'

/**
 * The joins of an ordered correlation as keys beside the group. A key of all steps goes into each `streamstats`; a join
 * of two neighbours only into the one that leads from the one step to the other.
 */
export interface Joins {
  readonly commands: readonly string[]
  /** The keys by which a step finds the one before it; `step` is its index. */
  keysBefore(step: number): readonly string[]
  /**
   * Whether the newest partial chain before a step may have an older start than another one: a join that lies further
   * back has told them apart. Then starts are compared, and the end of the chain is not known.
   */
  isMixed(step: number): boolean
}

interface JoinKey {
  readonly name: string
  /** The field to read, by the step's index. */
  readonly fields: ReadonlyMap<number, FieldName>
  readonly span: Span
  /** The index of the step that it leads to; null for a key of all steps. */
  readonly to: number | null
}

export function emitJoins(stage: Stage, body: Ordered): Joins {
  checkJoins(stage, body)
  const keys = joinKeys(body)
  const evals = keys.map(({ name, fields, span }) => {
    const cases = [...fields].map(([step, field]) => `dp_role==${step + 1}, ${stage.scope.values(field, span)}`)
    return `${name}=${workedOn(stage, `case(${cases.join(', ')}, 1==1, "-")`, '"-"')}`
  })
  return {
    commands:
      keys.length === 0
        ? []
        : [`eval ${evals.join(', ')}`, `where ${keys.map(({ name }) => `isnotnull(${name})`).join(' AND ')}`],
    keysBefore: (step) => keys.filter(({ to }) => to === null || to === step).map(({ name }) => name),
    isMixed: (step) => leadBefore(keys, step),
  }
}

function joinKeys(body: Ordered): readonly JoinKey[] {
  const [first] = body.joins
  if (!first) return []
  const whole = joinedKey(body)
  if (whole)
    return whole.map((fields, at) => ({
      name: `dp_j${at + 1}`,
      fields: new Map(fields.entries()),
      span: first.span,
      to: null,
    }))
  return body.joins.map(({ left, right, span }, at) => ({
    name: `dp_j${at + 1}`,
    fields: new Map([left, right].map(({ step, field }) => [step, field])),
    span,
    to: Math.max(left.step, right.step),
  }))
}

/** Whether some key leads to a step before this one. */
function leadBefore(keys: readonly JoinKey[], step: number): boolean {
  return keys.some(({ to }) => to !== null && to < step)
}

function checkJoins({ scope, inner }: Stage, body: Ordered): void {
  const [first] = body.joins
  if (!first) return
  const hint =
    'group by one field that all steps share, such as detpack.flow.object.id, or deploy this rule to the target "local"'
  for (const join of body.joins) {
    for (const { field } of [join.left, join.right])
      if (scope.mayHoldSeveral(field))
        scope.refuse(`a join by ${field}, which may hold several values`, join.span, hint)
    if (!joinedKey(body) && Math.abs(join.left.step - join.right.step) !== 1)
      scope.refuse('a join of steps that are no neighbours', join.span, hint)
  }
  for (const step of body.steps)
    if (inner.has(step.rule)) scope.refuse('a join beside the alerts of a correlation', step.span, hint)
  const keys = joinKeys(body)
  for (const [at, step] of body.steps.entries())
    if (
      leadBefore(keys, at) &&
      (step.within !== null || body.unless.some((one) => one.where === 'between' && one.after === at - 1))
    )
      scope.refuse(
        `a gap or an absence before the step "${step.as}", behind a join of two other steps`,
        step.span,
        hint,
      )
}
