import { setTimeout as sleep } from 'node:timers/promises'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import type { NdjsonLine } from '../event/ndjson.ts'
import { lostBefore, watermarkOf } from '../event/stream-line.ts'
import type { Counts } from './counts.ts'
import { headOf } from './event-head.ts'
import type { Sink } from './source/source.ts'
import { ChunkBuilder, LANES, laneOf, type Chunk, type EventHead, type Lane } from './spool/chunk.ts'
import type { Position, Spool } from './spool/spool.ts'

export interface IntakeOptions {
  readonly spool: Spool
  readonly counts: Counts
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
  /** Given up by the builders and not taken by the spool yet. */
  #waiting: Chunk[] | undefined
  #timer: NodeJS.Timeout | undefined
  #abandoned = false
  /** The event that was seen last: it says which host this is. */
  last: JsonObject | undefined

  constructor(options: IntakeOptions) {
    this.#options = options
  }

  async take(lines: readonly NdjsonLine[], position?: Position): Promise<void> {
    // Builders lend their memory to what waits, so nothing may be added before it is in.
    while (this.#waiting !== undefined) {
      await sleep(PAUSE)
      if (this.#abandoned) return
      this.flush()
    }
    for (const line of lines) this.#add(line)
    this.#position = position ?? this.#position
    if (LANES.some((lane) => this.#builders[lane].bytes >= ENOUGH)) this.flush()
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
    const chunks = this.#waiting ?? this.#gathered()
    const position = this.#position
    if (chunks.length === 0 && position === undefined) return true
    let appended: ReturnType<Spool['append']>
    try {
      appended = spool.append(chunks, position, drops)
    } catch (thrown) {
      this.#waiting = chunks
      broken(thrown)
      return false
    }
    if (appended.kind === 'full') {
      this.#waiting = chunks
      return false
    }
    this.#waiting = undefined
    this.#position = undefined
    counts.lose(appended.dropped)
    stored()
    return true
  }

  /** The last chance of what still waits; gives what is left of it. */
  async end(patience: number): Promise<readonly Chunk[]> {
    const until = Date.now() + patience
    while (!this.flush() && Date.now() < until) await sleep(PAUSE)
    this.#abandoned = true
    clearTimeout(this.#timer)
    return this.#waiting ?? []
  }

  #gathered(): Chunk[] {
    return LANES.flatMap((lane) => this.#builders[lane].take() ?? [])
  }

  #add({ object, text }: NdjsonLine): void {
    if (watermarkOf(object) !== undefined) return
    const { counts, bury, needs } = this.#options
    counts.taken++
    const head = headOf(object)
    if (typeof head === 'string') return bury(text, head)
    this.last = object
    if (!isOfSensor(head) && lostBefore(object) === 0 && !needs(object)) return counts.filter(head.action)
    this.#builders[laneOf(head.action)].add(head, text)
  }
}

/** What tells of the sensor and of tasks: without it silence could not be told from peace. */
export function isOfSensor({ action }: EventHead): boolean {
  return action.startsWith('sensor_') || action.startsWith('task_')
}
