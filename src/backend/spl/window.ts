import { milliseconds, type Duration } from '../../ir/duration.ts'
import { namedRules, type Bounds, type Correlation, type Presence, type Program, type Rule } from '../../ir/rule.ts'

/**
 * How long before its closing event what an alert hangs on may have happened, correlations inside it included.
 *
 * Events in any order count twice where what came before may take an alert away: an earlier closing event with the same
 * start would be the alert, and whether it is hangs on one more timespan before it.
 */
export function reachOf(rule: Rule, program: Program): Duration {
  if (rule.kind === 'event') return milliseconds(0)
  const before =
    rule.body.type === 'ordered'
      ? rule.body.unless.map((one) => (one.where === 'before' ? (one.within ?? rule.timespan) : 0))
      : []
  const own = rule.body.type === 'unordered' && !grows(rule.body.condition) ? 2 * rule.timespan : rule.timespan
  return milliseconds(own + Math.max(0, ...before) + Math.max(0, ...innerOf(rule, program, reachOf)))
}

/** How long after its closing event an alert is decided: something must not follow. */
export function latenessOf(rule: Rule, program: Program): Duration {
  if (rule.kind === 'event') return milliseconds(0)
  const after =
    rule.body.type === 'ordered'
      ? rule.body.unless.map((one) => (one.where === 'after' ? (one.within ?? rule.timespan) : 0))
      : []
  return milliseconds(Math.max(0, ...after) + Math.max(0, ...innerOf(rule, program, latenessOf)))
}

/**
 * Whether events older than those that a search looks at could change what it finds: take an alert away, or begin or
 * close it elsewhere. Then only alerts may count whose whole reach was looked at. So it is wherever a correlation is
 * named: of its alerts one may be missing whose own beginning was not looked at, while others of that time are there.
 */
export function hangsOnEdge(rule: Rule, program: Program): boolean {
  if (rule.kind === 'event') return false
  return bodyHangsOnEdge(rule) || namedRules(rule).some((id) => program.rules.get(id)?.kind === 'correlation')
}

function bodyHangsOnEdge({ body }: Correlation): boolean {
  switch (body.type) {
    case 'ordered':
      return body.unless.some((one) => one.where === 'before')
    case 'unordered':
      return !grows(body.condition)
    case 'count':
      return !isAtLeast(body.bounds)
    case 'value':
      return true
  }
}

/** More events can only make it true, and it begins with the newest of them. */
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
      return isAtLeast(presence.bounds)
  }
}

function isAtLeast(bounds: Bounds): boolean {
  return bounds.length === 1 && bounds[0]?.operator === 'gte'
}

function innerOf<T>(of: Correlation, program: Program, asked: (rule: Rule, program: Program) => T): readonly T[] {
  return namedRules(of).flatMap((id) => {
    const named = program.rules.get(id)
    return named === undefined ? [] : [asked(named, program)]
  })
}
