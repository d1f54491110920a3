import { setTimeout as sleep } from 'node:timers/promises'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import type { EventFilter } from '../event/event-filter.ts'
import type { Counts } from './counts.ts'
import { SentLines, type LineSink } from './sent-lines.ts'
import type { Sink } from './source/source.ts'
import { ChunkBuilder, LANES, laneOf, type Chunk, type EventHead, type Lane } from './spool/chunk.ts'
import type { Limit, Position, Spool } from './spool/spool.ts'

export interface IntakeOptions {
  readonly spool: Spool
  readonly counts: Counts
  /** Largest chunk: it is sent as a whole. */
  readonly limit: Limit
  /** What finds no room is dropped by the rules of the lanes; otherwise the source waits. */
  readonly drops: boolean
  /** What is not on the disk when the machine falls is read again from the source: it is there a little later (`keep`). */
  readonly rereads: boolean
  /** Events that are sent; the others are counted. What tells of the sensor itself is always sent. */
  readonly filter: EventFilter
  /** An event that can never be delivered, and why. */
  readonly bury: (event: string, why: string) => void
  readonly tell: (diagnostics: readonly Diagnostic[]) => void
  /** Something new is in the spool. */
  readonly stored: () => void
  /** The spool cannot be written, and not for want of room. */
  readonly broken: (thrown: unknown) => void
}

/** So much of one lane is put into the spool at once, in bytes. */
const ENOUGH = 512 * 1024
/** After so long in any case, in ms: what is lost with the process is what came after that. */
const LONGEST_WAIT = 100
/** Between two looks whether there is room again, ms. */
const PAUSE = 50

/**
 * Takes lines from a source and puts what is needed of them into the spool, many at once. A position is in the spool
 * exactly when the events before it are.
 */
export class Intake implements Sink, LineSink {
  readonly #options: IntakeOptions
  readonly #builders: Readonly<Record<Lane, ChunkBuilder>> = {
    rare: new ChunkBuilder('rare'),
    bulk: new ChunkBuilder('bulk'),
  }
  #position: Position | undefined
  /** Chunks that are complete, and not in the spool yet. */
  #complete: Chunk[] = []
  /** The spool had no room for them. */
  #waits = false
  #timer: NodeJS.Timeout | undefined
  #abandoned = false
  /** The last line of an event that was taken; until then a part of the bytes that it came in. */
  #last: string | Buffer | undefined
  #lines: SentLines

  constructor(options: IntakeOptions) {
    this.#options = options
    this.#lines = new SentLines(options.filter, this)
  }

  get lines(): SentLines {
    return this.#lines
  }

  /** The event that was seen last: it says which host this is. */
  get last(): JsonObject | undefined {
    return this.#last === undefined ? undefined : (JSON.parse(this.#last.toString()) as JsonObject)
  }

  event(head: EventHead, line: Buffer, isSent: boolean): void {
    const { counts, limit } = this.#options
    counts.taken++
    this.#last = line
    if (!isSent) return counts.filter(head.action)
    const builder = this.#builders[laneOf(head.action)]
    builder.add(head, line)
    if (builder.bytes < limit.bytes && builder.count < limit.count) return
    const chunk = builder.take()
    if (chunk !== undefined) this.#complete.push(chunk)
  }

  nameless(line: Buffer, why: string): void {
    const { counts, bury } = this.#options
    counts.taken++
    bury(line.toString(), why)
  }

  async ready(): Promise<boolean> {
    while (this.#waits) {
      await sleep(PAUSE)
      if (this.#abandoned) return false
      this.flush()
    }
    return !this.#abandoned
  }

  taken(position?: Position): void {
    this.#last = this.#last?.toString()
    this.#position = position ?? this.#position
    if (this.#complete.length > 0 || LANES.some((lane) => this.#builders[lane].bytes >= ENOUGH)) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), LONGEST_WAIT)
  }

  tell(diagnostics: readonly Diagnostic[], rejected: number): void {
    this.#options.counts.rejected += rejected
    this.#options.tell(diagnostics)
  }

  set filter(filter: EventFilter) {
    this.#lines = new SentLines(filter, this)
  }

  /** Puts what was gathered into the spool; false when there is no room. */
  flush(): boolean {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { spool, counts, drops, stored, broken } = this.#options
    this.#complete.push(...LANES.flatMap((lane) => this.#builders[lane].take() ?? []))
    if (this.#complete.length === 0 && this.#position === undefined) return true
    try {
      const appended = spool.append(this.#complete, this.#position, drops)
      this.#waits = appended.kind === 'full'
      if (appended.kind === 'full') return false
      counts.lose(appended.dropped)
    } catch (thrown) {
      this.#waits = true
      broken(thrown)
      return false
    }
    this.#complete = []
    this.#position = undefined
    stored()
    if (!this.#options.rereads) this.keep()
    return true
  }

  /** What was taken is on the disk. It is already when something was sent at once. */
  keep(): void {
    try {
      this.#options.spool.keep()
    } catch (thrown) {
      this.#options.broken(thrown)
    }
  }

  /** The last chance of what still waits; gives what is left of it. */
  async end(patience: number): Promise<readonly Chunk[]> {
    const until = performance.now() + patience
    while (!this.flush() && performance.now() < until) await sleep(PAUSE)
    this.#abandoned = true
    clearTimeout(this.#timer)
    return this.#complete
  }
}
