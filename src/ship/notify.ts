import { spawn } from 'node:child_process'

/**
 * Tells systemd how the service is (sd_notify). Node cannot open the datagram socket that systemd listens on, so its own
 * `systemd-notify` does it: it is there wherever somebody listens. The unit needs `NotifyAccess=all`, since the words
 * come from a child.
 */
export class ServiceManager {
  readonly #socket: string | undefined
  readonly #watchdog: NodeJS.Timeout | undefined

  /** @param alive asked before each ping of the watchdog */
  constructor(environment: NodeJS.ProcessEnv, alive: () => boolean) {
    this.#socket = environment['NOTIFY_SOCKET']
    const interval = watchdogInterval(environment)
    if (this.#socket === undefined || interval === undefined) return
    this.#watchdog = setInterval(() => {
      if (alive()) this.#tell('WATCHDOG=1')
    }, interval)
    this.#watchdog.unref()
  }

  ready(status: string): void {
    this.#tell('READY=1', statusText(status))
  }

  status(status: string): void {
    this.#tell(statusText(status))
  }

  reloading(): void {
    // systemd wants to know when, to tell this reload from an earlier one.
    const [seconds, nanoseconds] = process.hrtime()
    this.#tell('RELOADING=1', `MONOTONIC_USEC=${seconds * 1_000_000 + Math.floor(nanoseconds / 1000)}`)
  }

  stopping(): void {
    clearInterval(this.#watchdog)
    this.#tell('STOPPING=1')
  }

  #tell(...words: readonly string[]): void {
    if (this.#socket === undefined) return
    const child = spawn('systemd-notify', words, { stdio: 'ignore' })
    // Without it the service works as well; systemd will say what it misses.
    child.on('error', () => undefined)
    child.unref()
  }
}

/** Half of what systemd waits for; undefined when it does not wait for this process. */
function watchdogInterval(environment: NodeJS.ProcessEnv): number | undefined {
  const { WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid } = environment
  if (microseconds === undefined || (pid !== undefined && Number(pid) !== process.pid)) return undefined
  const interval = Number(microseconds) / 2000
  return Number.isFinite(interval) && interval >= 1 ? interval : undefined
}

function statusText(status: string): string {
  return `STATUS=${status.replace(/\s+/g, ' ')}`
}
