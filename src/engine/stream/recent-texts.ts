/** A power of two. */
const PLACES = 1024
/** Longer texts, in UTF-16 units, seldom come twice, and are not kept. */
const LONGEST = 128

/**
 * Remembers what was worked out for texts that came a short while ago. Each text has one place, which the next text of
 * that place takes over: so it costs little to remember what never comes again, and memory has a bound.
 */
export class RecentTexts<V> {
  readonly #work: (text: string) => V
  readonly #texts = new Array<string>(PLACES).fill('')
  readonly #values = new Array<V | undefined>(PLACES).fill(undefined)

  /** @param work for the same text always gives the same */
  constructor(work: (text: string) => V) {
    this.#work = work
  }

  of(text: string): V {
    if (text.length > LONGEST) return this.#work(text)
    const place = placeOf(text)
    const known = this.#values[place]
    if (known !== undefined && this.#texts[place] === text) return known
    const value = this.#work(text)
    this.#texts[place] = text
    this.#values[place] = value
    return value
  }
}

/** From a few characters only: it has to be found sooner than a hash of the whole text. */
function placeOf(text: string): number {
  const { length } = text
  if (length < 4) return length
  const middle = text.charCodeAt(length >> 1)
  return (
    (length * 961 + text.charCodeAt(length - 1) * 31 + text.charCodeAt(length - 3) * 127 + middle * 7) & (PLACES - 1)
  )
}
