import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { NdjsonReader, type NdjsonLine } from '../../event/ndjson.ts'
import type { Position } from '../spool/spool.ts'

/** Where a source brings its lines. */
export interface Sink {
  /**
   * Takes lines, and with them the position up to which the source has been read. A source that can wait comes again
   * only when the promise has been kept; one that cannot need not look at it.
   */
  readonly take: (lines: readonly NdjsonLine[], position?: Position) => Promise<void>
  /** Tells of lines that are no event, and of what else is wrong with the source. */
  readonly tell: (diagnostics: readonly Diagnostic[], rejected: number) => void
}

export interface Source {
  readonly name: string
  /** It can be made to wait: nothing is dropped while the spool is full (event contract §7). */
  readonly waits: boolean
  /** It is read on from where it was, when it is read again. */
  readonly remembers: boolean
  /** Brings lines until there are no more or it is stopped. */
  readonly run: (sink: Sink) => Promise<void>
  readonly stop: () => void
}

/** Lines of one stream of bytes. */
export class LineFeed {
  readonly #reader: NdjsonReader
  readonly #sink: Sink
  #told = 0
  #rejected = 0

  constructor(name: string, sink: Sink) {
    this.#reader = new NdjsonReader({ name })
    this.#sink = sink
  }

  push(bytes: Uint8Array, position?: Position): Promise<void> {
    return this.#bring(this.#reader.push(bytes), position)
  }

  /** Takes a last line without newline. */
  end(position?: Position): Promise<void> {
    return this.#bring(this.#reader.end(), position)
  }

  #bring(lines: readonly NdjsonLine[], position: Position | undefined): Promise<void> {
    const { diagnostics, skipped } = this.#reader
    if (skipped > this.#rejected || diagnostics.length > this.#told)
      this.#sink.tell(diagnostics.slice(this.#told), skipped - this.#rejected)
    this.#told = diagnostics.length
    this.#rejected = skipped
    return lines.length === 0 && position === undefined ? Promise.resolve() : this.#sink.take(lines, position)
  }
}
