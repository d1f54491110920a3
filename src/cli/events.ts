import { closeSync, openSync, readSync } from 'node:fs'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { NdjsonReader } from '../event/ndjson.ts'
import { recordReader } from '../event/record-reader.ts'
import type { EventRecord } from '../event/record.ts'
import { reason } from '../pack/system-reason.ts'
import { Unusable } from './unusable.ts'

/** Small, since all events of a chunk are in memory together, and what lives long is copied by the collector. */
const CHUNK = 1 << 16

export interface EventsOptions {
  readonly timeField?: string | undefined
  /** Is told, after each chunk, how many bytes have been read. */
  readonly onProgress?: ((bytes: number) => void) | undefined
}

/** Events of an NDJSON file, or of standard input for `-`, one after the other; and what was wrong, once they are read. */
export class EventFile {
  readonly #file: string
  readonly #options: EventsOptions
  readonly #reader: NdjsonReader
  #count = 0

  constructor(file: string, options: EventsOptions = {}) {
    this.#file = file
    this.#options = options
    this.#reader = new NdjsonReader({ name: file === '-' ? '<stdin>' : file })
  }

  /** A file that cannot be read is an `Unusable`. */
  *records(): Generator<EventRecord> {
    const toRecord = recordReader({ timeField: this.#options.timeField })
    let bytes = 0
    for (const chunk of chunksOf(this.#file)) {
      for (const { object, line } of this.#reader.push(chunk)) {
        this.#count++
        yield toRecord(object, line)
      }
      bytes += chunk.length
      this.#options.onProgress?.(bytes)
    }
    for (const { object, line } of this.#reader.end()) {
      this.#count++
      yield toRecord(object, line)
    }
  }

  /** Events read so far. */
  get count(): number {
    return this.#count
  }

  /** Lines that held no event. */
  get skipped(): number {
    return this.#reader.skipped
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#reader.diagnostics
  }
}

/** The bytes of a file, or of standard input for `-`, a chunk at a time; the chunk is used again for the next one. */
export function* chunksOf(file: string): Generator<Uint8Array> {
  const buffer = new Uint8Array(CHUNK)
  const descriptor = file === '-' ? 0 : opened(file)
  try {
    for (;;) {
      const count = readSome(descriptor, buffer, file)
      if (count === 0) return
      yield buffer.subarray(0, count)
    }
  } finally {
    if (file !== '-') closeSync(descriptor)
  }
}

function opened(file: string): number {
  try {
    return openSync(file, 'r')
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
}

function readSome(descriptor: number, buffer: Uint8Array, file: string): number {
  for (;;) {
    try {
      return readSync(descriptor, buffer)
    } catch (problem) {
      // A terminal or pipe that is not ready: wait a little, since this reader is synchronous.
      if (!(problem instanceof Error && 'code' in problem && problem.code === 'EAGAIN'))
        throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    }
  }
}
