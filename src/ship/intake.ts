import { setTimeout as sleep } from 'node:timers/promises'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import type { NdjsonLine } from '../event/ndjson.ts'
import { lostBefore, watermarkOf } from '../event/stream-line.ts'
import type { Counts } from './counts.ts'
import { headOf } from './event-head.ts'
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
  /** Events that are sent; the others are counted. What tells of the sensor itself is always sent. */
  needs: (event: JsonObject) => boolean
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
export class Intake implements Sink {
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
  /** The event that was seen last: it says which host this is. */
  last: JsonObject | undefined

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  async take(lines: readonly NdjsonLine[], position?: Position): Promise<void> {
    while (this.#waits) {
      await sleep(PAUSE)
      if (this.#abandoned) return
      this.flush()
    }
    for (const line of lines) this.#add(line)
    this.#position = position ?? this.#position
    if (this.#complete.length > 0 || LANES.some((lane) => this.#builders[lane].bytes >= ENOUGH)) this.flush()
    else this.#timer ??= setTimeout(() => this.flush(), LONGEST_WAIT)
  }

  tell(diagnostics: readonly Diagnostic[], rejected: number): void {
    this.#options.counts.rejected += rejected
    this.#options.tell(diagnostics)
  }

  set needs(needs: IntakeOptions['needs']) {
    this.#options.needs = needs
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
      if (appended.kind === 'full') {
        this.#complete = this.#complete.map(ownData)
        return false
      }
      counts.lose(appended.dropped)
    } catch (thrown) {
      this.#waits = true
      broken(thrown)
      return false
    }
    this.#complete = []
    this.#position = undefined
    stored()
    return true
  }

  /** The last chance of what still waits; gives what is left of it. */
  async end(patience: number): Promise<readonly Chunk[]> {
    const until = Date.now() + patience
    while (!this.flush() && Date.now() < until) await sleep(PAUSE)
    this.#abandoned = true
    clearTimeout(this.#timer)
    return this.#complete
  }

  #add({ object, text }: NdjsonLine): void {
    if (watermarkOf(object) !== undefined) return
    const { counts, limit, bury, needs } = this.#options
    counts.taken++
    const head = headOf(object)
    if (typeof head === 'string') return bury(text, head)
    this.last = object
    if (!isOfSensor(head) && lostBefore(object) === 0 && !needs(object)) return counts.filter(head.action)
    const builder = this.#builders[laneOf(head.action)]
    builder.add(head, text)
    if (builder.bytes < limit.bytes && builder.count < limit.count) return
    const chunk = builder.take()
    if (chunk !== undefined) this.#complete.push(ownData(chunk))
  }
}

/** A chunk whose data does not change any more. */
function ownData(chunk: Chunk): Chunk {
  return { ...chunk, data: Buffer.from(chunk.data) }
}

/** What tells of the sensor and of tasks: without it silence could not be told from peace. */
export function isOfSensor({ action }: EventHead): boolean {
  return action.startsWith('sensor_') || action.startsWith('task_')
}
