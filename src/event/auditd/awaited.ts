import type { TracedProcess } from '../recording/traced-process.ts'

/** More children than this are not waited for. */
const MOST_AWAITED = 4096

/** A child that was made and has not shown itself. */
export interface Awaited {
  readonly parent: TracedProcess
  readonly time: number
  /** Undefined of clone3, whose record does not tell whether it made a process or a thread. */
  readonly child: TracedProcess | undefined
}

/** Children that wait to show themselves, since how they were told leaves open who they are. */
export class AwaitedChildren {
  readonly #byParent = new Map<TracedProcess, Map<number, Awaited>>()
  #count = 0

  add(pid: number, awaited: Awaited): void {
    const { parent } = awaited
    let children = this.#byParent.get(parent)
    if (children === undefined) this.#byParent.set(parent, (children = new Map<number, Awaited>()))
    if (!children.has(pid)) this.#count++
    children.set(pid, awaited)
    if (this.#count <= MOST_AWAITED) return
    for (const [oldest, its] of this.#byParent) {
      this.#byParent.delete(oldest)
      this.#count -= its.size
      return
    }
  }

  /**
   * The child that a process with this parent is. In a container a child is told by its number there, that is below
   * its parent's here: the first that was forked is taken, else the last that clone3 made, which may be a thread.
   */
  take(pid: number, parent: TracedProcess): Awaited | undefined {
    const children = this.#byParent.get(parent)
    if (children === undefined) return undefined
    let found = children.has(pid) ? pid : undefined
    if (found === undefined && pid > parent.pid) {
      for (const [number, { child }] of children) {
        if (number > parent.pid) continue
        found = number
        if (child !== undefined) break
      }
    }
    const awaited = found === undefined ? undefined : children.get(found)
    if (found !== undefined) this.#remove(found, parent, children)
    return awaited
  }

  /** The process has shown itself by the number that was told. */
  shown(process: TracedProcess): void {
    const children = process.parent && this.#byParent.get(process.parent)
    if (children?.has(process.pid) && process.parent) this.#remove(process.pid, process.parent, children)
  }

  #remove(pid: number, parent: TracedProcess, children: Map<number, Awaited>): void {
    children.delete(pid)
    this.#count--
    if (children.size === 0) this.#byParent.delete(parent)
  }
}
