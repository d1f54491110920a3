import type { Use } from './use.ts'

/** So many connections are known at once; those that were accepted longest ago are let go. */
const MOST = 8192

/**
 * Knows connections that somebody else opened. What is sent by them goes to whoever asked: no destination of one's own, and
 * a server has as many as it has clients.
 */
export class Answers {
  readonly #accepted = new Set<string>()

  /** Whether this use is an answer. Takes each use, in order. */
  isOne({ capability, object }: Use): boolean {
    if (object === '') return false
    if (capability === 'network_send') return this.#accepted.has(object)
    if (capability === 'network_accept') this.#add(object)
    // The socket of a connection that is made later may have the number of an older one.
    else if (capability === 'network_connect') this.#accepted.delete(object)
    return false
  }

  #add(object: string): void {
    this.#accepted.delete(object)
    if (this.#accepted.size >= MOST) for (const oldest of this.#accepted) if (this.#accepted.delete(oldest)) break
    this.#accepted.add(object)
  }
}
