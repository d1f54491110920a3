import { fieldReader, type JsonObject, type Scalar } from '../event/field.ts'
import { parseTime } from '../event/record.ts'
import { parseMicros } from '../event/recording/told-time.ts'
import type { EventHead } from './spool/chunk.ts'

/** What a head is made of. */
export const HEAD_FIELDS: readonly string[] = [
  'event.id',
  'event.action',
  'detpack.object.class',
  '@timestamp',
  'host.name',
]
const readers = HEAD_FIELDS.map(fieldReader)

/** Longest `_id` that Elasticsearch takes, in bytes; with a longer one it refuses the whole batch. */
const LONGEST_ID = 512
const LONGEST_HOST = 1024

/** What the spool needs to know of an event; a text says why it can never be delivered under its own identity. */
export function headOf(event: JsonObject): EventHead | string {
  return headFrom(readers.map((read) => read(event)[0]))
}

/** The same by the first values of `HEAD_FIELDS`, in their order. */
export function headFrom([id, action, objectClass, time, host]: readonly (Scalar | undefined)[]): EventHead | string {
  if (typeof id !== 'string' || id === '') return 'it has no event.id, by which it would be kept apart from others'
  if (3 * id.length > LONGEST_ID && Buffer.byteLength(id) > LONGEST_ID)
    return `its event.id is longer than ${LONGEST_ID} bytes`
  return {
    id,
    action: textOf(action),
    class: textOf(objectClass),
    time: exactTime(time),
    host: textOf(host).slice(0, LONGEST_HOST),
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
