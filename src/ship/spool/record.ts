import { crc32 } from 'node:zlib'

/** What is kept of an event beside its line. */
export interface RecordHead {
  /** `event.id`. */
  readonly id: string
  /** Milliseconds since 1970, microseconds as their fraction; NaN when the event has no time that can be read. */
  readonly time: number
  /** `host.name`; empty when the event has none. */
  readonly host: string
}

/** One event as the spool keeps it. */
export interface SpoolRecord extends RecordHead {
  /** The line as it came, UTF-8, without its end. */
  readonly event: Buffer
}

/** Length and checksum of what follows, then time and the lengths of id and host, which are below 64 KiB each. */
const HEAD = 4 + 4
const FIXED = 8 + 2 + 2

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
    const hostAt = body + FIXED + from.readUInt16LE(body + 8)
    const eventAt = hostAt + from.readUInt16LE(body + 10)
    records.push({
      id: from.toString('utf8', body + FIXED, hostAt),
      time: from.readDoubleLE(body),
      host: from.toString('utf8', hostAt, eventAt),
      event: from.subarray(eventAt, end),
    })
  }
  return records
}
