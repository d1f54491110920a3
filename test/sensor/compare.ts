import { actionInfo, isAction } from '../../src/event/action.ts'
import type { Json, JsonObject } from '../../src/event/field.ts'
import type { LiveRun } from './live-run.ts'
import type { DoneAct, Expectation, ObjectKey, Statement } from './statement.ts'

/** What the sensor's clock and the actor's may differ by, microseconds: both read the same clock, rounded. */
const CLOCK_SLACK = 20

/** Checks that a kernel makes for reasons of its own: told once per image, whatever the act. */
const BESIDES: ReadonlySet<string> = new Set(['privilege_use'])

/** Names bound while the events of one run are compared. */
export class Binding {
  readonly #entities = new Map<number, string>()
  readonly #named = new Map<string, string>()
  readonly #used = new Map<string, string>()
  /** What the sensor shows of what is changed by its path, as its coverage says. */
  readonly looksUp: boolean

  /** The events of a run tell which entity id each pid has. */
  constructor(events: readonly JsonObject[]) {
    this.looksUp = !coverageOf(events).some((row) => row.startsWith('objects of what is changed by its path'))
    for (const event of events) {
      for (const at of ['process', 'process.parent', 'detpack.object.process']) {
        const pid = valueAt(event, `${at}.pid`)
        const id = valueAt(event, `${at}.entity_id`)
        if (typeof pid === 'number' && typeof id === 'string' && !this.#entities.has(pid)) this.#entities.set(pid, id)
      }
    }
  }

  entity(pid: number): string | undefined {
    return this.#entities.get(pid)
  }

  /** Why the name cannot stand for the value. */
  refuse(act: string, name: string, value: string): string | undefined {
    const bound = this.#named.get(`${act}\0${name}`)
    if (bound !== undefined) return bound === value ? undefined : `${bound} (as before for "${name}")`
    const other = this.#used.get(`${act}\0${value}`)
    return other === undefined ? undefined : `another value than that of "${other}"`
  }

  bind(act: string, name: string, value: string): void {
    this.#named.set(`${act}\0${name}`, value)
    this.#used.set(`${act}\0${value}`, name)
  }
}

/** What the sensor says that it does not see here, a text each. */
export function coverageOf(events: readonly JsonObject[]): readonly string[] {
  const told = events.find((event) => valueAt(event, 'event.action') === 'sensor_coverage')
  return (told === undefined ? [] : valueAt(told, 'detpack.sensor.coverage')) as readonly string[]
}

export function valueAt(event: JsonObject, name: string): Json | undefined {
  let at: Json | undefined = event
  for (const part of name.split('.')) {
    if (at === undefined || at === null || typeof at !== 'object' || Array.isArray(at)) return undefined
    at = Object.hasOwn(at, part) ? (at as JsonObject)[part] : undefined
  }
  return at
}

function textAt(event: JsonObject, name: string): string {
  const value = valueAt(event, name)
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

function textOf(expected: Expectation | undefined): string {
  if (typeof expected === 'object' && expected !== null && 'orAbsent' in expected) return expected.orAbsent
  return typeof expected === 'string' ? expected : ''
}

/**
 * Compares what an act said with the events of its processes, both ways: each statement needs an event that has all its
 * fields, each event a statement. Within a thread the order must be the same. Gives one text for each difference.
 */
export function compareAct(act: DoneAct, events: readonly JsonObject[], binding: Binding, program: string): string[] {
  const actors = new Set(act.actors)
  const own = events.filter((event) => {
    const pid = valueAt(event, 'process.pid')
    return typeof pid === 'number' && actors.has(pid)
  })
  const left = new Set(own.keys())
  const found = new Map<Statement, number>()
  for (const statement of act.statements) {
    for (const at of left) {
      const event = own[at]
      if (event === undefined || differences(statement, event, binding, program).length > 0) continue
      bindNames(statement, event, binding)
      found.set(statement, at)
      left.delete(at)
      break
    }
  }
  const problems: string[] = []
  for (const statement of act.statements) {
    if (found.has(statement)) continue
    const nearest = nearestOf(statement, own, left, binding, program)
    if (nearest === undefined) {
      if (statement.maybe === undefined)
        problems.push(`missing: ${nameOf(statement)} ${JSON.stringify(statement.fields)}`)
      continue
    }
    left.delete(nearest.at)
    found.set(statement, nearest.at)
    problems.push(...nearest.differences.map((one) => `${nameOf(statement)}: ${one}`))
  }
  for (const at of left) {
    const event = own[at]
    if (event === undefined || BESIDES.has(textAt(event, 'event.action'))) continue
    problems.push(`unexpected: ${JSON.stringify(event)}`)
  }
  problems.push(...disorder(act.statements, found))
  return problems
}

function nameOf({ fields, pid }: Statement): string {
  return `${textOf(fields['event.action'])} by ${textOf(fields['detpack.syscall']) || 'the kernel'} of ${pid}`
}

function nearestOf(
  statement: Statement,
  own: readonly JsonObject[],
  left: ReadonlySet<number>,
  binding: Binding,
  program: string,
): { readonly at: number; readonly differences: readonly string[] } | undefined {
  let best: { readonly at: number; readonly differences: readonly string[] } | undefined
  for (const at of left) {
    const event = own[at]
    if (event === undefined || valueAt(event, 'event.action') !== statement.fields['event.action']) continue
    if (valueAt(event, 'process.pid') !== statement.pid) continue
    const found = differences(statement, event, binding, program)
    if (best === undefined || found.length < best.differences.length) best = { at, differences: found }
  }
  return best
}

function disorder(statements: readonly Statement[], found: ReadonlyMap<Statement, number>): string[] {
  const problems: string[] = []
  const reached = new Map<number, number>()
  for (const statement of statements) {
    const at = found.get(statement)
    if (at === undefined || statement.anyThread === true) continue
    const before = reached.get(statement.thread) ?? -1
    if (at < before) problems.push(`order: ${nameOf(statement)} came before what preceded it`)
    reached.set(statement.thread, Math.max(at, before))
  }
  return problems
}

/** An event was found for a statement: from now on its names stand for these values. */
function bindNames(statement: Statement, event: JsonObject, binding: Binding): void {
  for (const [field, expected] of Object.entries(statement.fields)) {
    const value = valueAt(event, field)
    if (expected === null || typeof expected !== 'object' || !('same' in expected) || typeof value !== 'string')
      continue
    binding.bind(statement.act, expected.same, value)
  }
}

/** What of the statement is not so of the event. */
function differences(statement: Statement, event: JsonObject, binding: Binding, program: string): string[] {
  const problems: string[] = []
  const expect = (field: string, expected: Expectation): void => {
    const problem = unlike(statement.act, expected, valueAt(event, field), event, binding)
    if (problem !== undefined) problems.push(`${field} is ${JSON.stringify(valueAt(event, field))}, not ${problem}`)
  }
  const expected = { ...baseOf(statement, program), ...statement.fields }
  for (const [field, value] of Object.entries(expected)) expect(field, value)
  const time = valueAt(event, 'detpack.time.boot')
  if (typeof time !== 'number') problems.push('detpack.time.boot is missing')
  else if (time < statement.after - CLOCK_SLACK || (!statement.later && time > statement.before + CLOCK_SLACK))
    problems.push(`detpack.time.boot is ${time}, not within ${statement.after} and ${statement.before}`)
  return problems
}

/** What is so on every event of the actor, unless the statement says another thing. */
function baseOf(statement: Statement, program: string): Record<string, Expectation> {
  const action = textOf(statement.fields['event.action'])
  const info = isAction(action) ? actionInfo(action) : undefined
  const base: Record<string, Expectation> = {
    'event.kind': 'event',
    'event.dataset': 'detpack.use',
    'event.provider': 'sensor',
    'event.outcome': 'success',
    'process.pid': statement.pid,
    'process.entity_id': { entity: statement.pid },
    'process.executable': program,
    'process.user.id': String(statement.user),
    'process.group.id': String(statement.group),
    ...(info && { 'event.category': [info.category], 'event.type': [info.type] }),
    // A process ends with its last thread, whichever that is.
    ...(statement.anyThread !== true && action !== 'process_exit' && { 'process.thread.id': statement.thread }),
  }
  // After an exec the program is another; the act says which.
  if (statement.fields['detpack.process.image'] !== undefined) delete base['process.executable']
  return base
}

function unlike(
  act: string,
  expected: Expectation,
  value: Json | undefined,
  event: JsonObject,
  binding: Binding,
): string | undefined {
  if (expected === null) return value === undefined ? undefined : 'absent'
  if (typeof expected !== 'object') return value === expected ? undefined : JSON.stringify(expected)
  if (isList(expected)) return unlikeList(expected, value)
  if ('entity' in expected) {
    const id = binding.entity(expected.entity)
    return id !== undefined && value === id ? undefined : `${id ?? 'the entity id'} of ${expected.entity}`
  }
  if ('lookedUp' in expected)
    return unlike(act, binding.looksUp ? expected.lookedUp : expected.otherwise, value, event, binding)
  if ('orAbsent' in expected)
    return value === undefined || value === expected.orAbsent ? undefined : `${expected.orAbsent} or absent`
  if ('same' in expected) {
    if (typeof value !== 'string') return `the id of "${expected.same}"`
    return binding.refuse(act, expected.same, value)
  }
  if ('after' in expected) {
    const time = bootTimeOf(value, event)
    const within = time !== undefined && time >= expected.after - CLOCK_SLACK && time <= expected.before + CLOCK_SLACK
    return within ? undefined : `within ${expected.after} and ${expected.before} (it is ${String(time)})`
  }
  if ('least' in expected)
    return typeof value === 'number' && value >= expected.least && value <= expected.most
      ? undefined
      : `within ${expected.least} and ${expected.most}`
  return isObjectId(expected, value) ? undefined : objectText(expected)
}

function isList(expected: Expectation): expected is readonly (string | ObjectKey)[] {
  return Array.isArray(expected)
}

function objectText({ device, inode }: ObjectKey): string {
  return `HOST-${device.toString(16)}-${inode}-GENERATION`
}

function isObjectId({ device, inode }: ObjectKey, value: Json | undefined): boolean {
  const match = typeof value === 'string' ? /^[0-9a-f]{16}-([0-9a-f]+)-(\d+)-[0-9a-f]+$/.exec(value) : null
  return match !== null && match[1] === device.toString(16) && match[2] === String(inode)
}

function unlikeList(expected: readonly (string | ObjectKey)[], value: Json | undefined): string | undefined {
  const text = expected.map((one) => (typeof one === 'string' ? one : objectText(one))).join(' ')
  if (!Array.isArray(value)) return text
  // The kernel sets O_LARGEFILE on every open of a 64-bit process: it says nothing.
  const values = (value as readonly Json[]).filter((one) => one !== 'O_LARGEFILE')
  if (values.length !== expected.length) return text
  const every = expected.every((one) =>
    values.some((other) => (typeof one === 'string' ? one === other : isObjectId(one, other))),
  )
  return every ? undefined : text
}

/** Boot time in microseconds of a time in an event, by the offset that the event itself has. */
function bootTimeOf(value: Json | undefined, event: JsonObject): number | undefined {
  const boot = valueAt(event, 'detpack.time.boot')
  const time = microsOf(value)
  const own = microsOf(event['@timestamp'])
  return typeof boot !== 'number' || time === undefined || own === undefined ? undefined : boot - (own - time)
}

function microsOf(value: Json | undefined): number | undefined {
  const match = typeof value === 'string' ? /^(.{19})\.(\d{6})Z$/.exec(value) : null
  return match?.[1] === undefined ? undefined : Date.parse(`${match[1]}Z`) * 1000 + Number(match[2])
}

/** What must hold of a whole run, whoever's the events are. */
export function compareRun(events: readonly JsonObject[], root: number): string[] {
  const problems: string[] = []
  const tree = new Set([root])
  let sequence = 0
  let time = 0
  for (const event of events) {
    const action = textAt(event, 'event.action')
    const number = valueAt(event, 'event.sequence')
    if (number !== sequence + 1) problems.push(`event.sequence ${textAt(event, 'event.sequence')} follows ${sequence}`)
    sequence = typeof number === 'number' ? number : sequence + 1
    const id = `${textAt(event, 'detpack.sensor.run')}-${sequence}`
    if (valueAt(event, 'event.id') !== id) problems.push(`event.id is not ${id}`)
    const boot = valueAt(event, 'detpack.time.boot')
    const late = valueAt(event, 'detpack.late') === true
    if (typeof boot === 'number' && !late) {
      if (boot < time) problems.push(`${id} is of ${boot}, after one of ${time}`)
      time = boot
    }
    if (action === 'sensor_loss') problems.push(`events were lost: ${JSON.stringify(event)}`)
    if (action.startsWith('sensor_')) continue
    const pid = valueAt(event, 'process.pid')
    const parent = valueAt(event, 'process.parent.pid')
    if (typeof pid !== 'number' || tree.has(pid)) continue
    if (typeof parent === 'number' && tree.has(parent)) tree.add(pid)
    else problems.push(`an event of process ${pid}, which the act program did not start: ${JSON.stringify(event)}`)
  }
  return problems
}

/** Events of a time before a watermark that stands before them, which do not say that they are late; and watermarks that go back. */
export function earlierThanMarked({ events, watermarks }: Pick<LiveRun, 'events' | 'watermarks'>): string[] {
  const early: string[] = []
  let mark = ''
  let next = 0
  for (const { time, events: before } of watermarks) {
    for (; next < before; next++) {
      const event = events[next] ?? {}
      if (textAt(event, '@timestamp') < mark && valueAt(event, 'detpack.late') !== true)
        early.push(JSON.stringify(event))
    }
    if (time < mark) early.push(`watermark ${time} after ${mark}`)
    mark = time
  }
  return early
}
