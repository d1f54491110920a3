import type { FieldName } from '../../ir/predicate.ts'
import { keyField, type Correlation, type Ordered } from '../../ir/rule.ts'
import type { Mapping } from '../../mapping/mapping.ts'
import { decideApproximation } from '../acceptance.ts'
import type { Approximation, CompileContext } from '../backend.ts'
import { joinedKey } from '../joined-key.ts'
import { manyHosts, oneHostFields } from '../one-host.ts'
import type { Scope } from './scope.ts'

const LIFE: readonly FieldName[] = ['host.boot.id', 'detpack.clock.epoch']

/**
 * The fields that keep a chain within one boot and clock epoch of a host (event contract §1): further keys, where a key
 * of the rule names the host and the events say their boot. An event that ends or spoils a chain is then of the same
 * boot and epoch, too; between two of them there is no order.
 */
export function lifeKeys(rule: Correlation, mapping: Mapping): readonly FieldName[] {
  const { body } = rule
  if (body.type !== 'ordered' || mapping.field('host.boot.id') === undefined || !namesHost(rule, body)) return []
  const grouped = new Set(rule.group.map((key) => key.name))
  return LIFE.filter((name) => !grouped.has(name))
}

/** What is not exact without such keys. */
export function checkLife(
  rule: Correlation,
  body: Ordered,
  context: CompileContext,
  scope: Scope,
): readonly Approximation[] {
  if (scope.info('host.boot.id') === undefined || namesHost(rule, body)) return []
  scope.refuse(decideApproximation(manyHosts, 'eql', rule, context, rule.span))
  return [manyHosts]
}

function namesHost(rule: Correlation, body: Ordered): boolean {
  const shared = [
    ...rule.group.map((key) => body.steps.map((step) => keyField(key, step.rule))),
    ...(joinedKey(body) ?? []),
  ]
  return shared.some((fields) => fields.every((field) => oneHostFields.has(field)))
}
