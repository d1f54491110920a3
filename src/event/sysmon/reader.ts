import { redactArguments } from '../recording/argument.ts'
import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import { internetEndpoint, type Endpoint } from '../recording/node.ts'
import { owned } from '../recording/owned.ts'
import type { Session } from '../recording/session.ts'
import { timeText } from '../recording/time-text.ts'
import { ToldHosts, type ToldHost } from '../recording/told-host.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import type { Use } from '../recording/use.ts'
import { parseSysmon, type SysmonEvent } from './sysmon-event.ts'

/** One log of Sysmon for Linux: an event a line, among lines of other programs in syslog. */
export class SysmonReader implements LineReader {
  readonly #session: Session
  readonly #hosts: ToldHosts
  #others = 0
  #events = 0

  constructor(session: Session) {
    this.#session = session
    this.#hosts = new ToldHosts(session)
  }

  take(line: SplitLine): void {
    if (line.text.trim() === '') return
    const event = parseSysmon(line.text)
    if ('problem' in event) return this.#refuse(event.problem, line, event.at)
    if (event.micros === undefined) {
      const hint = 'an event has UtcTime among its data, or TimeCreated'
      return this.#session.complaints.skip('event/sysmon-time', 'this event has no time', line, 0, hint)
    }
    this.#events++
    this.#event(this.#hosts.of(event.computer), event, event.micros)
  }

  end(): void {
    const { complaints } = this.#session
    if (this.#hosts.forgotten > 0)
      complaints.note('event/sysmon-forgotten', `${this.#hosts.forgotten} hosts and processes found no room`)
    // In syslog other lines are nothing special; in a file without a single event they are.
    if (this.#others > 0 && this.#events === 0)
      complaints.note('event/sysmon-none', 'no line holds an event of Sysmon for Linux')
  }

  #refuse(problem: 'none' | 'broken', line: SplitLine, at: number): void {
    if (problem === 'none') {
      this.#others++
      return this.#session.ignore('lines of other programs')
    }
    const hint = 'syslog cuts long messages: raise its limit ($MaxMessageSize of rsyslog)'
    this.#session.complaints.skip('event/sysmon-event', 'this event of Sysmon is not whole', line, at, hint)
  }

  #event(host: ToldHost, event: SysmonEvent, time: number): void {
    const { data } = event
    switch (event.id) {
      case 1:
        return this.#create(host, data, time)
      case 3:
        return this.#tell(processOf(host, data), time, connection(host, data))
      case 4:
        return this.#state(host, data, time)
      case 5: {
        const process = processOf(host, data)
        this.#tell(process, time, { action: 'process_exit', ownProcess: { end: timeText(time) } })
        return host.leave(process.entityId)
      }
      case 9:
        return this.#tell(processOf(host, data), time, ofFile(host, 'file_open', data.get('Device'), 'device'))
      case 10:
        return this.#tell(processOf(host, data, 'Source'), time, access(host, data))
      case 11:
        return this.#tell(processOf(host, data), time, ofFile(host, 'file_create', data.get('TargetFilename')))
      case 16:
        return this.#tell(host.stranger, time, {
          action: 'audit_change',
          detpack: { audit: { change: 'sysmon configuration' } },
        })
      case 23:
      case 26:
        return this.#tell(processOf(host, data), time, deletion(host, data.get('TargetFilename')))
      case 255:
        return this.#error(host, data, time)
      default:
        this.#session.ignore(`event ${event.id}`)
    }
  }

  #tell(process: TracedProcess, time: number, use: Use): void {
    const at = { process, thread: undefined, began: time, ended: time, syscall: undefined }
    this.#session.tell({ ...at, outcome: 'success', reason: undefined }, use)
  }

  /** The event of an exec names the process and its parent whole. */
  #create(host: ToldHost, data: Data, time: number): void {
    const parent = parentOf(host, data)
    const process = processOf(host, data, '', parent)
    process.image++
    const path = data.get('Image')
    const line = data.get('CommandLine')
    const cwd = data.get('CurrentDirectory')
    this.#tell(process, time, {
      action: 'process_exec',
      ...(path?.startsWith('/') === true
        ? { object: host.file(path, 'kernel', path.startsWith('/memfd:') ? 'memfd' : 'file') }
        : { unknown: ['detpack.object.id', 'file.path'] }),
      ownProcess: {
        ...(line !== undefined && { command_line: redactArguments(line.split(' ')).join(' ') }),
        ...(cwd !== undefined && { working_directory: cwd }),
      },
    })
  }

  #state(host: ToldHost, data: Data, time: number): void {
    const started = data.get('State') === 'Started'
    this.#tell(host.stranger, time, { action: started ? 'sensor_start' : 'sensor_stop' })
  }

  /** `Events dropped from driver queue: ProcessAccess:3 FileCreate:1`; other errors are of Sysmon alone. */
  #error(host: ToldHost, data: Data, time: number): void {
    const text = data.get('Description') ?? ''
    if (!/drop|lost/i.test(text)) return this.#session.ignore('event 255')
    const counts = [...text.slice(0, 1000).matchAll(/:\s?(\d{1,12})\b/g)].map(([, count]) => Number(count))
    const count = counts.reduce((sum, one) => sum + one, 0)
    this.#session.lose(count)
    const told: Use = count > 0 ? { action: 'sensor_loss', detpack: { loss: { count } } } : UNCOUNTED
    this.#tell(host.stranger, time, told)
  }
}

type Data = SysmonEvent['data']

const UNCOUNTED: Use = { action: 'sensor_loss', unknown: ['detpack.loss.count'] }

/** `{c2a7b3d1-…}`: the GUID that Sysmon gives a process is its identity here too. */
function guidOf(data: Data, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const guid = /^\{?([0-9A-Fa-f-]{36})\}?$/.exec(data.get(name) ?? '')?.[1]
    if (guid !== undefined && !/^[0-]+$/.test(guid)) return guid.toLowerCase()
  }
  return undefined
}

function pidOf(data: Data, name: string): number | undefined {
  const pid = Number(data.get(name) ?? NaN)
  return Number.isSafeInteger(pid) && pid >= 0 ? pid : undefined
}

/** @param prefix `Source` and `Target` where an event is about two processes */
function processOf(host: ToldHost, data: Data, prefix = '', parent?: TracedProcess): TracedProcess {
  const pid = pidOf(data, `${prefix}ProcessId`)
  const guid = guidOf(data, `${prefix}ProcessGuid`, `${prefix}ProcessGUID`)
  if (guid === undefined && pid === undefined) return host.stranger
  const key = guid ?? `${host.frame.run.slice(0, 16)}-p${pid ?? 0}`
  const process = host.find(key) ?? meet(host, key, pid ?? 0, parent)
  process.parent ??= parent
  // A process outlives the text that it was told in.
  const image = data.get(`${prefix}Image`)
  if (image !== undefined && image !== process.executable) {
    process.executable = owned(image)
    process.name = owned(image.slice(image.lastIndexOf('/') + 1).slice(0, 15))
  }
  const user = data.get(`${prefix}User`)
  if (user !== undefined && user !== process.userName) process.userName = owned(user)
  return process
}

function meet(host: ToldHost, told: string, pid: number, parent: TracedProcess | undefined): TracedProcess {
  const key = owned(told)
  return host.meet(key, { entityId: key, pid, parent })
}

function parentOf(host: ToldHost, data: Data): TracedProcess | undefined {
  const pid = pidOf(data, 'ParentProcessId')
  const guid = guidOf(data, 'ParentProcessGuid')
  if (guid === undefined && pid === undefined) return undefined
  return processOf(host, data, 'Parent')
}

function ofFile(
  host: ToldHost,
  action: Use['action'],
  path: string | undefined,
  kind: 'file' | 'device' = 'file',
): Use {
  if (path?.startsWith('/') !== true) return { action, unknown: ['detpack.object.id', 'file.path'] }
  return { action, object: host.file(path, 'kernel', kind) }
}

function deletion(host: ToldHost, path: string | undefined): Use {
  const use = ofFile(host, 'file_delete', path)
  if (use.object !== undefined && path !== undefined) host.objects.remove(path)
  return use
}

function endOf(data: Data, side: 'Source' | 'Destination'): Endpoint | undefined {
  const ip = data.get(`${side}Ip`)
  return ip === undefined ? undefined : internetEndpoint(ip, pidOf(data, `${side}Port`))
}

/** `Initiated` tells who began it; source and destination are then those of the connection, not of data. */
function connection(host: ToldHost, data: Data): Use {
  const initiated = data.get('Initiated')?.toLowerCase() !== 'false'
  const [from, to] = [endOf(data, 'Source'), endOf(data, 'Destination')]
  const transport = data.get('Protocol')?.toLowerCase() ?? 'unknown'
  const family = data.get('DestinationIsIpv6')?.toLowerCase() === 'true' ? 'inet6' : 'inet'
  const [local, remote] = initiated ? [from, to] : [to, from]
  const name = data.get('DestinationHostname')
  return {
    action: initiated ? 'network_connect' : 'network_accept',
    object: host.socket({ transport, family, local, remote }),
    from,
    to,
    inward: !initiated,
    ...(initiated && name !== undefined && { destination: { domain: name } }),
  }
}

/** Sysmon for Linux tells ptrace with ATTACH and SEIZE. */
function access(host: ToldHost, data: Data): Use {
  const pid = pidOf(data, 'TargetProcessId')
  if (pid === undefined) return { action: 'process_inspect', unknown: ['detpack.object.process.pid'] }
  return { action: 'process_inspect', target: { pid, process: processOf(host, data, 'Target') } }
}
