import type { Duration } from '../ir/duration.ts'
import { all, anyOf, not, type Predicate } from '../ir/predicate.ts'
import type { CorrelationBody, Rule } from '../ir/rule.ts'
import { correlation, eventRule, type Clause } from './clause-rule.ts'
import { exists } from './field-test.ts'
import { groupBy } from './joining.ts'
import type { Surroundings } from './surroundings.ts'
import { isOfTask, isUse } from './use.ts'

/**
 * Data of an object are taken, and within the time sent on by who holds them then: the task itself, or a process that no
 * task answers for and that got at the object.
 *
 * @param taken which uses, by whom; of objects of a class that is followed
 * @param to which destinations
 */
export function sentAfter(
  clause: Clause,
  { taken, to, within }: { readonly taken: Predicate; readonly to: Predicate; readonly within: Duration },
  around: Surroundings,
): Rule[] {
  const { span, task } = clause
  const read = eventRule(clause, taken, 'read')
  const sender = anyOf(isOfTask(task, around), not(exists('detpack.task.name')))
  const send = eventRule(clause, all(sender, isUse(['network_send']), to), 'send')
  const steps = [
    { as: 'read', rule: read.id, within: null, span },
    { as: 'send', rule: send.id, within: null, span },
  ]
  const body: CorrelationBody = { type: 'ordered', steps, joins: [], unless: [], until: null }
  const group = groupBy('object', span, [read.id], [send.id])
  return [read, send, correlation(clause, { body, group, timespan: within })]
}
