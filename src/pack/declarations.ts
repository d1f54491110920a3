import type { Task } from '../behaviour/task.ts'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Rule } from '../ir/rule.ts'
import { clauseOf } from './tasks.ts'

/** What rules refer to and is not there. */
export function checkReferences(
  rules: readonly Rule[],
  tasks: ReadonlyMap<string, Task>,
  risks: ReadonlyMap<string, unknown>,
): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const grants = [...tasks.values()].flatMap((task) => task.grants.map((grant) => `${task.name}/${grant.id}`))
  for (const rule of rules) {
    for (const risk of rule.governance.risk) {
      if (risks.has(risk)) continue
      const hint = didYouMean(risk, risks.keys()) ?? `write rules/risks/${risk}.yml`
      diagnostics.push(
        error('pack/unknown-risk', `"${rule.title}" names the risk "${risk}", which is not there`, rule.span, { hint }),
      )
    }
    if (rule.governance.grant !== null && clauseOf(rule, tasks) === undefined) {
      const hint = didYouMean(rule.governance.grant, grants)
      const message = `"${rule.title}" names the grant "${rule.governance.grant}", which no task has`
      diagnostics.push(error('pack/unknown-grant', message, rule.span, { hint }))
    }
  }
  return diagnostics
}
