import { produce } from './terminal.ts'
import { WholeFile } from './whole-file.ts'

/** Where events go; a file appears whole or not at all. */
export interface EventSink {
  /** @param lines whole ones, or nothing */
  write(lines: string): Promise<void>
  finish(): void
  abandon(): void
}

/** @param file that the events go to; undefined: standard output */
export function eventSink(file: string | undefined): EventSink {
  return file === undefined ? new OutputSink() : new FileSink(file)
}

class OutputSink implements EventSink {
  async write(lines: string): Promise<void> {
    if (lines !== '') await produce(lines)
  }

  finish(): void {
    // Standard output is the caller's.
  }

  abandon(): void {
    // What was written is out of our hands.
  }
}

/** Recordings hold paths and arguments: only their owner may read what is made of them. */
const PRIVATE = 0o600

class FileSink implements EventSink {
  readonly #file: WholeFile

  constructor(file: string) {
    this.#file = new WholeFile(file, PRIVATE)
  }

  write(lines: string): Promise<void> {
    if (lines !== '') this.#file.write(lines)
    return Promise.resolve()
  }

  finish(): void {
    this.#file.finish()
  }

  abandon(): void {
    this.#file.abandon()
  }
}
