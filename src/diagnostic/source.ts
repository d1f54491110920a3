/** A named text that diagnostics point into. Line starts are found once, when the first position is asked for. */
export class Source {
  readonly name: string
  readonly text: string
  #lineStarts: readonly number[] | undefined

  /** @param name how the user knows the text: a path as they gave it, or `<stdin>` */
  constructor(name: string, text: string) {
    this.name = name
    this.text = text
  }

  /** Line and column, both from 1, of a UTF-16 offset; an offset past the end is taken as the end. */
  position(offset: number): Position {
    const starts = this.#starts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + 1, column: Math.min(offset, this.text.length) - (starts[low] ?? 0) + 1 }
  }

  /** The text of a line (from 1) without its line break; empty for a line that is not there. */
  line(number: number): string {
    const starts = this.#starts()
    const start = starts[number - 1]
    if (start === undefined) return ''
    const end = starts[number] ?? this.text.length + 1
    return this.text.slice(start, end - 1).replace(/\r$/, '')
  }

  #starts(): readonly number[] {
    if (this.#lineStarts === undefined) {
      const starts = [0]
      for (let at = this.text.indexOf('\n'); at !== -1; at = this.text.indexOf('\n', at + 1)) starts.push(at + 1)
      this.#lineStarts = starts
    }
    return this.#lineStarts
  }
}

/** Both from 1; the column counts UTF-16 units, as editors do. */
export interface Position {
  readonly line: number
  readonly column: number
}

/** A stretch of a source, `end` not included; offsets count UTF-16 units. */
export interface Span {
  readonly source: Source
  readonly start: number
  readonly end: number
}
