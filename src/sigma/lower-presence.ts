import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Bounds, Presence, RuleId } from '../ir/rule.ts'
import type { Condition } from './condition.ts'

/**
 * An extended condition over rules. What would be true where no rule has matched is refused (`sigma/absence-only`):
 * nothing would ever ask for it.
 *
 * @param rules every text that names a rule of this correlation
 */
export function lowerPresence(
  condition: Condition,
  rules: ReadonlyMap<string, RuleId>,
  diagnostics: Diagnostic[],
): Presence | undefined {
  const presence = lower(condition, rules, diagnostics)
  if (presence === undefined || !holdsOfNothing(presence)) return presence
  const hint = 'name a rule that must have matched, joined by "and"'
  diagnostics.push(
    error('sigma/absence-only', 'the condition also holds where nothing happened', condition.span, { hint }),
  )
  return undefined
}

function lower(
  condition: Condition,
  rules: ReadonlyMap<string, RuleId>,
  diagnostics: Diagnostic[],
): Presence | undefined {
  switch (condition.op) {
    case 'name': {
      const rule = rules.get(condition.name)
      if (rule !== undefined) return { op: 'rule', rule }
      const hint = didYouMean(condition.name, rules.keys()) ?? 'add it to "rules"'
      const message = `"${condition.name}" is no rule of this correlation`
      diagnostics.push(error('sigma/extended-condition', message, condition.span, { hint }))
      return undefined
    }
    case 'of': {
      const hint = 'name the rules, joined by "and" and "or"'
      diagnostics.push(
        error('sigma/extended-condition', 'a condition over rules has no quantities', condition.span, { hint }),
      )
      return undefined
    }
    case 'not': {
      const of = lower(condition.of, rules, diagnostics)
      return of && { op: 'not', of }
    }
    case 'and':
    case 'or': {
      const parts = condition.of.map((part) => lower(part, rules, diagnostics))
      const of = parts.filter((part) => part !== undefined)
      return of.length < parts.length ? undefined : { op: condition.op === 'and' ? 'all' : 'any', of }
    }
  }
}

function holdsOfNothing(presence: Presence): boolean {
  switch (presence.op) {
    case 'all':
      return presence.of.every(holdsOfNothing)
    case 'any':
      return presence.of.some(holdsOfNothing)
    case 'not':
      return !holdsOfNothing(presence.of)
    case 'rule':
      return false
    case 'count':
      return isWithin(0, presence.bounds)
  }
}

export function isWithin(value: number, bounds: Bounds): boolean {
  return bounds.every((bound) => {
    switch (bound.operator) {
      case 'gt':
        return value > bound.value
      case 'gte':
        return value >= bound.value
      case 'lt':
        return value < bound.value
      case 'lte':
        return value <= bound.value
      case 'eq':
        return value === bound.value
      case 'neq':
        return value !== bound.value
    }
  })
}
