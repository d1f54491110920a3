import { createHash } from 'node:crypto'
import { closeSync, fstatSync, openSync, readSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'

/**
 * What tells one log file from another: the place on the disk, and a digest of its first line, which stays when a file
 * is renamed or copied, and changes when it is emptied and begun anew, or when its inode is given to another.
 */
export interface FileIdentity {
  readonly device: number
  readonly inode: number
  /** Null while the first line is not complete. */
  readonly head: string | null
}

/** How much of a file has been read: its identity, and the bytes up to the end of the last line. */
export interface FilePlace extends FileIdentity {
  readonly offset: number
}

/** As much of the first line as is looked at: an event's id stands at its beginning. */
const HEAD = 1024
const NEWLINE = 0x0a

/** An open log file. It keeps its contents in reach when its name goes to another. */
export class LogFile {
  readonly path: string
  readonly #descriptor: number
  readonly #head = Buffer.alloc(HEAD)

  constructor(file: string) {
    this.path = file
    this.#descriptor = openSync(file, 'r')
  }

  get size(): number {
    return fstatSync(this.#descriptor).size
  }

  get identity(): FileIdentity {
    const { dev: device, ino: inode } = fstatSync(this.#descriptor)
    const length = readSync(this.#descriptor, this.#head, 0, HEAD, 0)
    const end = this.#head.subarray(0, length).indexOf(NEWLINE)
    if (end === -1 && length < HEAD) return { device, inode, head: null }
    const line = this.#head.subarray(0, end === -1 ? HEAD : end)
    return { device, inode, head: createHash('sha256').update(line).digest('hex').slice(0, 32) }
  }

  read(into: Buffer, offset: number): number {
    return readSync(this.#descriptor, into, 0, into.length, offset)
  }

  close(): void {
    closeSync(this.#descriptor)
  }
}

export function sameFile(a: FileIdentity, b: FileIdentity): boolean {
  return a.device === b.device && a.inode === b.inode
}

/** The same lines: the file itself wherever it is now, or a copy of it. */
export function sameBeginning(a: FileIdentity, b: FileIdentity): boolean {
  return a.head === null || b.head === null ? sameFile(a, b) : a.head === b.head
}

/** A number, a date or `old` behind the name; compressed files are left out. */
const ROTATED = /^[.-](\d[\d.T:-]*|old)$/

/** The names that rotation gives to the old files of a log (`events.ndjson.1`, `events.ndjson-20260101`), oldest first. */
export function rotatedNames(file: string): string[] {
  const folder = path.dirname(file)
  const base = path.basename(file)
  const found: { name: string; time: number }[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.startsWith(base) || !ROTATED.test(entry.name.slice(base.length))) continue
    const name = path.join(folder, entry.name)
    const time = statSync(name, { throwIfNoEntry: false })?.mtimeMs
    if (time !== undefined) found.push({ name, time })
  }
  return found.sort((a, b) => a.time - b.time || (a.name < b.name ? 1 : -1)).map((one) => one.name)
}

/** Opens a file if it is there. */
export function openLog(file: string): LogFile | undefined {
  try {
    return new LogFile(file)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
