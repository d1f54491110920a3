import type { Action } from './action.ts'
import type { Alert } from './alert.ts'
import { exactText, fieldReader, type JsonObject } from './field.ts'
import type { EventRecord, Time } from './record.ts'

/** How far before an alert's first event the opening of its object may lie, milliseconds. */
const BEFORE = 60_000
/** So many alerts at once are a flood, and nobody reads each one's story. */
export const MOST_TRAVELS = 200
/** More hops than this do not explain anything to a person. */
const MOST = 16

/** Uses that move an object or a descriptor of it: told when they are of an object of the alert. */
const OF_OBJECT: ReadonlySet<string> = new Set<Action>([
  'file_open',
  'file_map',
  'file_rename',
  'descriptor_send',
  'descriptor_receive',
  'descriptor_take',
])

/** Uses that may carry data on: told when the process holds an object of the alert and the use is of such a kind. */
const CARRYING: ReadonlySet<string> = new Set<Action>(['file_write', 'file_read', 'network_send', 'network_receive'])
const CARRIERS: ReadonlySet<string> = new Set(['pipe', 'file', 'memfd'])

/** The fields that tell whether an event is a hop. */
export const HOP_FIELDS = {
  action: 'event.action',
  object: 'detpack.object.id',
  kind: 'detpack.object.kind',
  class: 'detpack.object.class',
  flow: 'detpack.flow.object.id',
} as const
export type HopField = keyof typeof HOP_FIELDS

const readers: Readonly<Record<HopField, ReturnType<typeof fieldReader>>> = {
  action: fieldReader(HOP_FIELDS.action),
  object: fieldReader(HOP_FIELDS.object),
  kind: fieldReader(HOP_FIELDS.kind),
  class: fieldReader(HOP_FIELDS.class),
  flow: fieldReader(HOP_FIELDS.flow),
}
const sourceOf = fieldReader('detpack.source.object.id')

/** The ids of the objects that an event is a hop of; none: it is no hop. @param read gives the texts of one field */
export function movedBy(read: (field: HopField) => readonly string[]): readonly string[] {
  const [action = ''] = read('action')
  if (OF_OBJECT.has(action)) return read('object').slice(0, 1)
  if (!CARRYING.has(action) || !CARRIERS.has(read('kind')[0] ?? '')) return []
  return [...read('object').slice(0, 1), ...read('flow')]
}

/** The texts of one field of an event. */
export function hopReader(event: JsonObject): (field: HopField) => readonly string[] {
  return (field) => readers[field](event).map(exactText)
}

/**
 * Finds, for the display of alerts, how their objects travelled: opened, passed, received, written to a pipe or a copy,
 * between a minute before the first event and the last one. Not part of what an alert is. Shown events one after the
 * other; what an alert's steps say already is left out. Events without the fields of capability use tell nothing.
 */
export class Travel {
  readonly #alerts: readonly Watched[]

  constructor(alerts: readonly Alert[]) {
    this.#alerts = alerts.flatMap(watched)
  }

  /** Takes an event of the stream that the alerts are from, in whatever order. */
  see(record: EventRecord): void {
    if (record.time === null || this.#alerts.length === 0) return
    const moved = movedBy(hopReader(record.fields))
    if (moved.length === 0) return
    for (const alert of this.#alerts) {
      if (record.time < alert.from || record.time > alert.until || alert.steps.has(record.line)) continue
      if (moved.some((id) => alert.objects.has(id))) alert.hops.push(record)
    }
  }

  /** Whether one of these objects is of an alert. */
  isAbout(objects: readonly string[]): boolean {
    return this.#alerts.some((alert) => objects.some((id) => alert.objects.has(id)))
  }

  /** The hops of one alert, in order of time, at most 16. */
  of(alert: Alert): readonly EventRecord[] {
    const hops = this.#alerts.find((one) => one.alert === alert)?.hops ?? []
    const sorted = [...hops].sort(
      (a, b) => (a.time ?? 0) - (b.time ?? 0) || (a.sequence ?? a.line) - (b.sequence ?? b.line),
    )
    return sorted.length <= MOST ? sorted : [...sorted.slice(0, MOST / 2), ...sorted.slice(-MOST / 2)]
  }
}

interface Watched {
  readonly alert: Alert
  readonly from: number
  readonly until: Time
  readonly objects: ReadonlySet<string>
  readonly steps: ReadonlySet<number>
  readonly hops: EventRecord[]
}

function watched(alert: Alert): Watched[] {
  if (alert.first === null || alert.last === null) return []
  const objects = objectsOf(alert)
  const steps = new Set(alert.steps.flatMap((step) => step.event?.line ?? []))
  return objects.size === 0 ? [] : [{ alert, from: alert.first - BEFORE, until: alert.last, objects, steps, hops: [] }]
}

/** The classed objects that the steps use; where all steps hold some in common, only those. */
function objectsOf(alert: Alert): ReadonlySet<string> {
  const perStep = alert.steps.flatMap((step) => (step.event === null ? [] : [classedIn(step.event.fields)]))
  const common = [...(perStep[0] ?? [])].filter((id) => perStep.every((ids) => ids.has(id)))
  return new Set(common.length > 0 ? common : perStep.flatMap((ids) => [...ids]))
}

function classedIn(event: JsonObject): ReadonlySet<string> {
  const read = hopReader(event)
  const sources = sourceOf(event).map(exactText)
  return new Set([...read('flow'), ...sources, ...(read('class').length > 0 ? read('object') : [])])
}
