import { kibanaRule } from '../../../src/artifact/kibana/kibana-rule.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { Correlation, RuleId } from '../../../src/ir/rule.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import type { DesiredObject } from '../../../src/target/object.ts'
import type { Target } from '../../../src/target/target.ts'
import { correlation, eql, esql, ordered, programOf } from '../../artifact/rule-fixture.ts'

/** A Kibana rule. */
export function wanted(
  id: string,
  more: Partial<Correlation> = {},
  language: 'eql' | 'esql' = 'eql',
): DesiredObject & { readonly kind: 'rule' } {
  const rule = correlation(ordered(), { id: id as RuleId, title: `Rule ${id}`, ...more })
  const artifact = kibanaRule(rule, programOf(rule), language === 'eql' ? eql(rule) : esql(rule), {
    index: 'logs-detpack.use-*',
    field: () => ({ type: 'keyword', multi: false }),
  })
  if (artifact.kind === 'refused') throw new Error('refused')
  return { kind: 'rule', id, title: rule.title, version: artifact.rule.version, content: artifact.rule }
}

export function template(
  kind: 'index-template' | 'component-template',
  id: string,
  content: JsonObject,
): DesiredObject {
  return { kind, id, title: id, version: null, content }
}

/** The target, or the reasons why there is none as an error. */
export async function opened(connection: ElasticConnection): Promise<Target> {
  const opening = await openElastic(connection)
  if (opening.kind === 'failed') throw new Error(opening.diagnostics.map((one) => one.message).join('\n'))
  return opening.target
}
