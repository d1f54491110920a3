import { exactText, fieldReader, type JsonObject, type Scalar } from '../../event/field.ts'
import type { Duration } from '../../ir/duration.ts'
import type { Correlation, Join, Ordered, RuleId, Step } from '../../ir/rule.ts'
import type { Member } from './member.ts'

/** An ordered correlation, laid out for matching; made once for all its groups. */
export interface OrderedPlan {
  readonly body: Ordered
  readonly timespan: Duration
  readonly steps: readonly Step[]
  /** For each step, its joins with the step before. */
  readonly nearJoins: readonly (readonly CompiledJoin[])[]
  /** Joins of steps that are no neighbours, listed under the later one. */
  readonly farJoins: readonly (readonly CompiledJoin[])[]
  /** Rules that must not match between a step and the next, listed under the first of the two. */
  readonly between: readonly (readonly RuleId[])[]
  readonly before: readonly Bounded[]
  readonly beforeInSpan: readonly RuleId[]
  readonly after: readonly Bounded[]
  readonly afterInSpan: readonly RuleId[]
  /**
   * The newest start of each partial chain does not decide alone: an older one may live when it does not. Then chains
   * are searched for instead.
   */
  readonly search: boolean
  /** A chain can stay undecided after its last event, because something must not follow. */
  readonly late: boolean
  /** For how long. */
  readonly lag: number
  /** How long events are needed after the newest. */
  readonly retention: number
}

interface Bounded {
  readonly rule: RuleId
  readonly within: Duration
}

/** A join as seen from its later step. */
export interface CompiledJoin {
  readonly earlier: number
  readonly earlierTexts: (event: JsonObject) => readonly string[]
  readonly laterTexts: (event: JsonObject) => readonly string[]
}

export function planOrdered(of: Correlation, body: Ordered): OrderedPlan {
  const nearJoins: CompiledJoin[][] = body.steps.map(() => [])
  const farJoins: CompiledJoin[][] = body.steps.map(() => [])
  for (const join of body.joins) {
    const { later, compiled } = compileJoin(join)
    ;(later - compiled.earlier === 1 ? nearJoins : farJoins)[later]?.push(compiled)
  }
  const between: RuleId[][] = body.steps.map(() => [])
  const before: Bounded[] = []
  const beforeInSpan: RuleId[] = []
  const after: Bounded[] = []
  const afterInSpan: RuleId[] = []
  for (const absence of body.unless) {
    const { rule } = absence
    if (absence.where === 'between') between[absence.after]?.push(rule)
    else if (absence.within === null) (absence.where === 'before' ? beforeInSpan : afterInSpan).push(rule)
    else (absence.where === 'before' ? before : after).push({ rule, within: absence.within })
  }
  const lag = Math.max(0, ...after.map(({ within }) => within), afterInSpan.length > 0 ? of.timespan : 0)
  return {
    body,
    timespan: of.timespan,
    steps: body.steps,
    nearJoins,
    farJoins,
    between,
    before,
    beforeInSpan,
    after,
    afterInSpan,
    search: farJoins.some((joins) => joins.length > 0) || beforeInSpan.length > 0 || afterInSpan.length > 0,
    late: after.length + afterInSpan.length > 0,
    lag,
    retention: Math.max(
      of.timespan + (afterInSpan.length > 0 ? of.timespan : 0),
      ...before.map(({ within }) => within),
    ),
  }
}

function compileJoin(join: Join): { later: number; compiled: CompiledJoin } {
  const [earlier, later] = join.left.step <= join.right.step ? [join.left, join.right] : [join.right, join.left]
  const compiled = {
    earlier: earlier.step,
    earlierTexts: textReader(earlier.field),
    laterTexts: textReader(later.field),
  }
  return { later: later.step, compiled }
}

function textReader(field: string): (event: JsonObject) => readonly string[] {
  const read = fieldReader(field)
  return (event) => {
    const values: readonly Scalar[] = read(event)
    return values.length < 2 ? values.map(exactText) : [...new Set(values.map(exactText))]
  }
}

/** Whether two members agree in the fields that a join compares. A missing field agrees with nothing. */
export function joined(join: CompiledJoin, earlier: Member, later: Member): boolean {
  const wanted = join.laterTexts(later.event.fields)
  return wanted.length > 0 && join.earlierTexts(earlier.event.fields).some((text) => wanted.includes(text))
}
