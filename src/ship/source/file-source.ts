import { statSync } from 'node:fs'
import path from 'node:path'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { info, warning } from '../../diagnostic/diagnostic.ts'
import type { Position } from '../spool/spool.ts'
import { LineFeed, type Sink, type Source } from './source.ts'
import { openLog, rotatedNames, sameBeginning, sameFile, type FilePlace, type LogFile } from './log-file.ts'

export interface FileOptions {
  /** Ends at the end of the file instead of waiting for more. */
  readonly once: boolean
  /** What `Position` remembered; undefined at the very first start. */
  readonly remembered: string | undefined
  /** Between two looks for more, ms. */
  readonly poll?: number
  /** How long a file that was rotated away must have brought nothing, since its writer may still have it open; ms. */
  readonly quiet?: number
}

/** Small: all events of a block are held at once. */
const BLOCK = 64 * 1024
const NEWLINE = 0x0a
/** Files of the log that are remembered as read. */
const MOST_REMEMBERED = 64

/**
 * A log file that is rotated, by renaming or by copying and emptying it. The place is remembered for each file by device,
 * inode, offset and the digest of its first line, together with the events, so that no line is lost or read twice,
 * whatever happens in between: what was rotated while nobody read is read first. Old files that are there at the very
 * first start are not read.
 */
export function fileSource(file: string, options: FileOptions): Source {
  const follower = new Follower(path.resolve(file), options)
  return { name: file, waits: true, remembers: true, run: (sink) => follower.run(sink), stop: () => follower.stop() }
}

interface Current {
  readonly log: LogFile
  readonly feed: LineFeed
  place: FilePlace
  /** How far it has been read; what lies behind the place is a line that is not complete. */
  read: number
  /** When it last brought something, ms by the steady clock. */
  busy: number
}

class Follower {
  readonly #file: string
  readonly #options: FileOptions
  readonly #poll: number
  readonly #quiet: number
  readonly #block = Buffer.allocUnsafeSlow(BLOCK)
  readonly #stopping = new AbortController()
  /** Files that have been read to their end. */
  #done: FilePlace[] = []
  #current: Current | undefined

  constructor(file: string, options: FileOptions) {
    this.#file = file
    this.#options = options
    this.#poll = options.poll ?? 200
    this.#quiet = options.quiet ?? 2000
  }

  stop(): void {
    this.#stopping.abort()
  }

  async run(sink: Sink): Promise<void> {
    this.#resume(sink)
    while (!this.#stopping.signal.aborted) {
      if (this.#current === undefined) this.#open(this.#next(), sink)
      if (this.#current !== undefined && (await this.#advance(this.#current, sink))) continue
      if (this.#options.once) break
      await sleep(this.#poll, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    }
    this.#current?.log.close()
  }

  /** Finds the file that was read last, where it is now. */
  #resume(sink: Sink): void {
    const { remembered } = this.#options
    if (remembered === undefined) {
      this.#done = this.#known(rotatedNames(this.#file))
      if (this.#done.length > 0)
        sink.tell(
          [info('ship/old-files', `older files beside "${this.#file}" are not read: this is the first start`)],
          0,
        )
      // From now on whatever comes is read, also if it is rotated before the first line has been.
      sink.taken({ source: positionName(this.#file), place: JSON.stringify(this.#done) })
      return
    }
    const places = JSON.parse(remembered) as FilePlace[]
    const last = places.pop()
    this.#done = places
    if (last === undefined) return
    const found = this.#find(last)
    if (found !== undefined) this.#open(found, sink, last.offset)
    else if (last.head !== null) {
      const message = `the file that was read up to byte ${last.offset} is gone: what it held behind that is not shipped`
      sink.tell([warning('ship/file-gone', message, undefined, { hint: 'keep more old files of the log' })], 0)
    }
  }

  #known(names: readonly string[]): FilePlace[] {
    return names.flatMap((name) => {
      const log = openLog(name)
      const place = log && { ...log.identity, offset: log.size }
      log?.close()
      return place === undefined ? [] : [place]
    })
  }

  /** The file with these lines under whatever name: itself first, then a copy that holds at least as much. */
  #find(place: FilePlace): LogFile | undefined {
    let copy: LogFile | undefined
    for (const name of [this.#file, ...rotatedNames(this.#file).reverse()]) {
      const log = openLog(name)
      if (log === undefined) continue
      const identity = log.identity
      const holds = sameBeginning(identity, place) && log.size >= place.offset
      if (holds && sameFile(identity, place)) {
        copy?.close()
        return log
      }
      if (holds && copy === undefined) copy = log
      else log.close()
    }
    return copy
  }

  /** The oldest file that has not been read; the log itself comes last. */
  #next(): LogFile | undefined {
    for (const name of [...rotatedNames(this.#file), this.#file]) {
      const log = openLog(name)
      if (log === undefined) continue
      const identity = log.identity
      if (name === this.#file || (log.size > 0 && !this.#done.some((one) => sameBeginning(one, identity)))) return log
      log.close()
    }
    return undefined
  }

  #open(log: LogFile | undefined, sink: Sink, offset = 0): void {
    if (log === undefined) return
    const place = { ...log.identity, offset }
    this.#current = { log, feed: new LineFeed(log.path, sink), place, read: offset, busy: performance.now() }
  }

  /** Reads on, or turns to the next file; false when there is nothing to do for now. */
  async #advance(current: Current, sink: Sink): Promise<boolean> {
    if (this.#wasEmptied(current)) return this.#restart(current, sink)
    let length = current.log.read(this.#block, current.read)
    if (length > 0) {
      current.busy = performance.now()
      // What was read before the file was emptied is still in order: it was read from the old contents.
      for (; length > 0 && !this.#stopping.signal.aborted; length = current.log.read(this.#block, current.read)) {
        const bytes = this.#block.subarray(0, length)
        const last = bytes.lastIndexOf(NEWLINE)
        if (last !== -1) {
          if (current.place.head === null) current.place = { ...current.place, head: current.log.identity.head }
          current.place = { ...current.place, offset: current.read + last + 1 }
        }
        current.read += length
        await current.feed.push(bytes, last === -1 ? undefined : this.#position(current.place))
        await turn()
      }
      return true
    }
    if (!this.#isRotatedAway(current)) {
      if (this.#options.once) await this.#takeLast(current)
      return false
    }
    if (!this.#options.once && performance.now() - current.busy < this.#quiet) return false
    await this.#finish(current)
    return true
  }

  /** Emptied, or emptied and grown past where it was read to. */
  #wasEmptied({ log, place, read }: Current): boolean {
    return log.size < read || (place.head !== null && log.identity.head !== place.head)
  }

  /** Reads the rest from the copy that was made before, if there is one, and then the file from its beginning. */
  #restart(current: Current, sink: Sink): boolean {
    current.log.close()
    this.#current = undefined
    const copy = current.place.head === null ? undefined : this.#find(current.place)
    if (copy !== undefined) {
      this.#open(copy, sink, current.place.offset)
      return true
    }
    if (current.place.head !== null) {
      const message = `"${this.#file}" was emptied after byte ${current.place.offset}, and no copy of it is there: what was written in between is not shipped`
      sink.tell([warning('ship/file-gone', message, undefined, { hint: 'rotate it by renaming' })], 0)
    }
    this.#remember(current.place)
    return true
  }

  #isRotatedAway({ log, place }: Current): boolean {
    if (log.path !== this.#file) return true
    const live = statSync(this.#file, { throwIfNoEntry: false })
    return live !== undefined && (live.dev !== place.device || live.ino !== place.inode)
  }

  async #finish(current: Current): Promise<void> {
    await this.#takeLast(current)
    current.log.close()
    this.#remember(current.place)
    this.#current = undefined
  }

  /** A last line without its end counts when it is whole. */
  async #takeLast(current: Current): Promise<void> {
    const { log, place, read, feed } = current
    if (read === place.offset) return
    const rest = Buffer.alloc(read - place.offset)
    log.read(rest, place.offset)
    if (!isWhole(rest.toString('utf8'))) return
    current.place = { ...place, offset: read }
    await feed.end(this.#position(current.place))
  }

  #remember(place: FilePlace): void {
    this.#done = [...this.#done.filter((one) => !sameBeginning(one, place)), place].slice(-MOST_REMEMBERED)
  }

  #position(place: FilePlace): Position {
    return { source: positionName(this.#file), place: JSON.stringify([...this.#done, place]) }
  }
}

/** Under which name the spool remembers how far a file has been read. */
export function positionName(file: string): string {
  return `file:${path.resolve(file)}`
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
