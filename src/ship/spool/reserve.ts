import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs'

/** What the journal may need to mark and remove what is sent, when nothing else can be written any more. */
const SIZE = 10 * 1024 * 1024

/**
 * Room on the disk that is held back: when the disk is full it is given up, so that events can still be marked, sent and
 * removed, which makes room again.
 */
export class Reserve {
  readonly #file: string
  #held: boolean

  constructor(file: string) {
    this.#file = file
    this.#held = existsSync(file)
    this.hold()
  }

  get held(): boolean {
    return this.#held
  }

  /** Takes the room again, where there is some. */
  hold(): void {
    if (this.#held) return
    let descriptor: number | undefined
    try {
      descriptor = openSync(this.#file, 'w', 0o600)
      for (let written = 0; written < SIZE; written += ZEROS.length) {
        if (writeSync(descriptor, ZEROS) < ZEROS.length) throw new Error('the disk is full')
      }
      fsyncSync(descriptor)
      this.#held = true
    } catch {
      rmSync(this.#file, { force: true })
    } finally {
      if (descriptor !== undefined) closeSync(descriptor)
    }
  }

  giveUp(): void {
    rmSync(this.#file, { force: true })
    this.#held = false
  }
}

const ZEROS = Buffer.alloc(256 * 1024)
