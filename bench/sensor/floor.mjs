// The least that standing at the end of each system call costs (sensor/test/bench/floor.c), and what else this kernel would
// let a sensor stand at (sensor/test/bench/reach.c).
import { spawn, spawnSync } from 'node:child_process'
import path from 'node:path'
import { median, spread } from '../measure.mjs'
import { Loop } from './loop.mjs'
import { row, section } from './row.mjs'

const root = path.resolve(import.meta.dirname, '../..')
const ROUNDS = 9
const CALLS = 500_000

function build(folder, name) {
  const program = path.join(folder, name)
  const source = path.join(root, `sensor/test/bench/${name}.c`)
  const built = spawnSync('gcc', ['-O2', '-o', program, source, '-lbpf'], { encoding: 'utf8' })
  if (built.status !== 0) throw new Error(built.stderr)
  return program
}

export function buildFloor(folder) {
  return build(folder, 'floor')
}

/** An empty program at the end of every system call, or at both ends. */
export class Floor {
  #child

  constructor(child) {
    this.#child = child
  }

  /** Resolves once it stands there. */
  static async start(program, ends) {
    const child = spawn(program, [ends], { stdio: ['pipe', 'pipe', 'inherit'] })
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve)
      child.once('close', () => reject(new Error('the empty program could not be attached')))
    })
    return new Floor(child)
  }

  async stop() {
    const ended = new Promise((resolve) => this.#child.once('close', resolve))
    this.#child.stdin.end()
    await ended
  }
}

/** What one call costs more for an empty program, and by which kinds of programs else it could be seen. */
export async function measureFloor(work, loop) {
  const program = buildFloor(work)
  const figures = { alone: [], exit: [], both: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const ends of Object.keys(figures)) {
      const floor = ends === 'alone' ? undefined : await Floor.start(program, ends)
      const one = new Loop(loop)
      figures[ends].push(await one.run(`call ${CALLS}`))
      await one.end()
      await floor?.stop()
    }
  }
  section('the least that a program at system calls costs: a call, ns')
  row('no program', spread(figures.alone, 1))
  row('an empty one at the end of each call, where the sensor stands', spread(figures.exit, 1))
  row('empty ones at the beginning and the end', spread(figures.both, 1))
  row('more for the first', (median(figures.exit) - median(figures.alone)).toFixed(1))
  section('what this kernel lets a program stand at')
  process.stdout.write(spawnSync(build(work, 'reach'), { encoding: 'utf8' }).stdout.replaceAll(/^/gm, '  ').trimEnd())
  process.stdout.write('\n')
}
