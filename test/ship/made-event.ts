import type { JsonObject } from '../../src/event/field.ts'

export interface Making {
  readonly run?: string
  readonly action?: string
  readonly class?: string
  readonly time?: number
  /** Put into the event, to make it longer or to be looked for. */
  readonly more?: string
}

/** An event as the sensor writes it, as far as shipping looks at it. */
export function madeEvent(
  sequence: number,
  { run = 'run', action = 'file_read', time, more, ...rest }: Making = {},
): JsonObject {
  return {
    '@timestamp': new Date(time ?? Date.now()).toISOString(),
    ecs: { version: '9.5.0' },
    event: {
      ...{ id: `${run}-${sequence}`, sequence, kind: 'event', dataset: 'detpack.use', provider: 'sensor' },
      ...{ action, category: ['file'], type: ['access'], outcome: 'success' },
    },
    host: { id: 'h', name: 'web-1', boot: { id: 'b' } },
    process: { entity_id: `p${sequence % 7}`, pid: 100 + (sequence % 7), name: 'python3' },
    detpack: {
      sensor: { run },
      object: { id: `o${sequence % 50}`, kind: 'file', ...(rest.class !== undefined && { class: rest.class }) },
    },
    ...(more !== undefined && { file: { path: more } }),
  }
}

export function madeLines(count: number, making: Making = {}, first = 1): string {
  return Array.from({ length: count }, (_, at) => `${JSON.stringify(madeEvent(first + at, making))}\n`).join('')
}
