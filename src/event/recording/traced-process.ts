import type { DescriptorTable } from './descriptor.ts'
import type { Frame } from './frame.ts'

/** A process (thread group) of a recording. */
export interface TracedProcess {
  /** The host that it runs on, and what all events of it have in common. */
  readonly frame: Frame
  readonly entityId: string
  /** Changes only where it was told as another PID namespace numbers it. */
  pid: number
  /** Whole microseconds; undefined when its start was not seen. */
  readonly start: number | undefined
  parent: TracedProcess | undefined
  table: DescriptorTable
  /** Undefined until an exec or the parent's name tells. */
  name: string | undefined
  executable: string | undefined
  /** Undefined until a call shows it. */
  cwd: string | undefined
  /** How many execs were seen. */
  image: number
  /** Ids of its living threads; undefined until one is seen. */
  threads: Set<number> | undefined
  /** Effective user and group, once something told them. */
  user: string | undefined
  userName: string | undefined
  group: string | undefined
  /** Whether it has a terminal, where the source tells. */
  interactive: boolean | undefined
  container: string | undefined
  pod: string | undefined
  mountNamespace: string | undefined
}

/** What is known when a process is first met. */
export interface MetProcess {
  readonly frame: Frame
  readonly entityId: string
  readonly pid: number
  readonly start?: number | undefined
  readonly parent?: TracedProcess | undefined
  readonly table: DescriptorTable
}

/** A process of which nothing is known but that it is there; of a parent's child also what it takes from its parent. */
export function tracedProcess({ parent, start, ...known }: MetProcess): TracedProcess {
  return {
    ...known,
    start,
    parent,
    name: parent?.name,
    executable: parent?.executable,
    cwd: parent?.cwd,
    image: 0,
    threads: undefined,
    user: parent?.user,
    userName: parent?.userName,
    group: parent?.group,
    interactive: parent?.interactive,
    container: parent?.container,
    pod: parent?.pod,
    mountNamespace: parent?.mountNamespace,
  }
}
