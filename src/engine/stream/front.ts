import { compareMembers, isBefore, type Member } from './member.ts'
import { Timeline } from './timeline.ts'

interface Partial {
  readonly start: Member
  readonly end: Member
}

/**
 * The partial chains that end in one step, those only that can still be the best: one that ends later and starts no
 * earlier makes another useless. So along the ends the starts get older, and the first whose end is recent enough has
 * the newest start. What is too old for one event is too old for all that follow.
 */
export class Front {
  readonly #partials = new Timeline<Partial>()

  get size(): number {
    return this.#partials.length
  }

  /** The newest start from which a partial chain ends before `next` and not before `oldestEnd`. */
  newestStart(next: Member, oldestEnd: number, oldestStart: number): Member | undefined {
    const partials = this.#partials
    for (let first = partials.at(0); first !== undefined; first = partials.at(0)) {
      if (first.end.event.time >= oldestEnd) {
        // The others start earlier still.
        if (first.start.event.time < oldestStart) partials.clear()
        return isBefore(first.end, next) && first.start.event.time >= oldestStart ? first.start : undefined
      }
      partials.shift()
    }
    return undefined
  }

  /** Ends come in order. */
  add(start: Member, end: Member): void {
    const partials = this.#partials
    for (let last = partials.newest(); last !== undefined; last = partials.newest()) {
      if (compareMembers(last.start, start) > 0) break
      partials.pop()
    }
    partials.push({ start, end })
  }

  /** Forgets what has ended too long ago. */
  expire(oldestEnd: number): void {
    for (let first = this.#partials.at(0); first !== undefined; first = this.#partials.at(0)) {
      if (first.end.event.time >= oldestEnd) return
      this.#partials.shift()
    }
  }
}
