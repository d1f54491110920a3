import { fieldReader, type JsonObject } from '../event/field.ts'
import { parseTime } from '../event/record.ts'
import { parseMicros } from '../event/recording/told-time.ts'
import type { EventHead } from './spool/chunk.ts'

const ids = fieldReader('event.id')
const actions = fieldReader('event.action')
const classes = fieldReader('detpack.object.class')
const times = fieldReader('@timestamp')
const hosts = fieldReader('host.name')

/** Longest `_id` that Elasticsearch takes, in bytes; with a longer one it refuses the whole batch. */
const LONGEST_ID = 512
const LONGEST_HOST = 1024

/** What the spool needs to know of an event; a text says why it can never be delivered under its own identity. */
export function headOf(event: JsonObject): EventHead | string {
  const id = ids(event)[0]
  if (typeof id !== 'string' || id === '') return 'it has no event.id, by which it would be kept apart from others'
  if (Buffer.byteLength(id) > LONGEST_ID) return `its event.id is longer than ${LONGEST_ID} bytes`
  return {
    id,
    action: textOf(actions(event)[0]),
    class: textOf(classes(event)[0]),
    time: exactTime(times(event)[0]),
    host: textOf(hosts(event)[0]).slice(0, LONGEST_HOST),
  }
}

/** Milliseconds, with the microseconds that rules do not look at. */
function exactTime(value: unknown): number {
  const micros = typeof value === 'string' ? parseMicros(value) : undefined
  return micros === undefined ? (parseTime(value) ?? Number.NaN) : micros / 1000
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
