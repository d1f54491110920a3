/** One classed object that a process holds or that another object carries data of. */
export interface FlowSlot {
  /** Id of the classed object. */
  readonly object: string
  readonly class: string
  /** Microseconds; when it was last read, received or written. */
  readonly since: number
}

/** What the flow needs of the table of classes. */
export interface ClassOrder {
  /** 0 is the highest class; a class not in the table comes last. */
  rank(name: string): number
  /** Objects of this class are followed. A class such as `public` is not: it would only take up room. */
  isFollowed(name: string): boolean
}

/** Most classed objects that a process holds, and that an object carries (design §4). */
export const MOST_SLOTS = 8

/**
 * Puts a slot in, in place of the one for the same object. When eight others are there, it takes the place of the
 * lowest class, of those the oldest; unless its own class is lower still, then it stays out. So reading many
 * unimportant objects does not hide an important one. Gives how many were left out: 0 or 1.
 */
export function placeSlot<Slot extends FlowSlot>(slots: Map<string, Slot>, slot: Slot, order: ClassOrder): 0 | 1 {
  if (slots.has(slot.object) || slots.size < MOST_SLOTS) {
    slots.set(slot.object, slot)
    return 0
  }
  let weakest = slot
  for (const other of slots.values()) {
    const lower = order.rank(other.class) - order.rank(weakest.class)
    if (lower > 0 || (lower === 0 && (weakest === slot || other.since < weakest.since))) weakest = other
  }
  if (weakest === slot) return 1
  slots.delete(weakest.object)
  slots.set(slot.object, slot)
  return 1
}
