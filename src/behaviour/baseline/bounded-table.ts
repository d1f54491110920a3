import { detached } from './detached.ts'

/**
 * Entries under names, at most so many. Of more names those stay whose hash is least, which depends on the names alone:
 * so what a table holds, and each count in it, is the same in whatever order and by how many tables the names were seen,
 * and tables can be merged (bottom-k sampling: Cohen and Kaplan, PODC 2007). What stays was there from its first use on.
 */
export class BoundedTable<T> {
  readonly #most: number
  readonly #entries = new Map<string, T>()
  readonly #hashes = new Map<string, number>()
  readonly #make: () => T
  /** The greatest name that stays, by hash, once the table is full. */
  #last: string | null = null
  #full = false

  constructor(most: number, make: () => T) {
    this.#most = most
    this.#make = make
  }

  get size(): number {
    return this.#entries.size
  }

  /** Some names found no room. */
  get isFull(): boolean {
    return this.#full
  }

  /** What is known of a name. */
  find(name: string): T | undefined {
    return this.#entries.get(name)
  }

  /** Whether a name that is not there was not seen at all: of a full table that is not known of every name. */
  isUnseen(name: string): boolean {
    if (this.#entries.has(name)) return false
    if (!this.#full) return true
    return this.#last !== null && compare(hashOf(name), name, hashOf(this.#last), this.#last) < 0
  }

  /** The entry of a name, made if need be; undefined when it finds no room. */
  entry(name: string): T | undefined {
    return this.#entries.get(name) ?? this.#insert(name)
  }

  /** By name. */
  sorted(): readonly (readonly [name: string, entry: T])[] {
    return [...this.#entries].sort(([a], [b]) => (a < b ? -1 : 1))
  }

  /** Takes over that names found no room elsewhere. */
  fill(): void {
    this.#full = true
  }

  #insert(name: string): T | undefined {
    const hash = hashOf(name)
    if (this.#entries.size >= this.#most) {
      this.#full = true
      this.#last ??= this.#greatest()
      if (this.#last === null || compare(hash, name, hashOf(this.#last), this.#last) > 0) return undefined
      this.#entries.delete(this.#last)
      this.#hashes.delete(this.#last)
      this.#last = null
    }
    const entry = this.#make()
    const own = detached(name)
    this.#entries.set(own, entry)
    this.#hashes.set(own, hash)
    if (this.#entries.size === this.#most) this.#last = this.#greatest()
    return entry
  }

  #greatest(): string | null {
    let last: string | null = null
    let most = -1
    for (const [name, hash] of this.#hashes)
      if (last === null || compare(hash, name, most, last) > 0) [last, most] = [name, hash]
    return last
  }
}

function compare(hash: number, name: string, otherHash: number, other: string): number {
  return hash - otherHash || (name < other ? -1 : Number(name > other))
}

/** FNV-1a over UTF-16 units, its bits mixed once more: names that begin alike must not lie together. */
function hashOf(name: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < name.length; at++) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
