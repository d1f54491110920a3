import { closeSync, mkdirSync, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { reason } from '../pack/system-reason.ts'
import { Unusable } from './unusable.ts'

/**
 * A file that appears whole or not at all: it is written beside its place and moved there at the end. Makes the folder,
 * follows a link that is in its place. A device or pipe (`/dev/stdout`) is written to as it is. What cannot be written is
 * an `Unusable`.
 */
export class WholeFile {
  readonly #name: string
  /** Where it will be; null for a device, which nothing is moved over. */
  readonly #place: string | null
  readonly #written: string
  readonly #descriptor: number
  #open = true

  /** @param mode permission bits, less what the process's mask takes */
  constructor(name: string, mode = 0o666) {
    this.#name = name
    try {
      const there = statSync(name, { throwIfNoEntry: false })
      if (there?.isDirectory() === true) throw new Unusable(`cannot write "${name}": it is a folder`)
      if (there !== undefined && !there.isFile()) {
        this.#place = null
        this.#written = name
        this.#descriptor = openSync(name, 'w')
      } else {
        this.#place = there === undefined ? name : realpathSync(name)
        const folder = path.dirname(this.#place)
        mkdirSync(folder, { recursive: true })
        this.#written = path.join(folder, `.${path.basename(this.#place)}.${process.pid}.new`)
        this.#descriptor = openSync(this.#written, 'wx', mode)
      }
    } catch (problem) {
      throw this.#unwritable(problem)
    }
  }

  write(text: string | Buffer): void {
    try {
      writeFileSync(this.#descriptor, text)
    } catch (problem) {
      throw this.#unwritable(problem)
    }
  }

  /** Puts it in its place. */
  finish(): void {
    this.#close()
    try {
      if (this.#place !== null) renameSync(this.#written, this.#place)
    } catch (problem) {
      this.abandon()
      throw this.#unwritable(problem)
    }
  }

  /** Leaves nothing behind, when it did not come to its end. */
  abandon(): void {
    this.#close()
    if (this.#place !== null) rmSync(this.#written, { force: true })
  }

  #close(): void {
    if (this.#open) closeSync(this.#descriptor)
    this.#open = false
  }

  #unwritable(problem: unknown): Unusable {
    return problem instanceof Unusable ? problem : new Unusable(`cannot write "${this.#name}": ${reason(problem)}`)
  }
}

/** Writes a text, or bytes, to a file, whole or not at all. */
export function writeWhole(name: string, text: string | Buffer): void {
  writeAll(name, (file) => file.write(text))
}

/** The same of a text that comes in pieces, large and small; it is never held whole. */
export function writePieces(name: string, pieces: Iterable<string>): void {
  writeAll(name, (file) => {
    let block = ''
    for (const piece of pieces) {
      block += piece
      if (block.length < BLOCK) continue
      file.write(block)
      block = ''
    }
    file.write(block)
  })
}

const BLOCK = 1 << 20

function writeAll(name: string, write: (file: WholeFile) => void): void {
  const file = new WholeFile(name)
  try {
    write(file)
    file.finish()
  } catch (problem) {
    file.abandon()
    throw problem
  }
}
