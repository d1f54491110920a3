import { ByteDecoder } from './byte-decoder.ts'

/** Longest line that is read unless told otherwise, in UTF-16 units; most logs have some hundred bytes. */
const LONGEST = 1 << 18

export interface SplitLine {
  /** From 1. */
  readonly number: number
  readonly text: string
  /** Longer than is read; `text` is its beginning. */
  readonly cut: boolean
}

/** Splits text that comes in chunks into lines, in memory bounded by the longest line. */
export class LineSplitter {
  readonly #longest: number
  readonly #decoder = new ByteDecoder()
  #held = ''
  #cut = false
  #number = 0

  constructor(longest = LONGEST) {
    this.#longest = longest
  }

  push(chunk: Uint8Array | string): SplitLine[] {
    const text = typeof chunk === 'string' ? chunk : this.#decoder.push(chunk)
    const lines: SplitLine[] = []
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      this.#hold(text.slice(start, end))
      lines.push(this.#complete())
      start = end + 1
    }
    this.#hold(text.slice(start))
    return lines
  }

  end(): SplitLine[] {
    this.#hold(this.#decoder.end())
    return this.#held === '' ? [] : [this.#complete()]
  }

  #hold(piece: string): void {
    const room = this.#longest - this.#held.length
    if (piece.length > room) this.#cut = true
    this.#held += piece.length > room ? piece.slice(0, room) : piece
  }

  #complete(): SplitLine {
    const text = this.#held.endsWith('\r') ? this.#held.slice(0, -1) : this.#held
    const line = { number: ++this.#number, text, cut: this.#cut }
    this.#held = ''
    this.#cut = false
    return line
  }
}
