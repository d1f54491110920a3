import type { ResourceTable } from '../event/resource.ts'
import type { Task } from './task.ts'

/** What the meaning of a task depends on besides itself. */
export interface Surroundings {
  /** Names of all tasks of the pack, and the units of those that have one: who is of none of them is undeclared. */
  readonly tasks: readonly string[]
  readonly units: readonly string[]
  /** Names of the classes of objects, highest first; those of them that are followed. */
  readonly classes: readonly string[]
  readonly followed: readonly string[]
  /** Those of which a baseline may learn what is done with their objects. */
  readonly learnable: readonly string[]
  /** Those that are meant for anyone to read. */
  readonly open: readonly string[]
  /** What `~/` stands for. */
  readonly homes: readonly string[]
}

export function surroundingsOf(tasks: readonly Task[], resources: ResourceTable): Surroundings {
  return {
    tasks: tasks.map(({ name }) => name),
    units: tasks.flatMap(({ holder }) => (holder.kind === 'unit' ? [holder.unit] : [])),
    classes: resources.classes.map(({ name }) => name),
    followed: resources.classes.filter(({ follow }) => follow).map(({ name }) => name),
    learnable: resources.classes.filter(({ learn, follow }) => learn ?? !follow).map(({ name }) => name),
    open: resources.classes.filter(({ open }) => open === true).map(({ name }) => name),
    homes: resources.homes,
  }
}
