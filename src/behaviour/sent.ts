import type { Duration } from '../ir/duration.ts'
import { all, anyOf, not, type FieldName, type Predicate } from '../ir/predicate.ts'
import type { Rule } from '../ir/rule.ts'
import { inOrder, type Clause } from './clause-rule.ts'
import { exists } from './field-test.ts'
import { groupBy } from './joining.ts'
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
export function sentAfter(clause: Clause, { taken, as, to, within }: Sent, around: Surroundings): Rule[] {
  const { span, task } = clause
  const sender = anyOf(isOfTask(task, around), not(exists('detpack.task.name')))
  return inOrder(
    clause,
    [
      { as: 'read', part: 'read', where: all(isOfTask(task, around), taken) },
      { as: 'send', part: 'send', where: all(sender, isUse(['network_send']), to) },
    ],
    (read, send) => groupBy('object', span, new Map([[read, as]]), [send]),
    within,
  )
}
