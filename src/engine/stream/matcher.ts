import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { JsonObject } from '../../event/field.ts'
import { ObjectValues } from '../../event/object-values.ts'
import type { EventRule } from '../../ir/rule.ts'
import { PredicateSet } from './predicate-set.ts'

/** Tells which of many rules an event matches. */
export interface Matcher {
  /** In the order of the rules. */
  match(event: JsonObject): readonly EventRule[]
  /** Rules left out because a value in them has no meaning (`engine/unreadable-test`). */
  readonly diagnostics: readonly Diagnostic[]
}

/**
 * Compiles event rules into one matcher. The cost of an event depends on what it holds and on the rules that this can
 * concern, not on the number of rules.
 */
export function compileMatcher(rules: readonly EventRule[]): Matcher {
  const set = new PredicateSet(rules.map((rule) => rule.where))
  const values = new ObjectValues(set.fields, set.every)
  const diagnostics = [...set.refused].flatMap((place) => unreadable(rules[place]))
  return {
    diagnostics,
    match: (event) => {
      const matched: EventRule[] = []
      values.turn(event)
      for (const place of set.match(values)) {
        const rule = rules[place]
        if (rule) matched.push(rule)
      }
      return matched
    },
  }
}

/** The rule matches nothing, because it holds a network or a regular expression that cannot be read. */
export function unreadable(
  rule: { readonly title: string; readonly span: EventRule['span'] } | undefined,
): Diagnostic[] {
  if (!rule) return []
  const message = `"${rule.title}" matches nothing: a network or regular expression in it cannot be read`
  const hint = 'write networks in CIDR form and regular expressions in the syntax of RE2'
  return [error('engine/unreadable-test', message, rule.span, { hint })]
}
