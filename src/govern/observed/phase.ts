import { fieldReader, type JsonObject } from '../../event/field.ts'

/** How often each part of a service's life was in the window. A service in steady state needs less than one that starts. */
export interface Phases {
  readonly starts: number
  readonly reloads: number
  readonly rotations: number
  /** Whether it writes logs of its own: without them there is nothing to rotate. */
  readonly logs: boolean
}

const action = fieldReader('event.action')
const entity = fieldReader('process.entity_id')
const target = fieldReader('detpack.object.process.entity_id')
const signal = fieldReader('detpack.signal')
const file = fieldReader('file.path')
const flags = fieldReader('detpack.descriptor.flags')

/** Signals by which daemons are told to read their settings anew or to reopen their logs. */
const RELOAD = new Set(['SIGHUP', 'SIGUSR1', 'SIGUSR2'])

/** A path that logs are kept under. */
const LOG = /\/logs?\/|\.log$/

/** Tells starts, reloads and rotations of logs from the uses of one service. */
export class PhaseWatcher {
  readonly #alive = new Set<string>()
  readonly #executed = new Set<string>()
  readonly #logs = new Map<string, number>()
  #starts = 0
  #reloads = 0

  /** A use of the service. */
  use(what: string, fields: JsonObject): void {
    const id = String(entity(fields)[0] ?? '')
    if (what === 'process_exec' && this.#isStart(id)) this.#starts++
    if (what === 'process_exec') this.#executed.add(id)
    if (what === 'process_exit') this.#alive.delete(id)
    else this.#alive.add(id)
    if (what === 'process_fork') this.#alive.add(String(target(fields)[0] ?? ''))
    if (what !== 'file_open' && what !== 'file_create') return
    const path = String(file(fields)[0] ?? '')
    if (LOG.test(path) && flags(fields).some((one) => one === 'O_WRONLY' || one === 'O_RDWR'))
      this.#logs.set(path, (this.#logs.get(path) ?? 0) + 1)
  }

  /**
   * The first program of a process when nothing else of the service is running: later ones are workers, or commands of its
   * unit. The process may have been seen before: the manager's child prepares itself in the unit's cgroup.
   */
  #isStart(id: string): boolean {
    return !this.#executed.has(id) && [...this.#alive].every((other) => other === id)
  }

  /** A signal of anybody. */
  signal(fields: JsonObject): void {
    if (action(fields)[0] !== 'process_signal' || !RELOAD.has(String(signal(fields)[0] ?? ''))) return
    if (this.#alive.has(String(target(fields)[0] ?? ''))) this.#reloads++
  }

  phases(): Phases {
    const opened = [...this.#logs.values()]
    // Each start opens a log once.
    const rotations = Math.max(0, ...opened.map((times) => times - Math.max(1, this.#starts)))
    return { starts: this.#starts, reloads: this.#reloads, rotations, logs: opened.length > 0 }
  }
}
