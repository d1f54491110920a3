import { fieldReader, type JsonObject } from '../../event/field.ts'
import { profileFor } from '../profile/choose.ts'
import type { ServiceProfile } from '../profile/profile.ts'
import { linuxCapability, type LinuxCapability } from '../systemd/linux-capability.ts'

/** A Linux capability that a service used beyond its baseline. */
export interface CapabilityDrift {
  readonly unit: string
  readonly baseline: ServiceProfile
  readonly linuxCapability: LinuxCapability
  /** The event that shows it. */
  readonly event: JsonObject
}

const action = fieldReader('event.action')
const service = fieldReader('service.name')
const capability = fieldReader('detpack.linux_capability')
const granted = fieldReader('detpack.granted')
const executable = fieldReader('process.executable')
const host = fieldReader('host.id')

/** The same again within this time is not told anew, milliseconds. */
const QUIET = 3_600_000

/**
 * Finds uses of Linux capabilities that a unit's baseline does not allow. A refused use is none. The same program of a
 * unit with the same capability is told once an hour, by the time of the events.
 */
export class DriftWatcher {
  readonly #profiles: readonly ServiceProfile[]
  readonly #byUnit = new Map<string, ServiceProfile | null>()
  readonly #told = new Map<string, number>()

  constructor(profiles: readonly ServiceProfile[]) {
    this.#profiles = profiles
  }

  /** @param time of the event, milliseconds */
  take(event: JsonObject, time: number): CapabilityDrift | undefined {
    if (action(event)[0] !== 'privilege_use' || granted(event)[0] !== true) return undefined
    const unit = String(service(event)[0] ?? '')
    const baseline = this.#baselineOf(unit)
    const used = linuxCapability(String(capability(event)[0] ?? ''))
    if (baseline === null || used === undefined || baseline.linuxCapabilities.has(used)) return undefined
    const key = JSON.stringify([host(event)[0], unit, used, executable(event)[0]])
    const before = this.#told.get(key)
    if (before !== undefined && time - before < QUIET) return undefined
    if (this.#told.size >= MOST_TOLD) this.#told.clear()
    this.#told.set(key, time)
    return { unit, baseline, linuxCapability: used, event }
  }

  #baselineOf(unit: string): ServiceProfile | null {
    let baseline = this.#byUnit.get(unit)
    if (baseline === undefined) {
      baseline = (unit === '' ? undefined : profileFor(unit, this.#profiles)) ?? null
      // Names of units come from events: a stranger may make up any number of them.
      if (this.#byUnit.size >= MOST_TOLD) this.#byUnit.clear()
      this.#byUnit.set(unit, baseline)
    }
    return baseline
  }
}

const MOST_TOLD = 10_000
