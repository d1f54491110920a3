import type { Task } from '../../behaviour/task.ts'
import type { Span } from '../../diagnostic/source.ts'
import type { ServiceProfile } from '../profile/profile.ts'

/** A capability that a task or a service may use, and the risks that it is allowed for. */
export interface Allowed {
  /** `task/grant`, or `profile/CAP_CHOWN`. */
  readonly id: string
  readonly by: 'task' | 'service'
  /** The task or the profile. */
  readonly holder: string
  readonly capabilities: readonly string[]
  readonly risks: readonly string[]
  readonly span: Span
}

/** Everything that the tasks and the baselines of a pack allow. A grant that names no risk is allowed for those of its task. */
export function allowedOf(tasks: Iterable<Task>, profiles: readonly ServiceProfile[]): readonly Allowed[] {
  return [
    ...[...tasks].flatMap((task) =>
      task.grants.map((grant): Allowed => ({
        id: `${task.name}/${grant.id}`,
        ...{ by: 'task', holder: task.name },
        capabilities: grant.capabilities,
        risks: grant.risk ?? task.risk,
        span: grant.span,
      })),
    ),
    ...profiles.flatMap(({ id, linuxCapabilities }) =>
      [...linuxCapabilities].map(([name, { risk, span }]): Allowed => ({
        id: `${id}/${name}`,
        ...{ by: 'service', holder: id },
        capabilities: [name],
        risks: [risk],
        span,
      })),
    ),
  ]
}
