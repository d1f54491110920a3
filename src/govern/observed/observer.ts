import { fieldReader, type JsonObject } from '../../event/field.ts'
import { parseTime, type EventRecord, type Time } from '../../event/record.ts'
import { linuxCapability, LINUX_CAPABILITIES, type LinuxCapability } from '../systemd/linux-capability.ts'
import { EvidenceTable, type Evidence } from './evidence.ts'
import { MadeCalls, type MadeCall } from './made-calls.ts'
import { PhaseWatcher, type Phases } from './phase.ts'

/** What a service was seen to do in a window, on one host or many. */
export interface Observation {
  readonly unit: string
  readonly hosts: readonly string[]
  /** Of the unit's own uses; null: there are none. */
  readonly window: { readonly from: Time; readonly to: Time } | null
  readonly phases: Phases
  /** Linux capabilities that were asked for and granted. */
  readonly granted: ReadonlyMap<LinuxCapability, Evidence>
  /** Those asked for and refused, by what became of the call: it may do without. */
  readonly refused: Readonly<Record<Refusal, ReadonlyMap<LinuxCapability, Evidence>>>
  /** Those that the service chose to keep (capset) and that nothing was seen to ask for. */
  readonly kept: ReadonlySet<LinuxCapability>
  readonly addressFamilies: ReadonlyMap<string, Evidence>
  /** Files that were changed, made, renamed or removed. */
  readonly written: ReadonlyMap<string, Evidence>
  readonly opened: ReadonlySet<string>
  /** Actions of each kind, for what a service never did. */
  readonly actions: ReadonlySet<string>
  readonly compat: boolean
  /** Names of the system calls of its events, which are not all that it made. */
  readonly calls: ReadonlySet<string>
  /** All that it made; null: the sensor did not note them, or not for all of the window: see `madeInPart`. */
  readonly made: ReadonlyMap<string, MadeCall> | null
  readonly madeInPart: boolean
  /** Whether a program that it started gained rights by that. */
  readonly gained: boolean
  /** Whether it made a file set-user-ID or set-group-ID. */
  readonly setId: boolean
  /** What the sensor lost or could not see. */
  readonly gaps: readonly string[]
}

/** `succeeded`: the call did without it. `denied`: it failed for that. `unseen`: the end of the call is no event. */
export type Refusal = 'succeeded' | 'denied' | 'unseen'

const FAMILIES: Readonly<Record<string, string>> = {
  unix: 'AF_UNIX',
  inet: 'AF_INET',
  inet6: 'AF_INET6',
  netlink: 'AF_NETLINK',
  packet: 'AF_PACKET',
  vsock: 'AF_VSOCK',
}

const WRITES = new Set(['file_write', 'file_create', 'file_delete', 'file_rename', 'file_attribute'])

/**
 * Gathers what one service did from the sensor's events. Events of several hosts may be given one after the other: what
 * any of them needs, the service needs.
 */
export class Observer {
  readonly #unit: string
  readonly #everything: boolean
  readonly #granted = new EvidenceTable<LinuxCapability>()
  readonly #refused: Readonly<Record<Refusal, EvidenceTable<LinuxCapability>>> = {
    succeeded: new EvidenceTable(),
    denied: new EvidenceTable(),
    unseen: new EvidenceTable(),
  }
  /** Refusals whose call has not ended yet, by process and thread. */
  readonly #pending = new Map<
    string,
    { readonly capability: LinuxCapability; readonly call: string; readonly use: Use }
  >()
  readonly #kept = new Set<LinuxCapability>()
  readonly #families = new EvidenceTable()
  readonly #written = new EvidenceTable()
  readonly #opened = new Set<string>()
  readonly #actions = new Set<string>()
  readonly #hosts = new Set<string>()
  readonly #gaps = new Set<string>()
  readonly #phases = new PhaseWatcher()
  readonly #calls = new Set<string>()
  readonly #made = new MadeCalls()
  #compat = false
  #gained = false
  #setId = false
  #from: Time | null = null
  #to: Time | null = null

  /** @param everything take every use as the unit's: a recording of it alone, which knows no units */
  constructor(unit: string, everything = false) {
    this.#unit = unit
    this.#everything = everything
  }

  add({ time, fields }: EventRecord): void {
    if (time === null) return
    const action = text(fields, 'event.action')
    const own = this.#everything || text(fields, 'service.name') === this.#unit
    if (action === 'sensor_syscalls' && own) this.#syscalls(time, fields)
    if (action.startsWith('sensor_')) return this.#sensor(action, fields)
    if (action === 'process_signal') this.#phases.signal(fields)
    if (!own || isPreparing(fields)) return
    const host = text(fields, 'host.name') || text(fields, 'host.id')
    const use: Use = {
      time,
      count: Number(read('detpack.use.count')(fields)[0] ?? 1),
      call: text(fields, 'detpack.syscall'),
      program: text(fields, 'process.executable'),
      host,
    }
    this.#hosts.add(host)
    this.#actions.add(action)
    if (this.#from === null || time < this.#from) this.#from = time
    if (this.#to === null || time > this.#to) this.#to = time
    if (text(fields, 'detpack.route') === 'compat') this.#compat = true
    if (Number(read('detpack.lost')(fields)[0] ?? 0) > 0) this.#gaps.add(`events of ${host} were lost`)
    if (use.call !== '') this.#calls.add(use.call)
    if (action === 'privilege_change' && (use.call === '' || use.call.startsWith('execve'))) this.#gained = true
    this.#made.use(placeOf(fields), time)
    this.#phases.use(action, fields)
    this.#settle(fields, use)
    this.#take(action, fields, use)
  }

  observation(): Observation {
    const made = this.#compat ? null : this.#made.all()
    for (const { capability, use } of this.#pending.values()) this.#refused.unseen.add(capability, use)
    this.#pending.clear()
    const refused = {
      succeeded: this.#refused.succeeded.all(),
      denied: this.#refused.denied.all(),
      unseen: this.#refused.unseen.all(),
    }
    return {
      unit: this.#unit,
      hosts: [...this.#hosts].sort(),
      window: this.#from === null || this.#to === null ? null : { from: this.#from, to: this.#to },
      phases: this.#phases.phases(),
      granted: this.#granted.all(),
      refused,
      kept: new Set([...this.#kept].filter((one) => !this.#granted.has(one))),
      addressFamilies: this.#families.all(),
      written: this.#written.all(),
      opened: this.#opened,
      actions: this.#actions,
      compat: this.#compat,
      calls: this.#calls,
      made,
      madeInPart: made === null && this.#made.some,
      gained: this.#gained,
      setId: this.#setId,
      gaps: [...this.#gaps].sort(),
    }
  }

  #take(action: string, fields: JsonObject, use: Use): void {
    const path = text(fields, 'file.path')
    if (action === 'privilege_use') this.#privilege(fields, use)
    if (action === 'privilege_change' && use.call === 'capset') this.#capset(fields)
    const family = text(fields, 'detpack.socket.family')
    // A pair of sockets and one that came from elsewhere are not asked of the filter of families.
    if (action === 'descriptor_create' && use.call === 'socket' && family !== '')
      this.#families.add(FAMILIES[family] ?? `AF_${family.toUpperCase()}`, use)
    if (path === '') return
    if (WRITES.has(action) && text(fields, 'event.outcome') !== 'failure') this.#written.add(path, use)
    if (action === 'file_open' || action === 'file_create') this.#opened.add(path)
    if (
      (action === 'file_create' || action === 'file_attribute') &&
      /^0?[2-7][0-7]{3}$/.test(text(fields, 'file.mode'))
    )
      this.#setId = true
  }

  #privilege(fields: JsonObject, use: Use): void {
    const capability = linuxCapability(text(fields, 'detpack.linux_capability'))
    if (capability === undefined) return
    if (read('detpack.granted')(fields)[0] === true) this.#granted.add(capability, use)
    else this.#pending.set(thread(fields), { capability, call: use.call, use })
  }

  /** The next event of the thread that refused: of the same call, it says how that ended. */
  #settle(fields: JsonObject, use: Use): void {
    const key = thread(fields)
    const pending = this.#pending.get(key)
    if (pending === undefined) return
    this.#pending.delete(key)
    const outcome = text(fields, 'event.outcome')
    const denied = ['EPERM', 'EACCES'].includes(text(fields, 'event.reason'))
    const sameCall =
      pending.call !== '' && pending.call === use.call && text(fields, 'event.action') !== 'privilege_use'
    const refusal = !sameCall ? 'unseen' : outcome === 'success' ? 'succeeded' : denied ? 'denied' : 'unseen'
    this.#refused[refusal].add(pending.capability, pending.use)
  }

  #syscalls(time: Time, fields: JsonObject): void {
    const from = parseTime(read('event.start')(fields)[0]) ?? time
    const names = read('detpack.syscalls')(fields).map(String)
    this.#made.add(placeOf(fields), from, time, names)
  }

  #capset(fields: JsonObject): void {
    const permitted = read('process.thread.capabilities.permitted')(fields).map((one) => linuxCapability(String(one)))
    // All of them is no choice.
    if (permitted.length >= LINUX_CAPABILITIES.length) return
    for (const one of permitted) if (one !== undefined) this.#kept.add(one)
  }

  #sensor(action: string, fields: JsonObject): void {
    const host = text(fields, 'host.name') || text(fields, 'host.id')
    if (action === 'sensor_loss')
      this.#gaps.add(
        `${String(read('detpack.loss.count')(fields)[0] ?? 'some')} events (${text(fields, 'detpack.loss.action')}) of ${host} were lost`,
      )
    if (action !== 'sensor_coverage') return
    for (const line of read('detpack.sensor.coverage')(fields).map(String))
      if (/linux capabilit|cap_capable/i.test(line)) this.#gaps.add(`the sensor of ${host} does not see all: ${line}`)
  }
}

interface Use {
  readonly time: Time
  readonly count: number
  readonly call: string
  readonly program: string
  readonly host: string
}

const readers = new Map<string, ReturnType<typeof fieldReader>>()

function read(name: string): ReturnType<typeof fieldReader> {
  let reader = readers.get(name)
  if (reader === undefined) readers.set(name, (reader = fieldReader(name)))
  return reader
}

function text(fields: JsonObject, name: string): string {
  const value = read(name)(fields)[0]
  return value === undefined ? '' : String(value)
}

/**
 * systemd itself, in the service's cgroup, before it becomes the service's program: what it needs for that is asked of systemd
 * and not of the service. Until then it is called by the name of the program in parentheses; from 255 on it is a program of
 * its own.
 */
function isPreparing(fields: JsonObject): boolean {
  const program = text(fields, 'process.executable')
  if (program.endsWith('/systemd-executor')) return true
  return program.endsWith('/systemd') && /^\(.*\)$/.test(text(fields, 'process.name'))
}

/** A unit has another cgroup with each start, and the sensor tells of each by itself. */
function placeOf(fields: JsonObject): string {
  return `${text(fields, 'detpack.sensor.run')} ${text(fields, 'detpack.cgroup.id')}`
}

function thread(fields: JsonObject): string {
  return `${text(fields, 'process.entity_id')} ${text(fields, 'process.thread.id')}`
}
