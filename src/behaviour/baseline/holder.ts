import type { Span } from '../../diagnostic/source.ts'
import type { Holder, Task } from '../task.ts'
import type { SubjectName } from './subject.ts'

/**
 * The task that a baseline is of: the declared one, or for a service and for undeclared processes one that declares
 * nothing. Undefined for a task that the pack does not have, and for a template of units, which no event names.
 */
export function holderOf(subject: SubjectName, tasks: ReadonlyMap<string, Task>, span: Span): Task | undefined {
  if (subject.startsWith('task/')) return tasks.get(subject.slice('task/'.length))
  const unit = subject.startsWith('service/') ? subject.slice('service/'.length) : null
  const of = (task: Task): boolean =>
    unit === null ? task.holder.kind === 'undeclared' : task.holder.kind === 'unit' && task.holder.unit === unit
  const declared = [...tasks.values()].find(of)
  if (declared !== undefined) return declared
  if (unit !== null && /[@]\.|\{n\}/.test(unit)) return undefined
  const holder: Holder = unit === null ? { kind: 'undeclared' } : { kind: 'unit', unit }
  return {
    name: unit ?? subject,
    purpose: '',
    agent: null,
    owner: null,
    parent: null,
    holder,
    otherwise: 'allow',
    deny: [],
    parameters: [],
    hosts: [],
    grants: [],
    chains: [],
    risk: [],
    tags: [],
    todo: [],
    span,
  }
}
