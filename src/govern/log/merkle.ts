import { createHash } from 'node:crypto'

/**
 * The Merkle tree of a list that grows (RFC 6962 §2.1), of which only the right edge is kept: the roots of the whole
 * subtrees, the largest first.
 */
export class MerkleTree {
  #size = 0
  readonly #edge: { readonly size: number; readonly hash: Buffer }[] = []

  get size(): number {
    return this.#size
  }

  add(data: Buffer): void {
    let size = 1
    let hash = sha256(Buffer.of(0), data)
    for (let last = this.#edge.at(-1); last?.size === size; last = this.#edge.at(-1)) {
      hash = sha256(Buffer.of(1), last.hash, hash)
      size *= 2
      this.#edge.pop()
    }
    this.#edge.push({ size, hash })
    this.#size += 1
  }

  /** The root over all that was added, in hex; of nothing the hash of nothing. */
  root(): string {
    const hashes = this.#edge.map(({ hash }) => hash)
    if (hashes.length === 0) return sha256().toString('hex')
    return hashes.reduceRight((right, left) => sha256(Buffer.of(1), left, right)).toString('hex')
  }
}

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** The state of a log that is kept where the log is not: in a ticket, a mail, a tag of git. */
export interface Anchor {
  /** How many entries the log had. */
  readonly size: number
  /** The Merkle root over them. */
  readonly root: string
}

/** `detpack-log:SIZE:ROOT` */
export function formatAnchor({ size, root }: Anchor): string {
  return `detpack-log:${size}:${root}`
}

export function parseAnchor(written: string): Anchor | undefined {
  const match = /^detpack-log:(\d{1,9}):([0-9a-f]{64})$/.exec(written.trim())
  return match === null ? undefined : { size: Number(match[1]), root: match[2] ?? '' }
}
