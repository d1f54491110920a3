import path from 'node:path'
import type Database from 'libsql'
import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { addTallies, LANES, type Chunk, type Lane, type Tally } from './chunk.ts'
import { closeSpoolDatabase, foldJournal, isFull, openSpoolDatabase } from './database.ts'
import { readRecords, type SpoolRecord } from './record.ts'
import { Reserve } from './reserve.ts'
import { excess, type ByLane } from './room.ts'
import { SpoolClock } from './spool-clock.ts'
import { prepareStatements, type SpoolStatements } from './statement.ts'

export type Budget = ByLane

/** Chunks of one lane that are sent together. They are marked as attempted. */
export interface Claim {
  readonly lane: Lane
  readonly chunks: readonly number[]
  /** The index that was written to when they were first sent; null where the target has none. */
  readonly place: string | null
  /** Never sent before. */
  readonly fresh: boolean
  readonly count: number
  readonly bytes: number
}

export interface Limit {
  readonly bytes: number
  readonly count: number
}

/** Where a source has been read up to: its name, and what it wants to know of it. */
export interface Position {
  readonly source: string
  readonly place: string
}

/** What became of chunks that were to be put in. `full`: none of them is in, and the positions are as before. */
export type Appended = { readonly kind: 'kept'; readonly dropped: readonly Tally[] } | { readonly kind: 'full' }

export type SpoolOpening =
  | { readonly kind: 'open'; readonly spool: Spool }
  | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }

/** Opens the spool of a folder; refusals are those of `openSpoolDatabase`. */
export async function openSpool(folder: string, budget: Budget): Promise<SpoolOpening> {
  const opening = await openSpoolDatabase(folder)
  if (opening.kind === 'failed') return opening
  return { kind: 'open', spool: new Spool(opening.database, folder, budget) }
}

interface ChunkRow {
  readonly number: number
  readonly count: number
  readonly bytes: number
  readonly tallies: string
}

interface FreshRow extends ChunkRow {
  readonly since: number
}

/**
 * Events on their way, in two lanes, in one SQLite file. Everything that belongs together is one commit, so the spool
 * is whole whenever the process ends: events with the position they were read up to, an attempt before the sending, the
 * removal with what it leaves behind, a loss with its count.
 */
export class Spool {
  readonly folder: string
  budget: Budget
  readonly #database: Database.Database
  readonly #statements: SpoolStatements
  readonly #reserve: Reserve
  readonly #clock: SpoolClock
  readonly #used: Record<Lane, number> = { rare: 0, bulk: 0 }
  readonly #counts: Record<Lane, number> = { rare: 0, bulk: 0 }
  /** Every chunk of the lane up to this number has been claimed. */
  readonly #claimed: Record<Lane, number> = { rare: 0, bulk: 0 }
  /** Lower than the budgets while the disk is full. */
  #ceiling = Infinity
  /** Lost while not even that could be written. */
  #unwritten: readonly Tally[] = []
  /** Every commit is on the disk. */
  #isKept = true

  constructor(database: Database.Database, folder: string, budget: Budget) {
    this.#database = database
    this.#statements = prepareStatements(database)
    this.folder = folder
    this.budget = budget
    this.#reserve = new Reserve(path.join(folder, 'reserve'))
    this.#clock = new SpoolClock((this.#statements.newest.get() as { readonly since: number }).since)
    this.#count()
  }

  get bytes(): ByLane {
    return this.#used
  }

  get events(): ByLane {
    return this.#counts
  }

  /** Whether it had to do with less than its budgets. */
  get short(): boolean {
    return this.#ceiling !== Infinity || !this.#reserve.held
  }

  /** The time by which things get old here, ms. */
  get now(): number {
    return this.#clock.now
  }

  /** When the oldest event came, ms. */
  get oldest(): number | undefined {
    return (this.#statements.oldest.get() as { readonly since: number | null }).since ?? undefined
  }

  hasRoom(lane: Lane, size: number): boolean {
    return this.#excess(lane, size) === 0
  }

  #excess(lane: Lane, size: number): number {
    return excess(lane, size, this.#used, this.budget, this.#ceiling)
  }

  /**
   * Puts chunks in, with the position that they were read up to. With `drop`, older events make room by the rules of
   * the lanes, and are counted as lost; without it, chunks that do not fit are not taken. They are on the disk once
   * something of the spool is claimed, or with `keep`.
   */
  append(chunks: readonly Chunk[], position: Position | undefined, drop: boolean): Appended {
    try {
      return this.#append(chunks, position, drop)
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
      this.#count()
    }
    if (!drop) return this.#appendBehindJournal(chunks, position)
    this.#ceiling = (this.#used.rare + this.#used.bulk) * 0.9
    this.#makeShift()
    try {
      return this.#append(chunks, position, drop)
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
      this.#count()
    }
    const dropped = addTallies(chunks.map((chunk) => chunk.tallies))
    this.#unwritten = addTallies([this.#unwritten, dropped])
    return { kind: 'kept', dropped }
  }

  /**
   * What room there was may have gone to the journal, which nothing empties when there is nothing to send: then with the
   * room of the reserve it is, and little more than this is taken in before there is a reserve again.
   */
  #appendBehindJournal(chunks: readonly Chunk[], position: Position | undefined): Appended {
    if (this.#used.rare + this.#used.bulk > 0) return { kind: 'full' }
    this.#makeShift()
    this.#ceiling = chunks.reduce((total, { data }) => total + data.length, LITTLE)
    try {
      return this.#append(chunks, position, false)
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
      this.#count()
      return { kind: 'full' }
    }
  }

  #append(chunks: readonly Chunk[], position: Position | undefined, drop: boolean): Appended {
    if (!drop && chunks.some((chunk) => !this.hasRoom(chunk.lane, chunk.data.length))) return { kind: 'full' }
    return this.#lightTransaction(() => {
      const dropped = chunks.flatMap((chunk) => this.#put(chunk))
      this.#lose(dropped)
      if (position !== undefined) this.#statements.putPosition.run(position.source, position.place)
      return { kind: 'kept', dropped: addTallies([dropped]) } as const
    })
  }

  /** Puts one chunk in and gives what had to go for it: older ones, or the chunk itself. */
  #put(chunk: Chunk): readonly Tally[] {
    const { lane, data } = chunk
    const dropped = this.#drop('bulk', this.#excess(lane, data.length))
    // What is under way is not dropped, so there may be less of it than it seems.
    if (lane === 'rare') dropped.push(...this.#drop('rare', this.#excess(lane, data.length)))
    if (!this.hasRoom(lane, data.length)) return [...dropped, ...chunk.tallies]
    this.#insert(chunk)
    return dropped
  }

  #insert({ lane, count, data, tallies }: Chunk): number {
    if (this.#counts.rare + this.#counts.bulk === 0) this.#clock.set()
    const { lastInsertRowid } = this.#statements.insert.run(
      lane,
      count,
      data.length,
      this.now,
      JSON.stringify(tallies.map((one) => [one.action, one.class, one.count])),
      data,
    )
    this.#used[lane] += data.length
    this.#counts[lane] += count
    return Number(lastInsertRowid)
  }

  /** Removes the oldest chunks of a lane that were never sent. */
  #drop(lane: Lane, bytes: number): Tally[] {
    const dropped: Tally[] = []
    for (let freed = 0; freed < bytes;) {
      const row = this.#statements.fresh.get(lane, this.#claimed[lane]) as ChunkRow | undefined
      if (row === undefined) break
      this.#remove(lane, row)
      freed += row.bytes
      dropped.push(...talliesOf(row))
    }
    return dropped
  }

  #remove(lane: Lane, { number, bytes, count }: ChunkRow): void {
    this.#statements.remove.run(number)
    this.#used[lane] -= bytes
    this.#counts[lane] -= count
  }

  /** Removes what came before a time and was never sent, and counts it as lost. */
  expire(before: number): readonly Tally[] {
    return this.#transaction(() => {
      const dropped = LANES.flatMap((lane) => {
        const rows = this.#statements.older.all(lane, this.#claimed[lane], before) as readonly ChunkRow[]
        for (const row of rows) this.#remove(lane, row)
        return rows.flatMap(talliesOf)
      })
      this.#lose(dropped)
      return addTallies([dropped])
    })
  }

  /** How long the oldest event that is not claimed has waited, and how much waits with it, at most up to the limit. */
  waiting(lane: Lane, limit: Limit): { readonly since: number; readonly full: boolean } | undefined {
    const { rows, full } = this.#within(lane, limit)
    const [first] = rows
    return first && { since: first.since, full }
  }

  /** Takes the oldest chunks that nobody has claimed, and marks them durably as attempted. */
  claim(lane: Lane, limit: Limit, place: string | null): Claim | undefined {
    const { rows } = this.#within(lane, limit)
    const last = rows.at(-1)
    if (last === undefined) return undefined
    this.#withReserve(() =>
      this.#transaction(() => {
        for (const { number } of rows) this.#statements.attempt.run(number, place)
      }),
    )
    this.#claimed[lane] = last.number
    return claimOf(lane, rows, place, true)
  }

  /** Everything that may have been sent in an earlier life of the process. */
  reclaim(lane: Lane, limit: Limit): readonly Claim[] {
    const rows = this.#statements.attempted.all(lane) as readonly (ChunkRow & { readonly place: string | null })[]
    const claims: Claim[] = []
    let gathered: (typeof rows)[number][] = []
    const close = (): void => {
      const [first] = gathered
      if (first !== undefined) claims.push(claimOf(lane, gathered, first.place, false))
      gathered = []
    }
    for (const row of rows) {
      const bytes = sum(gathered, 'bytes') + row.bytes
      if (row.place !== gathered[0]?.place || bytes > limit.bytes || sum(gathered, 'count') + row.count > limit.count)
        close()
      gathered.push(row)
    }
    close()
    return claims
  }

  /** The events of a claim. Those that the disk has damaged are missing. */
  read(claim: Claim): SpoolRecord[] {
    return claim.chunks.flatMap((number) => {
      const row = this.#statements.data.get(number) as { readonly data: Buffer } | undefined
      return row === undefined ? [] : readRecords(row.data)
    })
  }

  /**
   * Removes what a claim was for, and puts back what is to be sent again, which stays attempted. If the machine falls
   * before that is on the disk, the claim is sent once more, as attempted.
   *
   * @param lost events of it that are given up
   * @param facts to be remembered from the same moment on
   */
  settle(
    claim: Claim,
    again: readonly Chunk[],
    lost: readonly Tally[] = [],
    facts: Readonly<Record<string, string>> = {},
  ): readonly Claim[] {
    return this.#withReserve(() =>
      this.#lightTransaction(() => {
        for (const number of claim.chunks) {
          this.#statements.remove.run(number)
          this.#statements.forget.run(number)
        }
        this.#used[claim.lane] -= claim.bytes
        this.#counts[claim.lane] -= claim.count
        this.#lose(lost)
        for (const [name, value] of Object.entries(facts)) this.#statements.putFact.run(name, value)
        return again.map((chunk) => {
          const number = this.#insert(chunk)
          this.#statements.attempt.run(number, claim.place)
          const { count, data } = chunk
          return { ...claim, fresh: false, chunks: [number], count, bytes: data.length }
        })
      }),
    )
  }

  position(source: string): string | undefined {
    const row = this.#statements.position.get(source) as { readonly place: string } | undefined
    return row?.place
  }

  fact(name: string): string | undefined {
    const row = this.#statements.fact.get(name) as { readonly value: string } | undefined
    return row?.value
  }

  /** What was lost and not told yet. */
  get losses(): readonly Tally[] {
    return [...(this.#statements.losses.all() as readonly Tally[]), ...this.#unwritten]
  }

  /** Puts the events that tell the losses into the spool in their place; false when there is no room for them yet. */
  tellLosses(events: Chunk): boolean {
    const told = this.#tell(events, () => this.#statements.forgetLosses.run())
    if (told) this.#unwritten = []
    return told
  }

  /** Puts an event of the shipper in, and forgets the fact that it tells; false when there is no room for it. */
  tellHealth(event: Chunk, fact: string): boolean {
    return this.#tell(event, () => this.#statements.putFact.run(fact, ''))
  }

  #tell(events: Chunk, forget: () => unknown): boolean {
    if (!this.hasRoom(events.lane, events.data.length)) return false
    try {
      this.#transaction(() => {
        forget()
        this.#insert(events)
      })
      return true
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
      this.#count()
      return false
    }
  }

  /** Looks whether the disk has room again; asked now and then. */
  recover(): void {
    this.#reserve.hold()
    if (this.#reserve.held) this.#ceiling = Infinity
  }

  close(): void {
    closeSpoolDatabase(this.#database)
  }

  #lose(tallies: readonly Tally[]): void {
    for (const tally of addTallies([tallies, this.#unwritten]))
      this.#statements.lose.run(tally.action, tally.class, tally.count)
    this.#unwritten = []
  }

  #freshRows(lane: Lane, count: number): readonly FreshRow[] {
    return this.#statements.freshRows.all(lane, this.#claimed[lane], count) as readonly FreshRow[]
  }

  /** The oldest chunks up to the limit, of which few are looked at where they are large. */
  #within(lane: Lane, limit: Limit): { readonly rows: readonly FreshRow[]; readonly full: boolean } {
    for (let most = FIRST_CHUNKS; ; most *= 8) {
      const found = this.#freshRows(lane, most)
      let bytes = 0
      let count = 0
      for (const [place, row] of found.entries()) {
        bytes += row.bytes
        count += row.count
        const over = bytes > limit.bytes || count > limit.count
        if (over && place > 0) return { rows: found.slice(0, place), full: true }
        if (bytes >= limit.bytes || count >= limit.count) return { rows: found.slice(0, place + 1), full: true }
      }
      if (found.length < most) return { rows: found, full: false }
      if (most >= MOST_CHUNKS) return { rows: found, full: true }
    }
  }

  /** What was put in is on the disk when it returns; on one that is full, as soon as there is room for a commit. */
  keep(): void {
    if (this.#isKept) return
    try {
      this.#transaction(() => undefined)
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
      this.#count()
    }
  }

  /** When there is no room even for marking and taking out, the reserve is for that. */
  #withReserve<T>(work: () => T): T {
    try {
      return work()
    } catch (thrown) {
      if (!isFull(thrown)) throw thrown
      this.#count()
      this.#makeShift()
      return work()
    }
  }

  /** Gives up the reserve for the journal, and what the journal took for the rest. */
  #makeShift(): void {
    this.#reserve.giveUp()
    foldJournal(this.#database)
  }

  /** One commit, which is on the disk when it returns, and so are all before it. */
  #transaction<T>(work: () => T): T {
    const value = this.#commit(() => {
      // Where nothing is written, nothing is synced either.
      if (!this.#isKept) this.#statements.change.run()
      return work()
    })
    this.#isKept = true
    return value
  }

  /** One commit that outlives the process at once, and the machine with the next that is on the disk. */
  #lightTransaction<T>(work: () => T): T {
    this.#isKept = false
    this.#database.exec('PRAGMA synchronous = NORMAL')
    try {
      return this.#commit(work)
    } finally {
      this.#database.exec('PRAGMA synchronous = FULL')
    }
  }

  #commit<T>(work: () => T): T {
    this.#database.exec('BEGIN IMMEDIATE')
    try {
      const value = work()
      this.#database.exec('COMMIT')
      return value
    } catch (thrown) {
      if (this.#database.inTransaction) this.#database.exec('ROLLBACK')
      throw thrown
    }
  }

  /** Anew from the file, whatever a failed commit left in memory. */
  #count(): void {
    for (const lane of LANES) {
      const row = this.#statements.sums.get(lane) as { readonly bytes: number; readonly count: number }
      this.#used[lane] = row.bytes
      this.#counts[lane] = row.count
    }
  }
}

/** Far less than the reserve, in bytes. */
const LITTLE = 500_000

/** Chunks that are looked at for one claim, at first and at most. */
const FIRST_CHUNKS = 4
const MOST_CHUNKS = 256

function talliesOf(row: ChunkRow): Tally[] {
  const tallies = JSON.parse(row.tallies) as readonly [string, string, number][]
  return tallies.map(([action, name, count]) => ({ action, class: name, count }))
}

function claimOf(lane: Lane, rows: readonly ChunkRow[], place: string | null, fresh: boolean): Claim {
  const chunks = rows.map((row) => row.number)
  return { lane, chunks, place, fresh, count: sum(rows, 'count'), bytes: sum(rows, 'bytes') }
}

function sum(rows: readonly ChunkRow[], of: 'bytes' | 'count'): number {
  return rows.reduce((total, row) => total + row[of], 0)
}
