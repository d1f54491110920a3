import { appendFileSync, existsSync, renameSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { running } from '../cli/running.ts'
import { madeLines } from './made-event.ts'

export interface Falling {
  /** Of `detpack ship`, without the input. */
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd: string
  readonly file: string
  /** How often it is killed, at moments of chance. */
  readonly kills: number
  /** Longest life, ms. */
  readonly longest: number
  /** Makes trouble before each life. */
  readonly trouble: () => void
}

/** Writes a log as a sensor does, and rotates it, until it is told to stop. */
class Writer {
  made = 0
  readonly #file: string
  readonly #timer: NodeJS.Timeout

  constructor(file: string) {
    this.#file = file
    this.#timer = setInterval(() => this.#write(), 15)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  #write(): void {
    const action = this.made % 100 < 10 ? 'process_exec' : 'file_read'
    appendFileSync(this.#file, madeLines(10, { action }, this.made + 1))
    this.made += 10
    if (this.made % 1000 === 0) this.#rotate()
  }

  #rotate(): void {
    for (let age = 30; age > 0; age--) {
      const from = age === 1 ? this.#file : `${this.#file}.${age - 1}`
      if (existsSync(from)) renameSync(from, `${this.#file}.${age}`)
    }
    writeFileSync(this.#file, '')
  }
}

/**
 * Runs the shipper on a log that grows and is rotated, and kills it (SIGKILL) again and again; then lets it deliver the
 * rest in peace.
 *
 * @returns how many events were written
 */
export async function fallAgainAndAgain(falling: Falling): Promise<number> {
  const { args, env = {}, cwd, file, kills, longest, trouble } = falling
  const writer = new Writer(file)
  const start = (more: readonly string[]): ReturnType<typeof running> =>
    running(['ship', ...args, ...more, file], { cwd, env })
  for (let kill = 0; kill < kills; kill++) {
    trouble()
    const life = start([])
    // Not before it has begun: that would prove nothing.
    await life.until('shipping ')
    await sleep(Math.random() * longest)
    life.child.kill('SIGKILL')
    await life.ended
  }
  writer.stop()
  for (let tries = 0; tries < 10; tries++) {
    const { code, stderr } = await start(['--once']).ended
    if (code === 0) return writer.made
    if (code !== 3) throw new Error(`exit ${code}: ${stderr}`)
  }
  throw new Error('it is not delivered after ten attempts')
}
