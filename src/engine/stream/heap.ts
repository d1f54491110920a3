/** A queue that gives the least first; `order` must not depend on anything that changes while an item waits. */
export class Heap<T> {
  readonly #order: (a: T, b: T) => number
  readonly #items: T[] = []

  constructor(order: (a: T, b: T) => number) {
    this.#order = order
  }

  get size(): number {
    return this.#items.length
  }

  peek(): T | undefined {
    return this.#items[0]
  }

  push(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      const above = items[parent] as T
      if (this.#order(above, item) <= 0) break
      items[at] = above
      at = parent
    }
    items[at] = item
  }

  pop(): T | undefined {
    const items = this.#items
    const least = items[0]
    const last = items.pop()
    if (last === undefined || items.length === 0) return least
    let at = 0
    for (let child = 1; child < items.length; child = 2 * at + 1) {
      const right = child + 1
      if (right < items.length && this.#order(items[right] as T, items[child] as T) < 0) child = right
      if (this.#order(last, items[child] as T) <= 0) break
      items[at] = items[child] as T
      at = child
    }
    items[at] = last
    return least
  }
}
