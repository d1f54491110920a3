import { addMember, firstMember, widthOf, type PlaceSets } from './place-set.ts'

/**
 * What each of some places stands for, which is the same for many of them: for a set of places, what all of them stand
 * for together takes time by the number of different meanings in it.
 */
export class Meanings {
  readonly #placesWidth: number
  readonly #width: number
  /** The places that stand for anything. */
  readonly #meaningful: PlaceSets
  /** For each place the number of its meaning. */
  readonly #meaningOf: Int32Array
  /** For each meaning its places, and what they stand for. */
  readonly #members: PlaceSets
  readonly #meanings: PlaceSets

  /**
   * @param meanings for each place what it stands for, as numbers below `2 ** 31`
   * @param width of the sets of such numbers, in words
   */
  constructor(meanings: readonly (readonly number[])[], width: number) {
    this.#placesWidth = widthOf(meanings.length)
    this.#width = width
    this.#meaningful = new Int32Array(this.#placesWidth)
    this.#meaningOf = new Int32Array(meanings.length)
    const places = new Map<string, number[]>()
    for (let place = 0; place < meanings.length; place++) {
      const meaning = meanings[place] ?? []
      if (meaning.length === 0) continue
      addMember(this.#meaningful, 0, place)
      const key = meaning.join()
      const known = places.get(key)
      if (known === undefined) places.set(key, [place])
      else known.push(place)
    }
    this.#members = new Int32Array(places.size * this.#placesWidth)
    this.#meanings = new Int32Array(places.size * width)
    let number = 0
    places.forEach((members) => {
      for (const place of members) {
        addMember(this.#members, number * this.#placesWidth, place)
        this.#meaningOf[place] = number
      }
      for (const each of meanings[members[0] ?? 0] ?? []) addMember(this.#meanings, number * width, each)
      number++
    })
  }

  /** Adds to `target` what the places of the set that begins at `at` of `words` stand for. */
  addOf(words: PlaceSets, at: number, target: PlaceSets): void {
    for (let word = 0; word < this.#placesWidth; word++) {
      let rest = (words[at + word] ?? 0) & (this.#meaningful[word] ?? 0)
      while (rest !== 0) {
        const meaning = this.#meaningOf[word * 32 + firstMember(rest)] ?? 0
        const from = meaning * this.#width
        for (let i = 0; i < this.#width; i++) target[i] = (target[i] ?? 0) | (this.#meanings[from + i] ?? 0)
        rest &= ~(this.#members[meaning * this.#placesWidth + word] ?? -1)
      }
    }
  }
}
