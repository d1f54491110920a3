import { createHash, randomBytes } from 'node:crypto'
import { actionInfo } from '../../event/action.ts'
import { ECS_VERSION } from '../../event/ecs-field.ts'
import type { JsonObject } from '../../event/field.ts'
import type { UseEvent, UsePart } from '../../event/use-event.ts'
import type { CapabilityDrift } from './drift.ts'
import type { UnitDrift } from './unit-drift.ts'

/** Which host this is, for what is seen of its files. */
export type Host = UsePart<'host'>

/** Makes events of drift; one life of it is a run of its own, as the sensor's are. */
export class DriftEvents {
  readonly #run = randomBytes(16).toString('hex')
  readonly #started: Date
  readonly #host: Host
  #sequence = 0

  constructor(host: Host, now: Date) {
    this.#host = host
    this.#started = now
  }

  /** With the process that used it, when it did. */
  ofCapability({ unit, baseline, linuxCapability, event }: CapabilityDrift): JsonObject {
    const detpack = event['detpack'] as UsePart<'detpack'> | undefined
    const time = event['@timestamp']
    const made: UseEvent = {
      ...this.#envelope(typeof time === 'string' ? time : ''),
      host: event['host'] as unknown as Host,
      process: event['process'] as unknown as UsePart<'process'>,
      service: { name: unit },
      detpack: {
        sensor: { run: this.#run },
        linux_capability: linuxCapability,
        ...(detpack?.syscall !== undefined && { syscall: detpack.syscall }),
        drift: { kind: 'linux_capability', baseline: baseline.id },
      },
    }
    return made
  }

  ofUnit({ unit, baseline, files, findings }: UnitDrift, now: Date): JsonObject {
    const started = this.#started
    const made: UseEvent = {
      ...this.#envelope(now.toISOString()),
      host: this.#host,
      process: {
        entity_id: digest(`${this.#host.id}\n${this.#host.boot.id}\n${process.pid}\n${started.getTime()}`),
        pid: process.pid,
        name: 'detpack',
        executable: process.execPath,
        start: started.toISOString(),
      },
      service: { name: unit },
      ...(files.length > 0 && { file: { path: files.at(-1) ?? '' } }),
      detpack: {
        sensor: { run: this.#run },
        drift: { kind: 'unit', baseline: baseline.id, ...(findings.length > 0 && { finding: findings }) },
      },
    }
    return made
  }

  #envelope(time: string): Pick<UseEvent, '@timestamp' | 'ecs' | 'event'> {
    const { category, type } = actionInfo('service_drift')
    const sequence = ++this.#sequence
    return {
      '@timestamp': time,
      ecs: { version: ECS_VERSION },
      event: {
        id: `${this.#run}-${sequence}`,
        sequence,
        kind: 'event',
        dataset: 'detpack.use',
        provider: 'baseline',
        action: 'service_drift',
        category: [category],
        type: [type],
        outcome: 'success',
      },
    }
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
