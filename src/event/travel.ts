import type { Action } from './action.ts'
import type { Alert } from './alert.ts'
import { exactText, fieldReader, type JsonObject } from './field.ts'
import type { EventRecord, Time } from './record.ts'

/** How far before an alert's first event the opening of its object may lie, milliseconds. */
const BEFORE = 60_000
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

const actionOf = fieldReader('event.action')
const objectOf = fieldReader('detpack.object.id')
const kindOf = fieldReader('detpack.object.kind')
const classOf = fieldReader('detpack.object.class')
const sourceOf = fieldReader('detpack.source.object.id')
const flowOf = fieldReader('detpack.flow.object.id')

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
    const action = text(actionOf, record.fields)
    if (action === undefined || !(OF_OBJECT.has(action) || CARRYING.has(action))) return
    for (const alert of this.#alerts) {
      if (record.time < alert.from || record.time > alert.until || alert.steps.has(record.line)) continue
      if (tells(action, record.fields, alert.objects)) alert.hops.push(record)
    }
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
  const ids = [...flowOf(event), ...sourceOf(event), ...(classOf(event).length > 0 ? objectOf(event) : [])]
  return new Set(ids.map(exactText))
}

function tells(action: string, event: JsonObject, objects: ReadonlySet<string>): boolean {
  const object = text(objectOf, event)
  if (OF_OBJECT.has(action)) return object !== undefined && objects.has(object)
  const kind = text(kindOf, event)
  if (kind === undefined || !CARRIERS.has(kind)) return false
  return (object !== undefined && objects.has(object)) || flowOf(event).some((id) => objects.has(exactText(id)))
}

function text(read: ReturnType<typeof fieldReader>, event: JsonObject): string | undefined {
  const [value] = read(event)
  return value === undefined ? undefined : exactText(value)
}
