import type { RecentObjects } from './recent-objects.ts'

/** A place in events that keys lead to. */
export interface KeyNode {
  /** Which of the wanted fields is here; -1: none. */
  readonly field: number
  readonly keys: KeyTable
  /** The objects that stood here in lines before, once there was one. */
  recent: RecentObjects | null
}

/** How a key is a part of a field's name. */
export type Way =
  /** It is one part: the usual nesting. */
  | 'step'
  /** It is the whole name, dots and all, at the top of an event: it wins over nesting. */
  | 'whole'
  /** It is several parts, but not all. Such keys change which other ones count (`fieldReader`). */
  | 'parts'

export interface Key {
  /** As it stands in events, between its quotes. */
  readonly bytes: Uint8Array
  readonly way: Way
  /** Where it leads; null when nothing below it is wanted. */
  readonly to: KeyNode | null
  /** The number of the object that it was last met in. */
  object: number
  /** The key that came after it last time, which is likely to come after it again. */
  next: Key | null
}

/** The keys of one place, found by their bytes and a hash of them (`addToHash`). */
export class KeyTable {
  /** The key that objects of this place begin with, as far as was seen. */
  first: Key | null = null
  #slots: (Key | null)[] = [null, null, null, null]
  #size = 0

  /** The key that stands in these bytes. */
  find(bytes: Uint8Array, start: number, end: number, hash: number): Key | null {
    const mask = this.#slots.length - 1
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const key = this.#slots[at] ?? null
      if (key === null || (key.bytes.length === end - start && isAt(key.bytes, bytes, start))) return key
    }
  }

  /** Adds a key that is not there yet. */
  add(key: Key): void {
    if (++this.#size * 2 > this.#slots.length) {
      const keys = this.#slots
      this.#slots = new Array<Key | null>(keys.length * 2).fill(null)
      for (const each of keys) if (each !== null) this.#place(each)
    }
    this.#place(key)
  }

  #place(key: Key): void {
    const mask = this.#slots.length - 1
    let at = hashOf(key.bytes) & mask
    while (this.#slots[at] !== null) at = (at + 1) & mask
    this.#slots[at] = key
  }
}

/** Whether the bytes stand at an offset. */
export function isAt(wanted: Uint8Array, bytes: Uint8Array, offset: number): boolean {
  for (let i = 0; i < wanted.length; i++) if (wanted[i] !== bytes[offset + i]) return false
  return true
}

/** The hash of the bytes up to and including this one, from that of those before it; 0 is that of none. */
export function addToHash(hash: number, byte: number): number {
  return (Math.imul(hash, 31) + byte) | 0
}

function hashOf(bytes: Uint8Array): number {
  let hash = 0
  for (const byte of bytes) hash = addToHash(hash, byte)
  return hash
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** The tree of the keys that lead to fields, dots between their parts. @returns the place at the top of an event */
export function keyTree(fields: readonly string[]): KeyNode {
  const top = new Branch()
  for (const [field, name] of fields.entries()) {
    const parts = name.split('.')
    let place = top
    for (const [depth, part] of parts.entries()) {
      for (let end = depth + 2; end <= parts.length; end++)
        place.addDotted(parts.slice(depth, end).join('.'), depth === 0 && end === parts.length ? field : -1)
      place = place.step(part)
    }
    place.field = field
  }
  return top.finish([])
}

/** A place while the tree grows. */
class Branch {
  field = -1
  readonly #steps = new Map<string, Branch>()
  /** Keys of several parts: the field of which one is the whole name; -1 when it is a part of any name. */
  readonly #dotted = new Map<string, number>()

  step(part: string): Branch {
    const there = this.#steps.get(part) ?? new Branch()
    this.#steps.set(part, there)
    return there
  }

  addDotted(key: string, field: number): void {
    if (this.#dotted.get(key) !== -1) this.#dotted.set(key, field)
  }

  /** @param places gets the place of each field, to which its whole name leads as well */
  finish(places: KeyNode[]): KeyNode {
    const keys = new KeyTable()
    const node: KeyNode = { field: this.field, keys, recent: null }
    if (this.field >= 0) places[this.field] = node
    for (const [part, branch] of this.#steps) addKey(keys, part, 'step', branch.finish(places))
    for (const [name, field] of this.#dotted)
      addKey(keys, name, field === -1 ? 'parts' : 'whole', places[field] ?? null)
    return node
  }
}

function addKey(keys: KeyTable, text: string, way: Way, to: KeyNode | null): void {
  const bytes = encoder.encode(text)
  // Half a surrogate pair: no bytes stand for it.
  if (decoder.decode(bytes) === text) keys.add(makeKey(bytes, way, to))
}

export function makeKey(bytes: Uint8Array, way: Way, to: KeyNode | null): Key {
  return { bytes, way, to, object: 0, next: null }
}
