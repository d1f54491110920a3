import {
  closeSync,
  existsSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'

/** A file is begun anew at this size, and so many old ones stay. */
const LARGEST = 16 * 1024 * 1024
const KEPT = 4

/**
 * Events that the target will never take, with the reason: a JSON object a line, `{"at", "reason", "event"}`, where
 * `event` is the line as it came. Readable by the owner only; each is on the disk when `bury` returns, and none is when it throws.
 */
export class DeadLetters {
  readonly #file: string
  #descriptor: number | undefined

  constructor(folder: string) {
    this.#file = path.join(folder, 'dead-letters.ndjson')
  }

  get file(): string {
    return this.#file
  }

  bury(letters: readonly { readonly event: string; readonly why: string }[]): void {
    if (letters.length === 0) return
    const at = new Date().toISOString()
    const lines = letters.map(({ event, why }) => `${JSON.stringify({ at, reason: why, event })}\n`)
    this.#descriptor ??= openSync(this.#file, 'a', 0o600)
    const size = fstatSync(this.#descriptor).size
    if (size >= LARGEST) this.#descriptor = this.#rotate(this.#descriptor)
    // After a fall in the middle of a line.
    else if (size > 0 && !endsWithLine(this.#file, size)) writeWhole(this.#descriptor, '\n')
    writeWhole(this.#descriptor, lines.join(''))
    fdatasyncSync(this.#descriptor)
  }

  /** Removes old files that are older than a time, ms. */
  expire(before: number): void {
    for (let age = 1; age <= KEPT; age++) {
      const name = `${this.#file}.${age}`
      const found = statSync(name, { throwIfNoEntry: false })
      if (found !== undefined && found.mtimeMs < before) rmSync(name, { force: true })
    }
    const found = statSync(this.#file, { throwIfNoEntry: false })
    if (found === undefined || found.size === 0 || found.mtimeMs >= before) return
    this.close()
    rmSync(this.#file, { force: true })
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor)
    this.#descriptor = undefined
  }

  #rotate(descriptor: number): number {
    closeSync(descriptor)
    for (let age = KEPT; age > 0; age--) {
      const from = age === 1 ? this.#file : `${this.#file}.${age - 1}`
      if (existsSync(from)) renameSync(from, `${this.#file}.${age}`)
    }
    return openSync(this.#file, 'a', 0o600)
  }
}

/** All of it or nothing: a disk that is nearly full takes a part without an error. */
function writeWhole(descriptor: number, text: string): void {
  const { size } = fstatSync(descriptor)
  const bytes = Buffer.from(text)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at)
  } catch (thrown) {
    ftruncateSync(descriptor, size)
    throw thrown
  }
}

function endsWithLine(file: string, size: number): boolean {
  const descriptor = openSync(file, 'r')
  try {
    const last = Buffer.alloc(1)
    readSync(descriptor, last, 0, 1, size - 1)
    return last[0] === 0x0a
  } finally {
    closeSync(descriptor)
  }
}
