import type { Span } from '../diagnostic/source.ts'
import type { FieldName } from '../ir/predicate.ts'
import type { GroupKey, RuleId } from '../ir/rule.ts'
import { isFollowed, type Joining, type Target, type Task } from './task.ts'

/**
 * What joins two uses of a clause where it does not say: the identity of the object where it is followed from process
 * to process, else the run of the task, the service or the process, by what the task is.
 * @param followed the classes of which that is so; none where the second use is to be of the task itself
 */
export function joiningOf(given: Joining | null, on: Target, task: Task, followed: readonly string[]): Joining {
  return given ?? (isFollowed(on, followed) ? 'object' : ofHolder(task))
}

function ofHolder({ holder }: Task): Joining {
  switch (holder.kind) {
    case 'label':
      return 'run'
    case 'unit':
      return 'service'
    case 'undeclared':
      return 'process'
  }
}

/**
 * The group of a chain.
 *
 * @param uses rules whose events use the object, and the field by which they name it
 * @param flows rules whose events hold the object rather than use it
 */
export function groupBy(
  joining: Joining,
  span: Span,
  uses: ReadonlyMap<RuleId, FieldName>,
  flows: readonly RuleId[],
): GroupKey[] {
  if (joining !== 'object')
    return FIELDS[joining].map((name) => ({ name, fieldOf: new Map<RuleId, FieldName>(), span }))
  const fieldOf = new Map<RuleId, FieldName>([...uses, ...flows.map((id) => [id, 'detpack.flow.object.id'] as const)])
  return [{ name: 'object', fieldOf, span }]
}

const FIELDS: Readonly<Record<Exclude<Joining, 'object'>, readonly FieldName[]>> = {
  data: ['detpack.flow.object.id'],
  name: ['host.id', 'file.path'],
  run: ['detpack.task.run'],
  process: ['process.entity_id'],
  service: ['host.id', 'service.name'],
}
