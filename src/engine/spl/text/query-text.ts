import type { Source, Span } from '../../../diagnostic/source.ts'

/** A stretch of the expanded text: copied from the source, or put there by the macro call at `start`…`end`. */
export interface Piece {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly copied: boolean
}

/**
 * A query after comments were blanked and macros expanded. Places in it lead back to the source as it was written; all
 * that a macro brought lies at its call.
 */
export class QueryText {
  readonly text: string
  readonly #source: Source
  readonly #pieces: readonly Piece[]
  /** Where each piece begins in the text. */
  readonly #starts: readonly number[]

  constructor(source: Source, pieces: readonly Piece[]) {
    this.#source = source
    this.#pieces = pieces
    this.text = pieces.map((piece) => piece.text).join('')
    const starts: number[] = []
    let at = 0
    for (const { text } of pieces) {
      starts.push(at)
      at += text.length
    }
    this.#starts = starts
  }

  /** A text that is no part of the query, all of which lies at the place that it stands for. */
  static standingFor({ source, start, end }: Span, text: string): QueryText {
    return new QueryText(source, [{ text, start, end, copied: false }])
  }

  span(start: number, end: number): Span {
    const from = this.#place(start)
    const to = end > start ? this.#place(end - 1) : from
    return { source: this.#source, start: from.start, end: Math.max(from.start, end > start ? to.end : from.start) }
  }

  #place(offset: number): { readonly start: number; readonly end: number } {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    const piece = this.#pieces[low]
    if (piece === undefined) return { start: 0, end: 0 }
    if (!piece.copied) return { start: piece.start, end: piece.end }
    const start = Math.min(piece.start + offset - (this.#starts[low] ?? 0), piece.end)
    return { start, end: Math.min(start + 1, piece.end) }
  }
}
