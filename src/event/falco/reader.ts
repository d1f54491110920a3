import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import type { Session } from '../recording/session.ts'
import { timeText } from '../recording/time-text.ts'
import { ToldHosts, type ToldHost } from '../recording/told-host.ts'
import { parseToldLine, toldObject, toldText } from '../recording/told-json.ts'
import type { Occasion } from '../recording/use.ts'
import { FalcoAlert } from './alert.ts'
import { descriptorOf } from './descriptor.ts'
import { keyOf, processOf } from './processes.ts'
import { USES } from './use.ts'

/** Falco gives an alert for each rule that an event matches: so many events back, at least, are looked for the same one. */
const REMEMBERED = 1024

/** `Falco internal: syscall event drop. 7 system calls dropped in last second.`, in text and in JSON. */
const DROPPED = /Falco internal: syscall event drop\. (\d{1,15}) system calls dropped/
/** What Falco writes to its log besides alerts: `Mon Nov 23 03:21:12 2026: …`. */
const LOG = /^(?:[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}|\d{4}-\d\d-\d\dT[\d:.+Z-]{8,30}): /

/** Ends of calls that came to nothing, and come again (event contract §6). */
const WITHOUT_OUTCOME: ReadonlySet<string> = new Set(['EAGAIN', 'EINTR'])

/** One output of Falco with json_output: an alert a line. */
export class FalcoReader implements LineReader {
  readonly #session: Session
  readonly #hosts: ToldHosts
  /** By the number of the event, or its time; `#keys` has these in the order they came. */
  readonly #seen = new Map<string, Told[]>()
  readonly #keys: string[] = []
  #time = 0
  #host: string | undefined

  constructor(session: Session) {
    this.#session = session
    this.#hosts = new ToldHosts(session)
  }

  take(line: SplitLine): void {
    const { text } = line
    if (text.trim() === '') return
    const parsed = parseToldLine(text)
    if ('at' in parsed) return this.#plain(line, parsed.at)
    const { object } = parsed
    if (toldText(object, 'rule') === undefined && toldObject(object, 'output_fields') === undefined) {
      const hint = 'an alert has "rule" and "output_fields"; set json_output: true'
      return this.#session.complaints.skip('event/falco-alert', 'this is no alert of Falco', line, 0, hint)
    }
    const alert = new FalcoAlert(object)
    const time = alert.micros
    if (time === undefined) {
      const hint = 'an alert has "time", or "evt.time" among its fields'
      return this.#session.complaints.skip('event/falco-time', 'this alert has no time', line, 0, hint)
    }
    this.#time = Math.max(this.#time, time)
    this.#host = alert.host
    if (alert.rule.startsWith('Falco internal:')) return this.#internal(alert, time, object)
    if (alert.source !== 'syscall') return this.#session.ignore(`source ${alert.source.slice(0, 64)}`)
    this.#alert(this.#hosts.of(alert.host), alert, time)
  }

  end(): void {
    if (this.#hosts.forgotten > 0) {
      const message = `${this.#hosts.forgotten} hosts and processes found no room`
      this.#session.complaints.note('event/falco-forgotten', message)
    }
  }

  #plain(line: SplitLine, at: number): void {
    const dropped = DROPPED.exec(line.text)?.[1]
    if (dropped !== undefined) return this.#lose(this.#hosts.of(this.#host), Number(dropped), this.#time)
    if (LOG.test(line.text) || line.text.startsWith('Falco ')) return
    const hint = 'one alert is one line of JSON: set json_output: true in falco.yaml'
    this.#session.complaints.skip('event/falco-json', 'this is no JSON object', line, at, hint)
  }

  #internal(alert: FalcoAlert, time: number, object: Parameters<typeof toldText>[0]): void {
    const host = this.#hosts.of(alert.host)
    const named = DROPPED.exec(toldText(object, 'output') ?? '')?.[1]
    if (alert.rule.includes('event drop')) return this.#lose(host, alert.number('n_drops') ?? Number(named ?? 0), time)
    const now = alert.number('scap.n_drops')
    const before = alert.number('scap.n_drops_prev')
    if (now !== undefined && before !== undefined && now > before) return this.#lose(host, now - before, time)
    this.#session.ignore(alert.rule.slice(0, 100))
  }

  #lose(host: ToldHost, count: number, time: number): void {
    if (count <= 0) return
    this.#session.lose(count)
    const occasion = { process: host.stranger, thread: undefined, began: time, ended: time, syscall: undefined }
    this.#session.tell(
      { ...occasion, outcome: 'success', reason: undefined },
      { action: 'sensor_loss', detpack: { loss: { count } } },
    )
  }

  #alert(host: ToldHost, alert: FalcoAlert, time: number): void {
    const type = alert.text('evt.type')
    const toUse = type === undefined ? undefined : USES.get(type)
    if (type === undefined || toUse === undefined)
      return this.#session.ignore(type?.slice(0, 64) ?? 'an alert without evt.type')
    if (this.#isRepeated(host, alert, type)) return this.#session.ignore('another alert of the same event')
    const result = resultOf(alert)
    if (result.reason !== undefined && WITHOUT_OUTCOME.has(result.reason)) {
      this.#session.withoutOutcome++
      return
    }
    const process = processOf(host, alert)
    const exec = type.startsWith('execve') && result.outcome !== 'failure'
    const occasion: Occasion = {
      process,
      thread: alert.number('thread.tid'),
      began: time,
      ended: time,
      syscall: type === 'procexit' ? undefined : type,
      outcome: result.outcome,
      reason: result.reason,
    }
    if (exec) process.image++
    const descriptor = descriptorOf(host, alert)
    const succeeded = result.outcome !== 'failure'
    const use = toUse({ alert, host, descriptor, succeeded, returned: result.returned })
    if (use === undefined) return this.#session.ignore(type)
    const end = use.action === 'process_exit' ? { ...use.ownProcess, end: timeText(time) } : undefined
    this.#session.tell(occasion, end ? { ...use, ownProcess: end } : use)
    if (use.action !== 'process_exit') return
    const start = alert.number('proc.pid.ts')
    host.leave(keyOf(process.pid, start === undefined ? undefined : process.start))
  }

  /** By the number of the event, or its time to the nanosecond with what was done by whom. */
  #isRepeated(host: ToldHost, alert: FalcoAlert, type: string): boolean {
    const number = alert.text('evt.num')
    const time = alert.first('evt.rawtime', 'evt.time') ?? String(alert.micros)
    const thread = alert.first('thread.tid', 'proc.pid')
    const told: Told = { host: host.frame.host.name, number, time, type, thread, name: alert.text('fd.name') }
    const key = number ?? time
    const before = this.#seen.get(key)
    if (before?.some((one) => isSame(one, told)) === true) return true
    if (before === undefined) this.#seen.set(key, [told])
    else before.push(told)
    this.#keys.push(key)
    if (this.#keys.length > 2 * REMEMBERED) for (const old of this.#keys.splice(0, REMEMBERED)) this.#forget(old)
    return false
  }

  #forget(key: string): void {
    const told = this.#seen.get(key)
    if (told !== undefined && told.length > 1) told.shift()
    else this.#seen.delete(key)
  }
}

/** What makes an alert of one event that of no other. */
interface Told {
  readonly host: string | undefined
  readonly number: string | undefined
  readonly time: string
  readonly type: string
  readonly thread: string | undefined
  readonly name: string | undefined
}

function isSame(one: Told, other: Told): boolean {
  return (
    one.number === other.number &&
    one.time === other.time &&
    one.type === other.type &&
    one.thread === other.thread &&
    one.name === other.name &&
    one.host === other.host
  )
}

interface Result extends Pick<Occasion, 'outcome' | 'reason'> {
  readonly returned: number | undefined
}

/** `evt.res` is SUCCESS or the name of an errno; `evt.rawres` and the argument `res` are what the call gave back. */
function resultOf(alert: FalcoAlert): Result {
  const word = alert.first('evt.res')
  const number = alert.number('evt.rawres') ?? numberOf(alert.argument('res')) ?? numberOf(alert.argument('fd'))
  const errno =
    /^(E[A-Z0-9]{1,20})$/.exec(word ?? '')?.[1] ?? /^-?\d+\((E[A-Z0-9]{1,20})\)/.exec(alert.argument('res') ?? '')?.[1]
  const returned = number !== undefined && number >= 0 ? number : undefined
  if (errno !== undefined)
    return { outcome: errno === 'EINPROGRESS' ? 'unknown' : 'failure', reason: errno, returned: undefined }
  if (alert.text('evt.failed') === 'true') return { outcome: 'failure', reason: undefined, returned: undefined }
  if (word === 'SUCCESS' || returned !== undefined || alert.text('evt.failed') === 'false')
    return { outcome: 'success', reason: undefined, returned }
  // Falco sees an exec and the end of a process when they are done.
  const done = /^(?:execve|execveat|procexit)$/.test(alert.text('evt.type') ?? '')
  return { outcome: done ? 'success' : 'unknown', reason: undefined, returned }
}

function numberOf(text: string | undefined): number | undefined {
  const number = /^(-?\d{1,15})(?:\(|$)/.exec(text ?? '')?.[1]
  return number === undefined ? undefined : Number(number)
}
