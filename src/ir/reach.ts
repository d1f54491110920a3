import type { Duration } from './duration.ts'
import { namedRules, type Program, type Rule } from './rule.ts'

/** How far before its closing event a rule looks, ms; what the correlations inside it look at included. */
export function reachOf(rule: Rule, program: Program): number {
  if (rule.kind === 'event') return 0
  const { body, timespan } = rule
  const absences = body.type === 'ordered' ? body.unless : []
  const before = absences.map((absence): Duration | 0 => (absence.where === 'before' ? (absence.within ?? 0) : 0))
  const inner = namedRules(rule).map((id) => {
    const named = program.rules.get(id)
    return named === undefined ? 0 : reachOf(named, program)
  })
  // Of what begins with one event only the first alert counts; whether there was one before may rest on a whole window more.
  const own = body.type === 'ordered' ? timespan : 2 * timespan
  return own + Math.max(0, ...before) + Math.max(0, ...inner)
}
