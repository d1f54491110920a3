import type { OBJECT_IDENTITIES, OBJECT_KINDS, ORIGINS } from '../own-field.ts'
import type { UsePart } from '../use-event.ts'
import type { Endpoint } from './node.ts'

/** An object at inode level, as far as a recording tells one from another. */
export interface TracedObject {
  readonly id: string
  kind: (typeof OBJECT_KINDS)[number]
  identity: (typeof OBJECT_IDENTITIES)[number]
  path: string | undefined
  /** What else the source tells of a file: inode, device, mode, owner. */
  file: Partial<UsePart<'file'>> | undefined
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

/** How many more descriptors all processes together may have. */
export class SlotBudget {
  left = 1_000_000
}

/** The descriptors of one process, or of several that share them (CLONE_FILES). */
export class DescriptorTable {
  readonly #slots = new Map<number, Slot>()
  /** How many slots refer to an object. */
  readonly #references = new Map<TracedObject, number>()
  readonly #budget: SlotBudget
  #users = 1
  /** Descriptors that found no room. */
  forgotten = 0

  constructor(budget: SlotBudget) {
    this.#budget = budget
  }

  get(number: number): Slot | undefined {
    return this.#slots.get(number)
  }

  set(number: number, slot: Slot): void {
    const before = this.#slots.get(number)
    if (before) this.#refer(before.description.object, -1)
    else if (this.#slots.size >= MOST_SLOTS || this.#budget.left <= 0) {
      this.forgotten++
      return
    } else this.#budget.left--
    this.#slots.set(number, slot)
    this.#refer(slot.description.object, 1)
  }

  /** Gives the object that no descriptor of this table refers to any more. */
  close(number: number): TracedObject | undefined {
    const slot = this.#slots.get(number)
    if (slot === undefined) return undefined
    this.#slots.delete(number)
    this.#budget.left++
    const { object } = slot.description
    return this.#refer(object, -1) === 0 ? object : undefined
  }

  /** close_range and exec: gives the objects that no descriptor refers to any more. */
  closeWhere(wanted: (number: number, slot: Slot) => boolean): TracedObject[] {
    const closed = [...this.#slots].filter(([number, slot]) => wanted(number, slot))
    return closed.flatMap(([number]) => this.close(number) ?? [])
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

  /** One process more has this table. */
  share(): this {
    this.#users++
    return this
  }

  /** One process less has this table. */
  release(): void {
    if (--this.#users > 0) return
    this.#budget.left += this.#slots.size
    this.#slots.clear()
    this.#references.clear()
  }

  /** The table of a child; `from` is the parent. */
  fork(from: string): DescriptorTable {
    return this.#copied((slot) => ({ ...slot, origin: 'inherited', from }))
  }

  /** What the parent had when it made this table's process, where that was told only after the child had begun. */
  inherit(parent: DescriptorTable, from: string): void {
    for (const [number, slot] of parent.#slots)
      if (!this.#slots.has(number)) this.set(number, { ...slot, origin: 'inherited', from })
  }

  /** The same descriptors for one process alone, which leaves this table: exec, unshare and close_range. */
  unshare(): DescriptorTable {
    if (this.#users === 1) return this
    this.#users--
    return this.#copied((slot) => slot)
  }

  #copied(change: (slot: Slot) => Slot): DescriptorTable {
    const copy = new DescriptorTable(this.#budget)
    copy.forgotten = this.forgotten
    if (this.#budget.left < this.#slots.size) copy.forgotten += this.#slots.size
    else for (const [number, slot] of this.#slots) copy.set(number, change(slot))
    return copy
  }

  #refer(object: TracedObject, change: 1 | -1): number {
    const count = (this.#references.get(object) ?? 0) + change
    if (count > 0) this.#references.set(object, count)
    else this.#references.delete(object)
    return count
  }
}
