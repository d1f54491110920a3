/**
 * Texts without one of which an expression is found nowhere, whatever its flags, when case does not count; none when
 * there is nothing that it needs. It looks at what stands in a row, and stops where it is not sure.
 */
export function regexLiterals(source: string): readonly string[] {
  if (FLAGS_REPEATED.test(source)) return []
  const reader = new Reader(source)
  while (reader.step()) continue
  // One of several alternatives is enough.
  return reader.rest.includes('|') ? [] : reader.best
}

/** In `a(?i)?` it is the `a` that is repeated. */
const FLAGS_REPEATED = /\(\?[a-zA-Z-]*\)[*?+{]/

/** More texts than this are not worth looking for. */
const MOST = 8
/** A group of plain alternatives, and a class of a few characters. */
const CHOICE = /^\((?:\?:)?([\w/ =-]+(?:\|[\w/ =-]+)+)\)/
const FEW = /^\[(\w{2,8})\]/

/** Behind a backslash: these stand for other characters, or for none. */
const CLASSES = 'dDsSwWbBAz'

class Reader {
  best: readonly string[] = []
  readonly #source: string
  #at = 0
  /** What stands in a row up to here, in each of its forms. */
  #runs: readonly string[] = ['']

  constructor(source: string) {
    this.#source = source
  }

  /** What was not read. */
  get rest(): string {
    return this.#source.slice(this.#at)
  }

  /** False at the end, and where it must stop. */
  step(): boolean {
    if (this.#at >= this.#source.length) this.#close()
    if (this.#at >= this.#source.length) return false
    const character = this.#source[this.#at] ?? ''
    switch (character) {
      case '|':
      case ')':
        return false
      case '(':
        return this.#choice(CHOICE, '|') || this.#skip(this.#groupEnd())
      case '[':
        return this.#choice(FEW, '') || this.#skip(this.#classEnd(this.#at))
      case '\\':
        return this.#escape(this.#source[this.#at + 1] ?? '')
      case '.':
      case '^':
      case '$':
        return this.#skip(this.#at + 1)
      default:
        return this.#literal(character, 1)
    }
  }

  /** Takes the shorter ones for the measure: those are found most. */
  #close(): void {
    if (shortest(this.#runs) > shortest(this.best)) this.best = this.#runs
    this.#runs = ['']
  }

  /** One of some plain texts, at this place once. */
  #choice(form: RegExp, between: string): boolean {
    const [written, inner] = form.exec(this.#source.slice(this.#at)) ?? []
    if (written === undefined || inner === undefined) return false
    const texts = inner.split(between)
    const end = this.#at + written.length
    if (texts.length * this.#runs.length > MOST || /^[*?+{]/.test(this.#source.slice(end))) return false
    this.#at = end
    this.#runs = this.#runs.flatMap((run) => texts.map((text) => run + text))
    return true
  }

  /** Goes on behind something that may be anything. */
  #skip(end: number): boolean {
    if (end === -1) return false
    this.#close()
    this.#at = end
    this.#quantifier()
    return true
  }

  #escape(next: string): boolean {
    if (CLASSES.includes(next) && next !== '') return this.#skip(this.#at + 2)
    return /^[!-/:-@[-`{-~]$/.test(next) && this.#literal(next, 2)
  }

  #literal(character: string, length: number): boolean {
    this.#at += length
    const quantifier = this.#quantifier()
    // Letters of other scripts may be equal to several ones.
    const isPlain = character >= ' ' && character <= '~'
    if (quantifier === 'optional' || !isPlain) this.#close()
    else this.#runs = this.#runs.map((run) => run + character)
    if (quantifier === 'repeated') this.#close()
    return true
  }

  /** What stands behind one thing and says how often. */
  #quantifier(): 'once' | 'optional' | 'repeated' {
    const [written, least] = /^(?:[*?+]|\{(\d+)(?:,\d*)?\})\??/.exec(this.#source.slice(this.#at, this.#at + 16)) ?? []
    if (written === undefined) return 'once'
    this.#at += written.length
    return written.startsWith('*') || written.startsWith('?') || Number(least) === 0 ? 'optional' : 'repeated'
  }

  /** Behind a group, whatever is in it; -1 where that is not sure. */
  #groupEnd(): number {
    let depth = 0
    for (let at = this.#at; at < this.#source.length;) {
      const character = this.#source[at]
      if (character === '[') {
        at = this.#classEnd(at)
        if (at === -1) return -1
        continue
      }
      if (character === '\\' && this.#source[at + 1] === 'Q') return -1
      if (character === '(') depth++
      if (character === ')' && --depth === 0) return at + 1
      at += character === '\\' ? 2 : 1
    }
    return -1
  }

  /** Behind a class of characters. */
  #classEnd(start: number): number {
    const [all] = /^\[\^?\]?(?:\[:\^?\w+:\]|\\[^Q]|[^\]\\])*\]/.exec(this.#source.slice(start)) ?? []
    return all === undefined ? -1 : start + all.length
  }
}

function shortest(texts: readonly string[]): number {
  return texts.length === 0 ? 0 : Math.min(...texts.map((text) => text.length))
}
