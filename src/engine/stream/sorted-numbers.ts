/** Where a chunk is split in two. */
const LARGEST_CHUNK = 512

/** Numbers in order, some of them equal. Adding, removing and picking cost the root of their number, about. */
export class SortedNumbers {
  readonly #chunks: number[][] = []
  #length = 0

  add(value: number): void {
    this.#length++
    const place = Math.max(0, Math.min(this.#chunkOf(value), this.#chunks.length - 1))
    const chunk = this.#chunks[place]
    if (chunk === undefined) {
      this.#chunks.push([value])
      return
    }
    chunk.splice(lowerBound(chunk, value), 0, value)
    if (chunk.length > LARGEST_CHUNK) this.#chunks.splice(place + 1, 0, chunk.splice(LARGEST_CHUNK >> 1))
  }

  /** Of a number that was added before. */
  remove(value: number): void {
    const place = this.#chunkOf(value)
    const chunk = this.#chunks[place]
    if (chunk === undefined) return
    chunk.splice(lowerBound(chunk, value), 1)
    this.#length--
    if (chunk.length === 0) this.#chunks.splice(place, 1)
  }

  /** The middle one; of an even number the mean of the middle two. */
  median(): number | undefined {
    const low = this.#at((this.#length - 1) >> 1)
    const high = this.#at(this.#length >> 1)
    return low === undefined || high === undefined ? undefined : low === high ? low : low / 2 + high / 2
  }

  /** By nearest rank: the smallest that at least `rank` percent do not exceed. */
  percentile(rank: number): number | undefined {
    return this.#at(Math.max(1, Math.ceil((rank * this.#length) / 100)) - 1)
  }

  #at(index: number): number | undefined {
    let left = index
    for (const chunk of this.#chunks) {
      if (left < chunk.length) return chunk[left]
      left -= chunk.length
    }
    return undefined
  }

  /** The first chunk whose last number is not below the value; the number of chunks when there is none. */
  #chunkOf(value: number): number {
    let low = 0
    let high = this.#chunks.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#chunks[middle]?.at(-1) ?? 0) < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? 0) < value) low = middle + 1
    else high = middle
  }
  return low
}
