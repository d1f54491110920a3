import { fieldReader } from '../../event/field.ts'
import { formatTime, type EventRecord, type Time } from '../../event/record.ts'
import { finding, type HostFinding } from './item.ts'

/** The sensor says every minute that it works; three that are missing are silence (contract §7). */
const PATIENCE = 180_000

const read = {
  action: fieldReader('event.action'),
  host: fieldReader('host.id'),
  run: fieldReader('detpack.sensor.run'),
  lost: fieldReader('detpack.health.lost'),
  loss: fieldReader('detpack.loss.count'),
  coverage: fieldReader('detpack.sensor.coverage'),
  provider: fieldReader('event.provider'),
}

/** Takes what the sensor of one host said of itself; its last run counts. */
export class SensorWatcher {
  readonly #host: string
  #run: unknown
  #seen: Time | undefined
  #stopped = false
  #lost = 0
  #unseen: readonly string[] | undefined

  constructor(host: string) {
    this.#host = host
  }

  add({ fields, time }: Pick<EventRecord, 'fields' | 'time'>): void {
    const action = read.action(fields)[0]
    const own = typeof action === 'string' && action.startsWith('sensor_') && read.provider(fields)[0] !== 'shipper'
    if (time === null || !own || read.host(fields)[0] !== this.#host) return
    const run = read.run(fields)[0]
    if (run !== this.#run) [this.#run, this.#lost, this.#unseen, this.#stopped] = [run, 0, undefined, false]
    if (this.#seen === undefined || time > this.#seen) this.#seen = time
    if (action === 'sensor_stop') this.#stopped = true
    if (action === 'sensor_loss') this.#lost += Number(read.loss(fields)[0] ?? 0)
    if (action === 'sensor_health') this.#lost = Math.max(this.#lost, Number(read.lost(fields)[0] ?? 0))
    if (action === 'sensor_coverage') this.#unseen = read.coverage(fields).map(String)
  }

  /** @param wholeHost whether the sensor was told to watch all of it; null: that is not known */
  judge(now: Time, wholeHost: boolean | null): HostFinding {
    if (this.#seen === undefined) return finding('DP-6.1', 'fail', 'no event of a sensor of this host is there')
    const alive = !this.#stopped && now - this.#seen <= PATIENCE
    const since = `it last said that it works at ${formatTime(this.#seen)}`
    const said = [
      this.#stopped ? `it was stopped at ${formatTime(this.#seen)}` : since,
      `it lost ${this.#lost} events in this run`,
      ...(this.#unseen ?? []).map((row) => `not seen: ${row}`),
      ...(this.#unseen === undefined ? ['what it cannot see is not in these events'] : []),
      ...(wholeHost === true ? [] : [`it ${wholeHost === null ? 'may' : 'does'} watch a part of the host only`]),
    ]
    if (!alive || this.#lost > 0 || (this.#unseen?.length ?? 0) > 0 || wholeHost === false)
      return finding('DP-6.1', 'fail', said)
    return finding('DP-6.1', this.#unseen === undefined || wholeHost === null ? 'unknown' : 'pass', said)
  }
}

/** Either of the two will do: what the other one lacks does not concern this host then. */
export function withEither(sensor: HostFinding, audit: readonly HostFinding[]): readonly HostFinding[] {
  const spared = (each: HostFinding, why: string): HostFinding =>
    each.result === 'pass' ? each : { ...each, result: 'not-applicable', evidence: [why, ...each.evidence] }
  if (sensor.result === 'pass') return [sensor, ...audit.map((each) => spared(each, 'the sensor watches this host'))]
  const audited = audit.every(({ result }) => result === 'pass')
  return [audited ? spared(sensor, 'the audit system watches this host') : sensor, ...audit]
}
