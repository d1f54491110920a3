import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { milliseconds, type Duration } from '../../ir/duration.ts'
import {
  namedRules,
  type Bounds,
  type Correlation,
  type Presence,
  type Program,
  type Rule,
  type Value,
} from '../../ir/rule.ts'
import type { FieldKnowledge } from './suppression.ts'

/**
 * How far back each run must look: the time since the last run, the longest chain that may close in it, and the delay
 * with which events reach the index. A chain that crosses the boundary of two runs then lies whole in one of them.
 */
export function lookback(rule: Rule, program: Program, interval: Duration, ingestDelay: Duration): Duration {
  return milliseconds(interval + longest(rule, program) + ingestDelay)
}

/** Kibana's date math for a moment that long ago, in whole seconds, rounded up. */
export function ago(length: Duration): string {
  return `now-${Math.ceil(length / 1000)}s`
}

/**
 * Kibana runs a rule on a window of time, and sees nothing outside it. A rule that asks for the absence of something,
 * or for few of it, would take what lies beyond the edge for absent and alert for nothing. Such rules are refused:
 *
 * - `artifact/window-edge`: absence before the first or after the last step, a negated or upper-bounded condition, a
 *   mean, a sum of what may be below zero (both may fall with more events), or the absence of a correlation.
 *
 * `to: now-<maxspan>` does not help a trailing absence: the window then ends earlier, for the absent event as well.
 */
export function windowEdges(rule: Rule, program: Program, knows: FieldKnowledge): readonly Diagnostic[] {
  if (rule.kind === 'event') return []
  const found = edgesOf(rule, program, knows).map(({ what, span }) =>
    error('artifact/window-edge', `a scheduled Kibana rule cannot tell ${what} at the edge of its window`, span, {
      hint: 'deploy this rule to the target "local", which sees the whole stream',
    }),
  )
  const inner = namedRules(rule).flatMap((id) => {
    const named = program.rules.get(id)
    return named === undefined ? [] : windowEdges(named, program, knows)
  })
  return [...found, ...inner]
}

interface Edge {
  readonly what: string
  readonly span: Rule['span']
}

function edgesOf(rule: Correlation, program: Program, knows: FieldKnowledge): readonly Edge[] {
  const { body } = rule
  switch (body.type) {
    case 'ordered': {
      const absences = body.unless.flatMap((absence): readonly Edge[] => {
        const nested = program.rules.get(absence.rule)?.kind === 'correlation'
        if (absence.where !== 'between') return [{ what: `an absence ${absence.where} the chain`, span: absence.span }]
        return nested ? [{ what: 'the absence of a correlation', span: absence.span }] : []
      })
      const until = body.until && program.rules.get(body.until.rule)?.kind === 'correlation' ? body.until : undefined
      return until === undefined ? absences : [...absences, { what: 'the absence of a correlation', span: until.span }]
    }
    case 'unordered':
      return grows(body.condition) ? [] : [{ what: 'a condition that an event can make false', span: rule.span }]
    case 'count':
      return atLeast(body.bounds) ? [] : [{ what: 'an upper bound of a count', span: rule.span }]
    case 'value':
      if (!growsWithEvents(body, knows)) return [{ what: `the ${body.measure.of} of values`, span: rule.span }]
      return atLeast(body.bounds) ? [] : [{ what: 'an upper bound of a count', span: rule.span }]
  }
}

/** More events never make the measure less. */
function growsWithEvents({ measure, fields }: Value, knows: FieldKnowledge): boolean {
  if (measure.of === 'distinct') return true
  return measure.of === 'sum' && fields.every((name) => knows(name)?.unsigned === true)
}

/** More events can only make it true. */
function grows(presence: Presence): boolean {
  switch (presence.op) {
    case 'all':
    case 'any':
      return presence.of.every(grows)
    case 'not':
      return false
    case 'rule':
      return true
    case 'count':
      return atLeast(presence.bounds)
  }
}

function atLeast(bounds: Bounds): boolean {
  return bounds.every((bound) => bound.operator === 'gte' || bound.operator === 'gt')
}

/** The longest time a chain can take, those of the correlations inside it included. */
export function longest(rule: Rule, program: Program): number {
  if (rule.kind === 'event') return 0
  const inner = namedRules(rule).map((id) => {
    const named = program.rules.get(id)
    return named === undefined ? 0 : longest(named, program)
  })
  return rule.timespan + Math.max(0, ...inner)
}
