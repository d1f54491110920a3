import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { actionInfo, type Action } from '../event/action.ts'
import { ECS_VERSION } from '../event/ecs-field.ts'
import type { JsonObject } from '../event/field.ts'
import { renderNdjson } from '../event/ndjson.ts'
import type { UseEvent, UsePart } from '../event/use-event.ts'
import { headOf } from './event-head.ts'
import { ChunkBuilder, laneOf, type Chunk } from './spool/chunk.ts'

/** What an event of the shipper adds to what every event has. */
export interface OwnFields {
  readonly action: Action
  readonly detpack: Omit<UsePart<'detpack'>, 'sensor'>
}

/** The events that the shipper itself writes: losses, and its health. One life of it is a run of its own. */
export class OwnEvents {
  readonly run = randomBytes(16).toString('hex')
  #sequence = 0
  readonly #started = new Date()

  /** @param seen an event of the stream: it says which host this is, in the words of the sensor */
  make(all: readonly OwnFields[], seen: JsonObject | undefined): Chunk | undefined {
    const builder = new ChunkBuilder('rare')
    for (const fields of all) {
      const event = this.event(fields, seen)
      const head = headOf(event)
      if (typeof head === 'string' || laneOf(fields.action) !== 'rare')
        throw new Error(`not an event to ship: ${fields.action}`)
      builder.add(head, Buffer.from(renderNdjson(event).trimEnd()))
    }
    return builder.take()
  }

  /** One event of its own, now. */
  event({ action, detpack }: OwnFields, seen: JsonObject | undefined): UseEvent {
    const { category, type } = actionInfo(action)
    const sequence = ++this.#sequence
    const host = hostOf(seen)
    return {
      '@timestamp': new Date().toISOString(),
      ecs: { version: ECS_VERSION },
      event: {
        id: `${this.run}-${sequence}`,
        sequence,
        kind: 'event',
        dataset: 'detpack.use',
        provider: 'shipper',
        action,
        category: [category],
        type: [type],
        outcome: 'success',
      },
      host,
      process: {
        entity_id: digest(`${host.id}\n${host.boot.id}\n${process.pid}\n${this.#started.getTime()}`),
        pid: process.pid,
        name: 'detpack',
        executable: process.execPath,
        start: this.#started.toISOString(),
      },
      detpack: { ...detpack, sensor: { run: this.run } },
    }
  }
}

/** The host of an event, or else this one. */
export function hostOf(seen: JsonObject | undefined): UsePart<'host'> {
  const host = seen?.['host'] as Partial<UsePart<'host'>> | undefined
  const { id, name, boot } = host ?? {}
  return {
    id: typeof id === 'string' ? id : firstLine('/etc/machine-id'),
    name: typeof name === 'string' ? name : hostname(),
    boot: { id: typeof boot?.id === 'string' ? boot.id : firstLine('/proc/sys/kernel/random/boot_id') },
  }
}

function firstLine(file: string): string {
  try {
    return (readFileSync(file, 'utf8').split('\n')[0] ?? '').replaceAll('-', '')
  } catch {
    return 'unknown'
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
