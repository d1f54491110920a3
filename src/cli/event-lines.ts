import { statSync } from 'node:fs'
import { NdjsonReader, type LineTaker } from '../event/ndjson.ts'
import { Crew, type Found, type Work } from './crew.ts'
import { chunksOf } from './events.ts'
import type { Threads } from './threads.ts'

/** What a thread is given at once. */
const BLOCK = 1 << 20
/** How many blocks wait for each thread; the reading waits for the threads beyond that. */
const AHEAD = 3

const NEWLINE = 0x0a

/** Takes lines in their order: each by itself, or what somebody found in several. */
export interface StretchTaker<Batch> {
  readonly lines: LineTaker
  /** Takes what was found in the lines that come next. @param line the number of the first */
  merge(batch: Batch, line: number): void
}

export interface LinesOptions {
  readonly threads: Threads
  readonly work: Work
  /** Is told, after each chunk, how many bytes have been read. */
  readonly onProgress: (bytes: number) => void
}

/**
 * Gives the lines of a file, or of standard input for `-`, to who takes them, in their order: the first ones here, those
 * of a long stream by several threads. A file that cannot be read is an `Unusable`.
 *
 * @returns the reader that knows what was wrong with lines
 */
export async function readLines<Batch extends { readonly lines: number }>(
  file: string,
  taker: StretchTaker<Batch>,
  { threads, work, onProgress }: LinesOptions,
): Promise<NdjsonReader> {
  const reader = new NdjsonReader({ name: file === '-' ? '<stdin>' : file })
  const chunks = counted(chunksOf(file), onProgress)
  let alone = threads.count < 2 ? Infinity : sizeOf(file) >= threads.worth ? 0 : threads.worth
  while (alone > 0) {
    const next = chunks.next()
    if (next.done === true) break
    reader.feed(next.value, taker.lines)
    alone -= next.value.length
  }
  if (alone <= 0) await new Together(reader, taker, new Crew<Batch>(work, threads.count)).read(chunks)
  for (const line of reader.end()) taker.lines.take(line)
  return reader
}

/** Of a file; 0 when that says nothing. */
function sizeOf(file: string): number {
  return file === '-' ? 0 : (statSync(file, { throwIfNoEntry: false })?.size ?? 0)
}

function* counted(chunks: Iterable<Uint8Array>, told: (bytes: number) => void): Generator<Uint8Array, undefined> {
  let bytes = 0
  for (const chunk of chunks) {
    yield chunk
    bytes += chunk.length
    told(bytes)
  }
  return undefined
}

/** Cuts chunks into blocks of whole lines, has them read by threads, and puts together what those found, in order. */
class Together<Batch extends { readonly lines: number }> {
  readonly #reader: NdjsonReader
  readonly #taker: StretchTaker<Batch>
  readonly #crew: Crew<Batch>
  readonly #waiting: Promise<Found<Batch>>[] = []
  readonly #free: ArrayBuffer[] = []
  #block = new Uint8Array(BLOCK)
  /** How much of it is filled. */
  #length = 0

  constructor(reader: NdjsonReader, taker: StretchTaker<Batch>, crew: Crew<Batch>) {
    this.#reader = reader
    this.#taker = taker
    this.#crew = crew
  }

  async read(chunks: Iterable<Uint8Array>): Promise<void> {
    try {
      for (const chunk of chunks) await this.#take(chunk)
      await this.#feed()
    } finally {
      await this.#crew.end()
    }
  }

  async #take(chunk: Uint8Array): Promise<void> {
    let rest = this.#finishLine(chunk)
    if (this.#length + rest.length > BLOCK) {
      await this.#send()
      rest = this.#finishLine(rest)
    }
    this.#block.set(rest, this.#length)
    this.#length += rest.length
  }

  /** A line whose beginning the reader has, which is then all that was not handed over, goes on there. Gives the rest. */
  #finishLine(bytes: Uint8Array): Uint8Array {
    if (!this.#reader.isInLine) return bytes
    const end = bytes.indexOf(NEWLINE) + 1 || bytes.length
    this.#reader.feed(bytes.subarray(0, end), this.#taker.lines)
    return bytes.subarray(end)
  }

  /** Hands the whole lines of the block over, and goes on with what is behind them. */
  async #send(): Promise<void> {
    const filled = this.#block.subarray(0, this.#length)
    const end = filled.lastIndexOf(NEWLINE) + 1
    // A line longer than a block is for the reader that keeps to the order.
    if (end === 0) return this.#feed()
    const next = new Uint8Array(this.#free.pop() ?? new ArrayBuffer(BLOCK))
    next.set(filled.subarray(end))
    this.#waiting.push(this.#crew.read(filled.subarray(0, end)))
    this.#block = next
    this.#length -= end
    if (this.#waiting.length > AHEAD * this.#crew.size) await this.#merge()
  }

  /** Reads the block here, after all that was handed over. */
  async #feed(): Promise<void> {
    while (this.#waiting.length > 0) await this.#merge()
    this.#reader.feed(this.#block.subarray(0, this.#length), this.#taker.lines)
    this.#length = 0
  }

  async #merge(): Promise<void> {
    const found = await this.#waiting.shift()
    if (found === undefined) return
    const { batch, bytes } = found
    if (batch === null) this.#reader.feed(bytes, this.#taker.lines)
    else {
      this.#taker.merge(batch, this.#reader.line)
      this.#reader.pass(batch.lines)
    }
    this.#free.push(bytes.buffer as ArrayBuffer)
  }
}
