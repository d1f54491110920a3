import { namedRules, type Program, type Rule } from './rule.ts'

/** The rules that a rule stands on, itself last; each once. */
export function ruleClosure(rule: Rule, program: Program): readonly Rule[] {
  const found = new Map<string, Rule>()
  const visit = (one: Rule): void => {
    if (found.has(one.id)) return
    if (one.kind === 'correlation')
      for (const id of namedRules(one)) {
        const named = program.rules.get(id)
        if (named !== undefined) visit(named)
      }
    found.set(one.id, one)
  }
  visit(rule)
  return [...found.values()]
}
