import type { Duration } from '../ir/duration.ts'
import { all, anyOf, not, type FieldName, type Predicate } from '../ir/predicate.ts'
import type { CorrelationBody, GroupKey, Rule, RuleId } from '../ir/rule.ts'
import { correlation, eventRule, type Clause } from './clause-rule.ts'
import { exists } from './field-test.ts'
import type { Surroundings } from './surroundings.ts'
import { isOfTask, isUse } from './use.ts'

interface Sent {
  readonly taken: Predicate
  readonly as: FieldName
  readonly to: Predicate
  readonly within: Duration
}

/**
 * Data of an object are taken, and within the time sent on by who holds them then: the task itself, or a process that no
 * task answers for and that got at the object.
 *
 * @param taken which uses of the task; of objects of a class that is followed
 * @param as the field by which they name the object: its own, or that of what they copy from
 * @param to which destinations
 */
export function sentAfter(
  clause: Clause,
  { taken, as, to, within }: Sent,
  around: Surroundings,
): Rule[] {
  const { span, task } = clause
  const read = eventRule(clause, all(isOfTask(task, around), taken), 'read')
  const sender = anyOf(isOfTask(task, around), not(exists('detpack.task.name')))
  const send = eventRule(clause, all(sender, isUse(['network_send']), to), 'send')
  const steps = [
    { as: 'read', rule: read.id, within: null, span },
    { as: 'send', rule: send.id, within: null, span },
  ]
  const body: CorrelationBody = { type: 'ordered', steps, joins: [], unless: [], until: null }
  const fieldOf = new Map<RuleId, FieldName>([
    [read.id, as],
    [send.id, 'detpack.flow.object.id'],
  ])
  const group: GroupKey[] = [{ name: 'object', fieldOf, span }]
  return [read, send, correlation(clause, { body, group, timespan: within })]
}
