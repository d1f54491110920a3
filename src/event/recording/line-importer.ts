import { createHash } from 'node:crypto'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Reach } from '../reach.ts'
import type { UseEvent } from '../use-event.ts'
import { Complaints } from './complaint.ts'
import type { ImportCounts, Importer, ImportOptions } from './importer.ts'
import { LineSplitter, type SplitLine } from './line-splitter.ts'
import { Session } from './session.ts'

/** The identity of an import is made from this much of the recording, or all of it when it is shorter. */
const OPENING = 1 << 20

/** What a source does with each line of its recording: changes its state, and tells the session the uses. */
export interface LineReader {
  take(line: SplitLine): void
  /** Nothing came for a while: tells what was held back for more to come. */
  settle?(): void
  /** The recording has ended; tells what was held back. */
  end(): void
}

/**
 * Imports text line by line. The same recording with the same options gives the same ids, also in another place: they
 * are made from its first MiB, so that a recording that has grown keeps the ids of the events it had.
 */
export class LineImporter implements Importer {
  readonly #reach: Reach
  readonly #options: ImportOptions
  readonly #read: (session: Session) => LineReader
  readonly #complaints: Complaints
  readonly #splitter: LineSplitter
  #opening: SplitLine[] | undefined = []
  #openingSize = 0
  #session: Session | undefined
  #reader: LineReader | undefined
  #lines = 0

  /** @param longest line that is read, in UTF-16 units */
  constructor(reach: Reach, options: ImportOptions, read: (session: Session) => LineReader, longest?: number) {
    this.#reach = reach
    this.#options = options
    this.#read = read
    this.#complaints = new Complaints(options.name)
    this.#splitter = new LineSplitter(longest)
  }

  push(chunk: Uint8Array | string): UseEvent[] {
    return this.#take(this.#splitter.push(chunk))
  }

  settle(): UseEvent[] {
    if (this.#opening !== undefined && this.#options.run === undefined) return []
    this.#reader?.settle?.()
    return this.#session?.settle() ?? []
  }

  end(): UseEvent[] {
    const events = this.#take(this.#splitter.end())
    for (const event of this.#openingEvents()) events.push(event)
    this.#reader?.end()
    for (const event of this.#session?.end() ?? []) events.push(event)
    this.#complaints.end()
    return events
  }

  get diagnostics(): readonly Diagnostic[] {
    return this.#complaints.diagnostics
  }

  get counts(): ImportCounts {
    return {
      lines: this.#lines,
      events: this.#session?.events ?? 0,
      skipped: this.#complaints.skipped,
      withoutOutcome: this.#session?.withoutOutcome ?? 0,
      ignored: this.#session?.ignored ?? new Map(),
      lost: this.#session?.lost ?? 0,
    }
  }

  #take(lines: readonly SplitLine[]): UseEvent[] {
    this.#lines += lines.length
    if (this.#opening === undefined) return this.#eventsOf(lines)
    for (const line of lines) {
      this.#opening.push(line)
      this.#openingSize += line.text.length + 1
    }
    return this.#openingSize < OPENING && this.#options.run === undefined ? [] : this.#openingEvents()
  }

  #openingEvents(): UseEvent[] {
    const held = this.#opening ?? []
    this.#session ??= new Session(this.#reach, this.#options, this.#runOf(held), this.#complaints)
    this.#reader ??= this.#read(this.#session)
    this.#opening = undefined
    return this.#eventsOf(held)
  }

  #eventsOf(lines: readonly SplitLine[]): UseEvent[] {
    const code = `event/${this.#reach.name}-long-line` as const
    for (const line of lines) {
      if (line.cut) this.#complaints.skip(code, 'this line is longer than any that is read', line, 0)
      else this.#reader?.take(line)
    }
    return this.#session?.take() ?? []
  }

  #runOf(opening: readonly SplitLine[]): string {
    const { task, agent, host, run, bindings } = this.#options
    if (run !== undefined) return run
    const identity = [task ?? null, agent ?? null, host ?? null, ...(bindings ?? [])]
    const hash = createHash('sha256').update(JSON.stringify(identity))
    let left = OPENING
    for (const { text } of opening) {
      hash.update(`\n${text.slice(0, left)}`)
      left -= text.length + 1
      if (left <= 0) break
    }
    return hash.digest('hex').slice(0, 32)
  }
}
