import { crc32 } from 'node:zlib'

/** Length and checksum of what follows, then time and the lengths of id and host, which are below 64 KiB each. */
const HEAD = 4 + 4
const FIXED = 8 + 2 + 2

/** What is kept of an event beside its line. */
export interface RecordHead {
  /** `event.id`. */
  readonly id: string
  /** Milliseconds since 1970, microseconds as their fraction; NaN when the event has no time that can be read. */
  readonly time: number
  /** `host.name`; empty when the event has none. */
  readonly host: string
}

/** One event as the spool keeps it. Nothing is made of it before somebody asks: many are on their way at once. */
export class SpoolRecord implements RecordHead {
  /** A piece of the spool, and where the record begins and ends in it, behind its length and checksum. */
  readonly #piece: Buffer
  readonly #start: number
  readonly #end: number

  constructor(piece: Buffer, start: number, end: number) {
    this.#piece = piece
    this.#start = start
    this.#end = end
  }

  get id(): string {
    return this.#piece.toString('utf8', this.#start + FIXED, this.#hostAt)
  }

  get time(): number {
    return this.#piece.readDoubleLE(this.#start)
  }

  get host(): string {
    return this.#piece.toString('utf8', this.#hostAt, this.#eventAt)
  }

  /** The line as it came, UTF-8, without its end. */
  get event(): Buffer {
    return this.#piece.subarray(this.#eventAt, this.#end)
  }

  /** Of the line, in bytes. */
  get length(): number {
    return this.#end - this.#eventAt
  }

  /** Copies the line, and gives its length. */
  copyTo(to: Buffer, at: number): number {
    return this.#piece.copy(to, at, this.#eventAt, this.#end)
  }

  get #hostAt(): number {
    return this.#start + FIXED + this.#piece.readUInt16LE(this.#start + 8)
  }

  get #eventAt(): number {
    return this.#hostAt + this.#piece.readUInt16LE(this.#start + 10)
  }
}

/** Most bytes that a record can take, for room to be made before it is written. */
export function recordBound({ id, host }: RecordHead, event: Buffer): number {
  return HEAD + FIXED + 3 * (id.length + host.length) + event.length
}

/** Writes one record and gives the place behind it. There must be room for `recordBound` bytes. */
export function writeRecord(to: Buffer, at: number, record: RecordHead, event: Buffer): number {
  const body = at + HEAD
  const idAt = body + FIXED
  const idLength = to.write(record.id, idAt)
  const hostLength = to.write(record.host, idAt + idLength)
  const eventAt = idAt + idLength + hostLength
  const end = eventAt + event.copy(to, eventAt)
  to.writeDoubleLE(record.time, body)
  to.writeUInt16LE(idLength, body + 8)
  to.writeUInt16LE(hostLength, body + 10)
  to.writeUInt32LE(end - body, at)
  to.writeUInt32LE(crc32(to.subarray(body, end)), at + 4)
  return end
}

/**
 * Reads the records of a piece of the spool. One whose checksum is wrong is left out; where even its length cannot be
 * true, the rest of the piece is. The caller knows how many there were.
 */
export function readRecords(from: Buffer): SpoolRecord[] {
  const records: SpoolRecord[] = []
  for (let at = 0; at + HEAD <= from.length;) {
    const body = at + HEAD
    const end = body + from.readUInt32LE(at)
    if (end > from.length || end < body + FIXED) break
    const checksum = from.readUInt32LE(at + 4)
    at = end
    if (crc32(from.subarray(body, end)) !== checksum) continue
    records.push(new SpoolRecord(from, body, end))
  }
  return records
}
