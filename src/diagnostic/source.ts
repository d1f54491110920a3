/** A named text that diagnostics point into. Line starts are found once, when the first position is asked for. */
export class Source {
  readonly name: string
  readonly text: string
  readonly #firstLine: number
  #lineStarts: readonly number[] | undefined

  /**
   * @param name how the user knows the text: a path as they gave it, or `<stdin>`
   * @param firstLine number of the text's first line, where the text is an excerpt of a long stream
   */
  constructor(name: string, text: string, firstLine = 1) {
    this.name = name
    this.text = text
    this.#firstLine = firstLine
  }

  /** Line and column of a UTF-16 offset; an offset past the end is taken as the end. */
  position(offset: number): Position {
    const starts = this.#starts()
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return { line: low + this.#firstLine, column: Math.min(offset, this.text.length) - (starts[low] ?? 0) + 1 }
  }

  /** The text of a line, numbered as positions are, without its line break; empty for a line that is not there. */
  line(number: number): string {
    const starts = this.#starts()
    const at = number - this.#firstLine
    const start = starts[at]
    if (start === undefined) return ''
    const end = starts[at + 1] ?? this.text.length + 1
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

/** Both from 1 (the line from the source's first line); the column counts UTF-16 units, as editors do. */
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
