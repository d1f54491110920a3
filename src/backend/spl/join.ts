import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import type { Ordered } from '../../ir/rule.ts'
import { joinedKey } from '../joined-key.ts'
import { readField, workedOn, type Stage } from './stage.ts'

/**
 * The joins of an ordered correlation as keys beside the group. A key of all steps goes into each `streamstats`; a join
 * of two neighbours only into the one that leads from the one step to the other. A row stands for each value of a field
 * that holds several; then there are several rows for one closing event, and the one with the newest start counts.
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
  /** Whether one closing event may stand in several rows. */
  readonly several: boolean
  /** Whether each key is one of all steps. */
  readonly whole: boolean
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
  const keys = joinKeys(stage, body)
  checkJoins(stage, body, keys)
  const several: string[] = []
  const evals = keys.map(({ name, fields, span }) => {
    const cases = [...fields].map(([at, field]) => {
      const read = readField(stage, body.steps[at]?.rule ?? stage.of.id, field, span)
      if (read.several && !several.includes(name)) several.push(name)
      return `dp_role==${at + 1}, ${read.text}`
    })
    return `${name}=${workedOn(stage, `case(${cases.join(', ')}, 1==1, "-")`, '"-"')}`
  })
  return {
    commands:
      keys.length === 0
        ? []
        : [
            `eval ${evals.join(', ')}`,
            `where ${keys.map(({ name }) => `isnotnull(${name})`).join(' AND ')}`,
            ...several.map((name) => `mvexpand ${name}`),
          ],
    keysBefore: (step) => keys.filter(({ to }) => to === null || to === step).map(({ name }) => name),
    isMixed: (step) => leadBefore(keys, step),
    several: several.length > 0,
    whole: keys.every(({ to }) => to === null),
  }
}

/** Of more than two steps that share several values, neighbours may share different ones: that is no key of all. */
function joinKeys({ scope }: Stage, body: Ordered): readonly JoinKey[] {
  const [first] = body.joins
  if (!first) return []
  const whole = joinedKey(body)
  const single = body.joins.every(({ left, right }) => ![left, right].some(({ field }) => scope.mayHoldSeveral(field)))
  if (whole && (single || body.steps.length === 2))
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

function checkJoins({ scope }: Stage, body: Ordered, keys: readonly JoinKey[]): void {
  const hint =
    'group by one field that all steps share, such as detpack.flow.object.id, or deploy this rule to the target "local"'
  if (keys.some(({ to }) => to !== null))
    for (const { left, right, span } of body.joins)
      if (Math.abs(left.step - right.step) !== 1) scope.refuse('a join of steps that are no neighbours', span, hint)
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
