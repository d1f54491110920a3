import type { LineReader } from '../recording/line-importer.ts'
import type { SplitLine } from '../recording/line-splitter.ts'
import type { Session } from '../recording/session.ts'
import type { Occasion } from '../recording/use.ts'
import { Assembler, type AuditEvent } from './assembler.ts'
import { AuditHost } from './host.ts'
import { parseLoss } from './loss.ts'
import { OTHER_RECORDS, outcomeIn } from './other-record.ts'
import { isCut, parseRecord, recordsIn, type AuditRecord } from './record.ts'
import { SystemCalls } from './system-call.ts'
import { tellRing } from './uring.ts'

const MOST_HOSTS = 1024

/** Records that belong to a system call and tell nothing by themselves. */
const COMPANIONS: ReadonlySet<string> = new Set(
  'SYSCALL PATH CWD EXECVE SOCKADDR SOCKETCALL OBJ_PID PROCTITLE BPRM_FCAPS CAPSET FD_PAIR MMAP OPENAT2 IPC URINGOP'.split(
    ' ',
  ),
)

/** Changes of auditing are asked for over a socket: the use is the change, not the send. */
const INSTEAD_OF_CALL: ReadonlySet<string> = new Set(['CONFIG_CHANGE'])

/** One log of auditd: records in, joined to events, uses told. */
export class AuditReader implements LineReader {
  readonly #session: Session
  readonly #assembler: Assembler
  readonly #calls: SystemCalls
  readonly #hosts = new Map<string | undefined, AuditHost>()
  /** How often each host was seen to start again. */
  readonly #boots = new Map<string | undefined, number>()
  /** Of the last record; lines that are none have no time of their own. */
  #time = 0
  #node: string | undefined
  #counted = 0
  #forgotten = 0

  constructor(session: Session) {
    this.#session = session
    this.#calls = new SystemCalls(session)
    this.#assembler = new Assembler(session.complaints, (event) => this.#event(event))
  }

  take(line: SplitLine): void {
    for (const one of recordsIn(line)) this.#take(one)
  }

  #take(line: SplitLine): void {
    const record = parseRecord(line)
    if (record !== undefined && isCut(record)) {
      const message = `this record of type ${record.type} is cut: it is left out`
      return this.#session.complaints.skip('event/auditd-cut', message, line, line.text.length)
    }
    if (record !== undefined) {
      this.#time = Math.max(this.#time, record.time)
      this.#node = record.node
      return this.#assembler.take(record)
    }
    if (/^(?:\s*|----|time->.*)$/.test(line.text)) return // as ausearch puts between events
    const loss = parseLoss(line.text)
    if (loss === 'announced') return
    if (loss !== undefined) return this.#lose(loss.total, loss.count)
    const hint = 'a record begins with type=NAME msg=audit(SECONDS.MILLIS:NUMBER):'
    this.#session.complaints.skip('event/auditd-record', 'this is no record of the audit system', line, 0, hint)
  }

  settle(): void {
    this.#assembler.settle()
  }

  end(): void {
    this.#assembler.settle()
    const { missing, holes } = this.#assembler
    const { complaints } = this.#session
    if (missing > 0) {
      const message = `${missing} numbers of events are missing, in ${holes} holes: lost, or left out by who made this file`
      complaints.note('event/auditd-missing', message)
    }
    const forgotten = this.#forgotten + this.#assembler.forgotten
    if (forgotten > 0) complaints.note('event/auditd-forgotten', `${forgotten} hosts and processes found no room`)
  }

  #host(node: string | undefined): AuditHost {
    let host = this.#hosts.get(node)
    if (host === undefined) {
      if (this.#hosts.size >= MOST_HOSTS) {
        const [oldest] = this.#hosts.keys()
        this.#drop(oldest)
        this.#forgotten++
      }
      host = new AuditHost(this.#session, this.#session.frame(node, this.#boots.get(node)))
      this.#hosts.set(node, host)
    }
    return host
  }

  #drop(node: string | undefined): void {
    const host = this.#hosts.get(node)
    if (host !== undefined) this.#forgotten += host.trace.forgotten
    host?.trace.objects.clear()
    this.#hosts.delete(node)
  }

  #event(event: AuditEvent): void {
    if (event.restarted) {
      this.#drop(event.node)
      if (this.#boots.size < MOST_HOSTS) this.#boots.set(event.node, (this.#boots.get(event.node) ?? 0) + 1)
    }
    if (event.missing > 0) this.#session.lose(event.missing)
    const host = this.#host(event.node)
    const syscall = event.records.find((record) => record.type === 'SYSCALL')
    const quiet = event.records.some((record) => INSTEAD_OF_CALL.has(record.type))
    const call = syscall && this.#calls.take(host, event, syscall.fields, quiet)
    for (const record of event.records) {
      if (record.type === 'URINGOP' && call === undefined)
        tellRing(this.#session, host, record, event.records, this.#occasion(host, event, record))
      if (COMPANIONS.has(record.type)) continue
      const tell = OTHER_RECORDS.get(record.type)
      if (tell === undefined) this.#session.ignore(record.type)
      else {
        const occasion = call ?? this.#occasion(host, event, record)
        tell({ session: this.#session, host, record, occasion, withCall: call !== undefined })
      }
    }
  }

  #occasion(host: AuditHost, event: AuditEvent, record: AuditRecord): Occasion {
    const process = this.#calls.process(host, event, record.fields)
    const at = { process, thread: undefined, began: event.time, ended: undefined, syscall: undefined }
    return { ...at, ...outcomeIn(record.fields) }
  }

  /** @param total of the kernel's counter, which begins with the host */
  #lose(total: number | undefined, count: number): void {
    const lost = total === undefined ? count : Math.max(0, total - this.#counted)
    if (total !== undefined) this.#counted = total
    if (lost === 0) return
    this.#session.lose(lost)
    const process = this.#host(this.#node).stranger
    const at = { process, thread: undefined, began: this.#time, ended: undefined, syscall: undefined }
    this.#session.tell(
      { ...at, outcome: 'success', reason: undefined },
      { action: 'sensor_loss', detpack: { loss: { count: lost } } },
    )
  }
}
