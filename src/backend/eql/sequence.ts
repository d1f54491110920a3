import type { Absence, Correlation, Join, Ordered, Program, RuleUse } from '../../ir/rule.ts'
import { keyField } from '../../ir/rule.ts'
import { formatDuration, milliseconds, type Duration } from '../../ir/duration.ts'
import type { FieldName } from '../../ir/predicate.ts'
import { decideApproximation } from '../acceptance.ts'
import type { Approximation, CompileContext, ResultIdentity } from '../backend.ts'
import { joinedKey } from '../joined-key.ts'
import { elsewhere, refused } from '../refusal.ts'
import { excludeEachOther } from './disjoint.ts'
import { checkLife, lifeKeys } from './life.ts'
import type { Scope } from './scope.ts'
import { checkKeyField, emitStage, type Stage } from './stage.ts'

/** What one correlation becomes. */
export interface Sequence {
  readonly text: string
  readonly identity: ResultIdentity
  readonly approximations: readonly Approximation[]
}

/**
 * `temporal_ordered` as an EQL sequence. Exact are: timespan, keys over all steps, `until`, repeated steps, a `within`
 * on the second of two steps, and absence between two steps. EQL removes a partial sequence when an event advances it,
 * and takes the newest one first; with these clauses that finds the alerts of semantics §2. Events that are stored twice
 * change nothing where no event meets two steps in a row, see `COPIES`.
 *
 * Refused, because EQL would lose chains: a `within` among three or more steps, absence between them, joins that make
 * no key over all steps. Approximate: `unless` before or after the chain, see `OUTER_ABSENCE`.
 */
export function emitSequence(
  of: Correlation,
  body: Ordered,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Sequence {
  if (body.steps.length < 2) scope.refuse(refused('eql', 'a sequence of one step', of.span))
  const keys = joinKeys(body, scope)
  for (const key of of.group)
    for (const field of new Set(usesOf(body).map((use) => keyField(key, use.rule))))
      checkKeyField(field, key.span, scope)

  const maxspan = checkedSpan(timespanOf(of, body, scope), of, scope)
  const approximations = [
    ...outerAbsences(of, body, maxspan, context, scope),
    ...checkLife(of, body, context, scope),
    ...checkCopies(of, body, program, context, scope),
  ]
  const life = lifeKeys(of, context.mapping).map((name) => scope.field(name))
  const emit = (use: RuleUse, guarded: boolean, joined: readonly FieldName[]): Stage => {
    const { filter, keys: own } = emitStage(use, of, program, scope, guarded, joined)
    return { filter, keys: [...own, ...life] }
  }
  const absent = (one: RuleUse): Stage => emit(one, false, [])
  const items: Item[] = []
  for (const one of body.unless) if (one.where === 'before') items.push({ stage: absent(one), missing: true })
  for (const [step, use] of body.steps.entries()) {
    const joined = keys.flatMap((fields) => fields[step] ?? [])
    items.push({ stage: emit(use, true, joined), missing: false })
    for (const one of body.unless)
      if (one.where === 'between' && one.after === step) items.push({ stage: absent(one), missing: true })
  }
  for (const one of body.unless) if (one.where === 'after') items.push({ stage: absent(one), missing: true })
  const until = body.until && absent(body.until)
  return {
    text: written(items, until, maxspan),
    // Joins and the life of the host follow the group among the join keys of a result, and are no part of an identity.
    identity: { of: 'sequence', keys: of.group.map((key) => key.name) },
    approximations,
  }
}

function usesOf(body: Ordered): readonly RuleUse[] {
  return [...body.steps, ...body.unless, ...(body.until ? [body.until] : [])]
}

const COPIES: Approximation = {
  node: 'duplicates',
  why: 'two steps in a row may take the same event, so that an event that is stored twice makes a chain of itself',
}

/**
 * An index that has rolled over can hold an event twice (event contract §7). Both copies have one place in the order, so
 * only steps in a row can take them, and only when one event may meet both. Fields of which the mapping knows nothing
 * are taken to have one value.
 */
function checkCopies(
  of: Correlation,
  body: Ordered,
  program: Program,
  context: CompileContext,
  scope: Scope,
): readonly Approximation[] {
  const isSingle = (field: FieldName): boolean => scope.info(field)?.multi !== true
  const meets = body.steps.map(({ rule }) => program.rules.get(rule))
  const shared = body.steps.find((_, at) => {
    const [one, next] = [meets[at - 1], meets[at]]
    return one?.kind === 'event' && next?.kind === 'event' && !excludeEachOther(one.where, next.where, isSingle)
  })
  if (!shared) return []
  scope.refuse(decideApproximation(COPIES, 'eql', of, context, shared.span))
  return [COPIES]
}

/** One field per step for each join key; empty when there are no joins or they are refused. */
function joinKeys(body: Ordered, scope: Scope): readonly (readonly FieldName[])[] {
  const [first] = body.joins
  if (!first) return []
  const keys = joinedKey(body)
  if (!keys) {
    scope.refuse(refused('eql', 'a join of some steps only', first.span, JOIN_HINT))
    return []
  }
  if (body.unless.length > 0 || body.until)
    scope.refuse(
      refused('eql', 'a join beside "unless" or "until", which go by the group alone', first.span, JOIN_HINT),
    )
  for (const join of body.joins) checkJoin(join, scope)
  return keys
}

const JOIN_HINT = `group by one field that all steps share, such as detpack.flow.object.id, or ${elsewhere.eql}`

function checkJoin(join: Join, scope: Scope): void {
  for (const { field } of [join.left, join.right]) {
    checkKeyField(field, join.span, scope)
    if (scope.info(field)?.multi)
      scope.refuse(refused('eql', `a join by ${field}, which may hold several values`, join.span, JOIN_HINT))
  }
}

/** EQL has no window without length; then nothing is compared but equal milliseconds. */
export function checkedSpan(maxspan: Duration, of: Correlation, scope: Scope): Duration {
  if (maxspan < 1) scope.refuse(refused('eql', 'a window of no length', of.span))
  return maxspan
}

/** Two steps may keep a gap: it is the whole span. */
function timespanOf(of: Correlation, body: Ordered, scope: Scope): Duration {
  let span = of.timespan
  for (const step of body.steps) {
    if (step.within === null || step.within >= of.timespan) continue
    if (body.steps.length === 2) span = milliseconds(Math.min(span, step.within))
    else
      scope.refuse(
        refused(
          'eql',
          `"within: ${formatDuration(step.within)}" in a sequence of ${body.steps.length} steps`,
          step.span,
          `take it out, or ${elsewhere.eql}`,
        ),
      )
  }
  return span
}

/**
 * EQL looks for absent events only after a sequence is complete, and its steps are then used up: another chain with the
 * same start that ends later, or with an older start, is lost. (Found by running EQL's state machine beside a
 * brute-force matcher: some 4 % of random streams differ, always by a missed alert.)
 */
const OUTER_ABSENCE: Approximation = {
  node: 'absence',
  why: 'a chain that an "unless" before or after it rejects uses up its steps, so another chain through them is missed',
}

function outerAbsences(
  of: Correlation,
  body: Ordered,
  maxspan: Duration,
  context: CompileContext,
  scope: Scope,
): readonly Approximation[] {
  const sayable: Absence[] = []
  for (const one of body.unless) {
    const title = titleOf(one)
    if (one.where === 'between') {
      if (body.steps.length !== 2)
        scope.refuse(refused('eql', `${title} in a sequence of three or more steps`, one.span))
    } else if (one.within !== null) {
      scope.refuse(refused('eql', `${title} with a "within" of its own`, one.span, `take it out, or ${elsewhere.eql}`))
    } else if (maxspan !== of.timespan) {
      scope.refuse(refused('eql', `${title} beside a "within" of a step`, one.span))
    } else {
      sayable.push(one)
    }
  }
  const [first, ...others] = sayable
  if (!first) return []
  for (const one of others) scope.refuse(refused('eql', 'more than one "unless" before or after a chain', one.span))
  scope.refuse(decideApproximation(OUTER_ABSENCE, 'eql', of, context, first.span))
  return [OUTER_ABSENCE]
}

function titleOf(one: Absence): string {
  return `"unless" ${one.where === 'between' ? 'between steps' : `${one.where} the chain`}`
}

interface Item {
  readonly stage: Stage
  readonly missing: boolean
}

/** EQL's own limit. */
const MOST_RUNS = 100

/** Keys stand once, after `sequence`, where all stages have the same ones. */
function written(items: readonly Item[], until: Stage | null, maxspan: Duration): string {
  const stages = [...items.map((item) => item.stage), ...(until ? [until] : [])]
  const keysOf = (stage: Stage) => stage.keys.join(', ')
  const common = stages[0] ? keysOf(stages[0]) : ''
  const shared = stages.every((stage) => keysOf(stage) === common)
  const item = (stage: Stage) => stage.filter + (shared ? '' : ` by ${keysOf(stage)}`)
  const lines: string[] = []
  for (let at = 0; at < items.length;) {
    const current = items[at]
    if (!current) break
    const line = `  ${current.missing ? '!' : ''}${item(current.stage)}`
    let runs = 1
    while (runs < MOST_RUNS && !current.missing && sameItem(items[at + runs], current, item)) runs++
    lines.push(runs === 1 ? line : `${line} with runs=${runs}`)
    at += runs
  }
  const head = `sequence${shared && common !== '' ? ` by ${common}` : ''} with maxspan=${formatDuration(maxspan)}`
  return [head, ...lines, ...(until ? [`until ${item(until)}`] : [])].join('\n')
}

function sameItem(other: Item | undefined, one: Item, write: (stage: Stage) => string): boolean {
  return other !== undefined && !other.missing && write(other.stage) === write(one.stage)
}
