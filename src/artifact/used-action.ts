import type { Predicate } from '../ir/predicate.ts'
import { literal } from '../ir/pattern.ts'
import type { Program, Rule } from '../ir/rule.ts'
import { ruleClosure } from '../ir/rule-closure.ts'

/**
 * The values of `event.action` that a rule asks for, over the rules it stands on; null when one of them asks for none,
 * so that any event may be of use to it.
 */
export function usedActions(rule: Rule, program: Program): readonly string[] | null {
  const all = new Set<string>()
  for (const one of ruleClosure(rule, program)) {
    if (one.kind !== 'event') continue
    const named = actionsOf(one.where)
    if (named === null) return null
    for (const action of named) all.add(action)
  }
  return [...all].sort()
}

function actionsOf(predicate: Predicate): readonly string[] | null {
  switch (predicate.op) {
    case 'all': {
      // What one part asks for holds for the whole.
      const parts = predicate.of.map(actionsOf).filter((each) => each !== null)
      return parts.length === 0 ? null : parts.reduce((least, each) => (each.length < least.length ? each : least))
    }
    case 'any': {
      const parts = predicate.of.map(actionsOf)
      return parts.some((each) => each === null) ? null : parts.flatMap((each) => each ?? [])
    }
    case 'not':
      return null
    case 'test': {
      const { subject, test } = predicate
      if (subject.kind !== 'field' || subject.name !== 'event.action' || test.is !== 'text') return null
      const text = literal(test.pattern)
      return text === undefined ? null : [text]
    }
  }
}
