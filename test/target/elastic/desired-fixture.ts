import { kibanaRule } from '../../../src/artifact/kibana/kibana-rule.ts'
import type { KibanaRule } from '../../../src/artifact/kibana/rule.ts'
import type { Correlation, RuleId } from '../../../src/ir/rule.ts'
import type { DesiredElastic } from '../../../src/target/elastic/deploy.ts'
import type { Plan, Planning } from '../../../src/target/plan.ts'
import { correlation, eql, esql, ordered, programOf } from '../../artifact/rule-fixture.ts'

/** A Kibana rule of the pack `agents`. */
export function wanted(id: string, more: Partial<Correlation> = {}, language: 'eql' | 'esql' = 'eql'): KibanaRule {
  const rule = correlation(ordered(), { id: id as RuleId, title: `Rule ${id}`, ...more })
  const artifact = kibanaRule(rule, programOf(rule), language === 'eql' ? eql(rule) : esql(rule), {
    pack: 'agents',
    index: 'logs-detpack.use-*',
    field: () => ({ type: 'keyword', multi: false }),
  })
  if (artifact.kind === 'refused') throw new Error('refused')
  return artifact.rule
}

export function pack(rules: readonly KibanaRule[], more: Partial<DesiredElastic> = {}): DesiredElastic {
  return { pack: 'agents', rules, blocked: [], complete: true, templates: [], ...more }
}

/** The plan, or the reasons why there is none as an error. */
export function planOf(planning: Planning): Plan {
  if (planning.kind === 'failed') throw new Error(planning.diagnostics.map((one) => one.message).join('\n'))
  return planning.plan
}

/** `kind id` of each action. */
export function summary(plan: Plan): readonly string[] {
  return plan.actions.map((action) => `${action.kind} ${action.object.id}`)
}
