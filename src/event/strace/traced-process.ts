import type { DescriptorTable } from './descriptor.ts'

/** A process (thread group) of a recording. */
export interface TracedProcess {
  readonly entityId: string
  readonly pid: number
  /** Whole microseconds; undefined when its start was not seen. */
  readonly start: number | undefined
  readonly parent: TracedProcess | undefined
  table: DescriptorTable
  /** Undefined until an exec or the parent's name tells. */
  name: string | undefined
  executable: string | undefined
  /** Undefined until a call shows it. */
  cwd: string | undefined
  /** How many execs were seen. */
  image: number
  /** Ids of its living threads, as far as seen. */
  readonly threads: Set<number>
  /** Effective user id, once a call told it. */
  user: string | undefined
}
