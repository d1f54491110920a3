import type { OBJECT_IDENTITIES, OBJECT_KINDS, ORIGINS } from '../own-field.ts'
import type { Endpoint } from './node.ts'

/** An object at inode level, as far as a recording tells one from another. */
export interface TracedObject {
  readonly id: string
  kind: (typeof OBJECT_KINDS)[number]
  identity: (typeof OBJECT_IDENTITIES)[number]
  path: string | undefined
  /** Of sockets. */
  transport: string | undefined
  family: string | undefined
  type: string | undefined
  inode: string | undefined
  local: Endpoint | undefined
  remote: Endpoint | undefined
  /** Inode of the other end of a UNIX socket. */
  peer: string | undefined
  /** Process of a pidfd. */
  pid: number | undefined
}

/** An open file description: what dup, fork and passing share. */
export interface Description {
  readonly id: string
  readonly object: TracedObject
  /** Flags of the opening call; undefined when it was not seen. */
  readonly flags: readonly string[] | undefined
  readonly openedBy: string | undefined
  /** Whole microseconds. */
  readonly openedAt: number | undefined
}

/** One descriptor of one table. */
export interface Slot {
  readonly description: Description
  readonly origin: (typeof ORIGINS)[number]
  /** Entity id of the giver. */
  readonly from: string | undefined
  readonly closeOnExec: boolean
}

/** More descriptors of one process than this are not remembered: fork copies them all. */
const MOST_SLOTS = 4096

/** The descriptors of one process, or of several that share them (CLONE_FILES). */
export class DescriptorTable {
  readonly #slots = new Map<number, Slot>()
  /** Descriptors that found no room. */
  forgotten = 0

  get(number: number): Slot | undefined {
    return this.#slots.get(number)
  }

  set(number: number, slot: Slot): void {
    if (this.#slots.size >= MOST_SLOTS && !this.#slots.has(number)) this.forgotten++
    else this.#slots.set(number, slot)
  }

  /** Gives the object that no descriptor of this table refers to any more. */
  close(number: number): TracedObject | undefined {
    const slot = this.#slots.get(number)
    if (slot === undefined) return undefined
    this.#slots.delete(number)
    const object = slot.description.object
    return this.#refersTo(object) ? undefined : object
  }

  /** close_range and exec. */
  closeWhere(wanted: (number: number, slot: Slot) => boolean): TracedObject[] {
    const closed: Slot[] = []
    for (const [number, slot] of this.#slots) {
      if (!wanted(number, slot)) continue
      closed.push(slot)
      this.#slots.delete(number)
    }
    const left = new Set([...this.#slots.values()].map((slot) => slot.description.object))
    return [...new Set(closed.map((slot) => slot.description.object))].filter((object) => !left.has(object))
  }

  setCloseOnExec(number: number, closeOnExec: boolean): void {
    const slot = this.#slots.get(number)
    if (slot) this.#slots.set(number, { ...slot, closeOnExec })
  }

  closeOnExecWithin(first: number, last: number): void {
    for (const [number, slot] of this.#slots) {
      if (number >= first && number <= last) this.#slots.set(number, { ...slot, closeOnExec: true })
    }
  }

  /** The table of a child; `from` is the parent. */
  fork(from: string): DescriptorTable {
    const child = new DescriptorTable()
    for (const [number, slot] of this.#slots) child.#slots.set(number, { ...slot, origin: 'inherited', from })
    return child
  }

  /** The same descriptors, no longer shared: exec and unshare(CLONE_FILES). */
  copy(): DescriptorTable {
    const own = new DescriptorTable()
    for (const [number, slot] of this.#slots) own.#slots.set(number, slot)
    return own
  }

  #refersTo(object: TracedObject): boolean {
    for (const slot of this.#slots.values()) if (slot.description.object === object) return true
    return false
  }
}
