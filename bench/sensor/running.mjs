// A sensor that runs, and what the kernel says of it.
import { spawn } from 'node:child_process'
import { createReadStream, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createInterface } from 'node:readline'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
export const SENSOR = path.join(root, 'sensor/detpack-sensor')

export class RunningSensor {
  #child
  #ended

  constructor(child, out) {
    this.#child = child
    this.out = out
    this.#ended = new Promise((resolve) => child.on('close', resolve))
  }

  /** Resolves once it watches. */
  static async start(pid, out, options = []) {
    rmSync(out, { force: true })
    const given = ['run', '--tree', String(pid), '--output', `file:${out}`, ...options]
    const child = spawn(SENSOR, given, { stdio: ['ignore', 'ignore', 'inherit'] })
    const sensor = new RunningSensor(child, out)
    for (let i = 0; i < 600; i++) {
      await rest(100)
      if (sizeOf(out) > 0) return sensor
      if (child.exitCode !== null) break
    }
    child.kill('SIGKILL')
    throw new Error('the sensor did not start')
  }

  get pid() {
    return this.#child.pid
  }

  async stop() {
    this.#child.kill('SIGTERM')
    await this.#ended
  }

  residentMiB() {
    const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${this.pid}/status`, 'utf8')) ?? []
    return Number(kib ?? 0) / 1024
  }

  /** What the kernel keeps for its maps. */
  mapsMiB() {
    return lockedOfMaps(this.pid) / 2 ** 20
  }

  /** Time on a processor so far, seconds. */
  cpu() {
    return Number(readFileSync(`/proc/${this.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e9
  }
}

/** Bytes: the sum over all maps that a process holds. */
function lockedOfMaps(pid) {
  const folder = `/proc/${pid}/fdinfo`
  const maps = new Map()
  for (const name of readdirSync(folder)) {
    const text = readFileSync(path.join(folder, name), 'utf8')
    const [, id] = /^map_id:\s+(\d+)/m.exec(text) ?? []
    const [, bytes] = /^memlock:\s+(\d+)/m.exec(text) ?? []
    if (id !== undefined) maps.set(id, Number(bytes))
  }
  return [...maps.values()].reduce((sum, one) => sum + one, 0)
}

/** Bytes and lines of events in a file, and the uses that the sensor says it lost. */
export async function eventsIn(file) {
  let lines = 0
  let lost = 0
  for await (const line of createInterface({ input: createReadStream(file) })) {
    lines++
    if (line.includes('"action":"sensor_loss"')) lost += Number(/"loss":\{.*"count":(\d+)/.exec(line)?.[1] ?? 0)
  }
  return { lines, lost, bytes: sizeOf(file) }
}

export function sizeOf(file) {
  try {
    return statSync(file).size
  } catch {
    return 0
  }
}

export function rest(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
