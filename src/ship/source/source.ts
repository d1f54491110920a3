import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { NdjsonReader, type LineTaker } from '../../event/ndjson.ts'
import type { Position } from '../spool/spool.ts'

/** Where a source brings its lines. */
export interface Sink {
  /**
   * Kept when there is room for more lines; false: nothing more is taken. A source that can wait does so; one that cannot
   * need not look at it.
   */
  readonly ready: () => Promise<boolean>
  /** Takes the lines that have come, each at once. */
  readonly lines: LineTaker
  /** Says that these were the lines up to a position of the source. */
  readonly taken: (position?: Position) => void
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

/** Lines of one stream of bytes, in the order in which those came, however long there is no room for some. */
export class LineFeed {
  readonly #reader: NdjsonReader
  readonly #sink: Sink
  #told = 0
  #rejected = 0
  /** Kept when all that came so far has been brought, or given up. */
  #brought: Promise<void> = Promise.resolve()

  constructor(name: string, sink: Sink) {
    this.#reader = new NdjsonReader({ name })
    this.#sink = sink
  }

  push(bytes: Uint8Array, position?: Position): Promise<void> {
    return this.#bring(() => this.#reader.feed(bytes, this.#sink.lines), position)
  }

  /** Takes a last line without newline. */
  end(position?: Position): Promise<void> {
    return this.#bring(() => {
      for (const line of this.#reader.end()) this.#sink.lines.take(line)
    }, position)
  }

  #bring(lines: () => void, position: Position | undefined): Promise<void> {
    this.#brought = this.#brought.then(async () => {
      if (!(await this.#sink.ready())) return
      lines()
      this.#taken(position)
    })
    return this.#brought
  }

  #taken(position: Position | undefined): void {
    const { diagnostics, skipped } = this.#reader
    if (skipped > this.#rejected || diagnostics.length > this.#told)
      this.#sink.tell(diagnostics.slice(this.#told), skipped - this.#rejected)
    this.#told = diagnostics.length
    this.#rejected = skipped
    this.#sink.taken(position)
  }
}
