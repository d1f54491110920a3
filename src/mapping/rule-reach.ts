import type { Span } from '../diagnostic/source.ts'
import { ACTIONS, type Action } from '../event/action.ts'
import { covers, whyNot, type Reach } from '../event/reach.ts'
import { SENSOR_REACH } from '../event/sensor-reach.ts'
import { all, field, type FieldName, type Predicate } from '../ir/predicate.ts'
import {
  keyField,
  steppedRules,
  type Absence,
  type Correlation,
  type EventRule,
  type Presence,
  type Program,
  type Rule,
  type RuleId,
  type RuleUse,
} from '../ir/rule.ts'
import { judge, namingSpan, type Fixed, type Truth } from './source-truth.ts'

/**
 * - `able`: it means the same on events of this source.
 * - `partly`: it runs, but something that it names never comes, so it misses some or lets through some.
 * - `unable`: it can never be true.
 */
export type Verdict = 'able' | 'partly' | 'unable'

/** How far one rule gets with the events of a source. */
export interface RuleReach {
  readonly rule: Rule
  readonly verdict: Verdict
  readonly lacks: readonly Lack[]
  /** The actions that it looks for and the source gives. */
  readonly actions: ReadonlySet<Action>
  /** Its fields that the source tells only where somebody says so. */
  readonly asked: ReadonlySet<string>
}

/** Something that a rule names and the source never tells. */
export interface Lack {
  readonly span: Span
  /** Of a correlation: the step, or the rule that is counted or must not come. */
  readonly step: string | null
  readonly actions: readonly Action[]
  /** Null: the actions themselves. */
  readonly field: FieldName | null
  readonly why: string
  readonly effect: Effect
}

/**
 * What a lack does: what needs it never matches, something beside it is missed, an exception never applies, a test is
 * always true, or nobody can tell that something did not happen.
 */
export type Effect = 'never' | 'missed' | 'no exception' | 'always' | 'no absence'

/** How far each rule gets; what the sensor cannot tell either counts against no source. */
export function rulesReach(program: Program, rules: readonly Rule[], reach: Reach): readonly RuleReach[] {
  return rules.map((rule) => new RuleWalk(program, reach).of(rule))
}

interface Reached {
  readonly verdict: Verdict
  readonly lacks: readonly Lack[]
}

/** Goes over one rule and what it names. */
class RuleWalk {
  readonly #program: Program
  readonly #reach: Reach
  readonly #actions = new Set<Action>()
  readonly #asked = new Set<string>()

  constructor(program: Program, reach: Reach) {
    this.#program = program
    this.#reach = reach
  }

  of(rule: Rule): RuleReach {
    const { verdict, lacks } = rule.kind === 'event' ? this.#event(rule, rule.where) : this.#correlation(rule)
    return { rule, verdict, lacks, actions: this.#actions, asked: this.#asked }
  }

  /** @param where the rule's own predicate and what the place that it stands in asks for besides */
  #event(rule: EventRule, where: Predicate): Reached {
    const lacks = new Map<string, Lack>()
    let possible = false
    for (const action of ACTIONS) {
      const before = judge(where, { reach: SENSOR_REACH, action })
      if (before.truth === 'no') continue
      const { truth, fixed } = this.#judge(where, action)
      const own = fixed.filter((one) => !isFixed(one, before.fixed))
      if (truth !== 'no') {
        possible = true
        this.#actions.add(action)
      }
      for (const lack of this.#lacksOf(rule, where, action, truth, own)) addLack(lacks, lack)
    }
    this.#ask(where)
    if (!possible) return { verdict: 'unable', lacks: lacks.size > 0 ? [...lacks.values()] : [aboutNothing(rule)] }
    const told = [...lacks.values()].map((one): Lack => (one.effect === 'never' ? { ...one, effect: 'missed' } : one))
    return { verdict: told.length > 0 ? 'partly' : 'able', lacks: told }
  }

  #judge(where: Predicate, action: Action): { truth: Truth; fixed: readonly Fixed[] } {
    return this.#reach.actions.has(action) ? judge(where, { reach: this.#reach, action }) : { truth: 'no', fixed: [] }
  }

  #lacksOf(rule: EventRule, where: Predicate, action: Action, truth: Truth, fixed: readonly Fixed[]): Lack[] {
    const without = this.#reach.without.get(action)
    if (without !== undefined) {
      const span = namingSpan(where, action)
      // A rule that names no action is about whichever there are.
      if (span === undefined) return []
      return [{ span, step: null, actions: [action], field: null, why: without, effect: 'never' }]
    }
    return fixed.map((one) => ({
      span: one.span ?? rule.span,
      step: null,
      actions: [action],
      field: one.field,
      why: this.#why(one.field, action),
      effect: truth === 'no' ? 'never' : effectOf(one),
    }))
  }

  #why(name: FieldName, action: Action): string {
    const outcomes = this.#reach.actions.get(action)?.outcomes
    if (name === 'event.outcome' && outcomes) return `it tells only what ended in ${outcomes.join(' or ')}`
    return whyNot(this.#reach, action, name)
  }

  /** What a predicate tests that the source tells only where somebody says so. */
  #ask(predicate: Predicate): void {
    if (predicate.op === 'not') return this.#ask(predicate.of)
    if (predicate.op !== 'test') return predicate.of.forEach((part) => this.#ask(part))
    const { subject } = predicate
    if (subject.kind !== 'field') return
    for (const name of this.#reach.asks.keys()) if (covers([name], subject.name)) this.#asked.add(name)
  }

  #correlation(rule: Correlation): Reached {
    switch (rule.body.type) {
      case 'ordered': {
        const { steps, joins, unless, until } = rule.body
        const reached = steps.map((step, at) => {
          const joined = joins.flatMap((join) =>
            [join.left, join.right].filter((end) => end.step === at).map((end) => exists(end.field, join.span)),
          )
          return this.#use(rule, step, step.as, joined)
        })
        const must = together(reached, reached.some((one) => one.verdict === 'unable') ? 'unable' : undefined)
        const absences = until ? [...unless, until] : unless
        return together([must, ...absences.map((absence) => this.#absence(rule, absence))], unlessAble(must))
      }
      case 'unordered': {
        const { of, condition } = rule.body
        const reached = of.map((use) => this.#use(rule, use, this.#nameOf(use), []))
        const able = new Set(of.filter((_, at) => reached[at]?.verdict !== 'unable').map((use) => use.rule))
        return together(reached, canHold(condition, able) ? 'partly' : 'unable')
      }
      case 'count':
      case 'value': {
        const fields = rule.body.type === 'value' ? rule.body.fields : []
        const reached = rule.body.of.map((use) =>
          this.#use(
            rule,
            use,
            this.#nameOf(use),
            fields.map((name) => exists(name, rule.span)),
          ),
        )
        return together(reached, reached.every((one) => one.verdict === 'unable') ? 'unable' : 'partly')
      }
    }
  }

  /** One rule in its place: its events need the keys of the group, and what the place asks for besides. */
  #use(of: Correlation, use: RuleUse, step: string, besides: readonly Predicate[]): Reached {
    const rule = this.#program.rules.get(use.rule)
    if (rule === undefined) return { verdict: 'able', lacks: [] }
    const reached = rule.kind === 'event' ? this.#event(rule, inPlace(of, rule, besides)) : this.#correlation(rule)
    return { ...reached, lacks: reached.lacks.map((lack) => ({ ...lack, step })) }
  }

  /** What must not come and cannot come takes nothing away any more. */
  #absence(of: Correlation, absence: Absence | RuleUse): Reached {
    const step = this.#nameOf(absence)
    const { verdict, lacks } = this.#use(of, absence, step, [])
    if (verdict === 'able') return { verdict, lacks }
    return { verdict: 'partly', lacks: lacks.map((lack) => ({ ...lack, effect: 'no absence' })) }
  }

  #nameOf(use: RuleUse): string {
    const rule = this.#program.rules.get(use.rule)
    return rule?.name ?? rule?.title ?? use.rule
  }
}

function exists(name: FieldName, span: Span): Predicate {
  return field(name, { is: 'exists', present: true }, span)
}

function inPlace(of: Correlation, rule: EventRule, besides: readonly Predicate[]): Predicate {
  const keys = of.group.map((key) => exists(keyField(key, rule.id), key.span))
  const guard = steppedRules(of).includes(rule.id) ? [of.guard] : []
  return all(rule.where, ...guard, ...keys, ...besides)
}

function aboutNothing(rule: EventRule): Lack {
  const why = 'no event of detpack can be what it asks for'
  return { span: rule.span, step: null, actions: [], field: null, why, effect: 'never' }
}

/** What is as fixed for the sensor is the rule's own doing. */
function isFixed(one: Fixed, before: readonly Fixed[]): boolean {
  return before.some((other) => other.field === one.field && other.span === one.span && other.truth === one.truth)
}

function effectOf({ truth, negated }: Fixed): Effect {
  if (truth === 'yes') return negated ? 'missed' : 'always'
  return negated ? 'no exception' : 'missed'
}

/** The same lack of several actions is one. */
function addLack(lacks: Map<string, Lack>, lack: Lack): void {
  const key = `${lack.span.source.name} ${lack.span.start} ${lack.field ?? ''} ${lack.why} ${lack.effect}`
  const known = lacks.get(key)
  lacks.set(key, known === undefined ? lack : { ...known, actions: [...known.actions, ...lack.actions] })
}

/** @param otherwise the verdict where not all are able; the worst of them unless given */
function together(parts: readonly Reached[], otherwise: Verdict | undefined): Reached {
  const lacks = parts.flatMap((part) => part.lacks)
  if (parts.every((part) => part.verdict === 'able')) return { verdict: 'able', lacks }
  return { verdict: otherwise ?? 'partly', lacks }
}

function unlessAble(must: Reached): Verdict {
  return must.verdict === 'unable' ? 'unable' : 'partly'
}

/** Whether a condition can hold where only some of the rules can match. */
function canHold(condition: Presence, able: ReadonlySet<RuleId>): boolean {
  switch (condition.op) {
    case 'all':
      return condition.of.every((part) => canHold(part, able))
    case 'any':
      return condition.of.some((part) => canHold(part, able))
    case 'not':
      return true
    case 'rule':
      return able.has(condition.rule)
    case 'count':
      return condition.bounds.every(({ operator, value }) =>
        operator === 'gt' ? able.size > value : operator === 'gte' || operator === 'eq' ? able.size >= value : true,
      )
  }
}
