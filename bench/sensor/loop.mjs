// The program that is measured (sensor/test/bench/loop.c): it waits for commands, so that a sensor can be put on it first.
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

export function buildLoop(folder) {
  const program = path.join(folder, 'loop')
  const source = path.join(root, 'sensor/test/bench/loop.c')
  const built = spawnSync('gcc', ['-O2', '-pthread', '-o', program, source], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
  return program
}

/** A child that answers each line of standard input with a number. */
export class Loop {
  #child
  #waiting = []

  /** @param before a program that runs this one, such as strace */
  constructor(program, before = []) {
    const [first, ...rest] = [...before, program]
    this.#child = spawn(first, rest, { stdio: ['pipe', 'pipe', 'ignore'] })
    let text = ''
    this.#child.stdout.on('data', (piece) => {
      text += piece
      for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n')) {
        this.#waiting.shift().resolve(Number(text.slice(0, end)))
        text = text.slice(end + 1)
      }
    })
    this.#child.on('close', () => {
      for (const { reject } of this.#waiting.splice(0)) reject(new Error(`${program} ended early`))
    })
  }

  get pid() {
    return this.#child.pid
  }

  run(line) {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject })
      this.#child.stdin.write(`${line}\n`)
    })
  }

  end() {
    return new Promise((resolve) => {
      this.#child.on('close', resolve)
      this.#child.stdin.end()
    })
  }
}
