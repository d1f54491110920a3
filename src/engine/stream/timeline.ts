/** What happened, oldest first: added at the end, forgotten from the front, both at a constant cost on average. */
export class Timeline<T> {
  #items: T[] = []
  #head = 0

  get length(): number {
    return this.#items.length - this.#head
  }

  /** From 0, the oldest. */
  at(index: number): T | undefined {
    return index < 0 ? undefined : this.#items[this.#head + index]
  }

  newest(): T | undefined {
    return this.at(this.length - 1)
  }

  push(item: T): void {
    this.#items.push(item)
  }

  /** Forgets the newest. */
  pop(): void {
    if (this.length > 0) this.#items.pop()
  }

  shift(): T | undefined {
    const first = this.at(0)
    if (this.length > 0) {
      this.#head++
      this.#compact()
    }
    return first
  }

  clear(): void {
    this.#items = []
    this.#head = 0
  }

  /** How many, from the oldest on, are such; all such ones must come before all others. */
  count(such: (item: T) => boolean): number {
    let low = this.#head
    let high = this.#items.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (such(this.#items[middle] as T)) low = middle + 1
      else high = middle
    }
    return low - this.#head
  }

  /**
   * A stretch as it is now, to be read later. It costs nothing until it is read; what is forgotten meanwhile is in it.
   */
  stretch(from: number, to: number): () => readonly T[] {
    const items = this.#items
    const head = this.#head
    return () => items.slice(head + from, head + to)
  }

  /** A new array, so that a stretch taken before still sees the old one. */
  #compact(): void {
    if (this.#head < 32 || this.#head * 2 < this.#items.length) return
    this.#items = this.#items.slice(this.#head)
    this.#head = 0
  }
}
