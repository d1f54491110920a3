import type { Session } from '../recording/session.ts'
import type { TracedProcess } from '../recording/traced-process.ts'
import type { Use } from '../recording/use.ts'
import { timeText } from '../recording/time-text.ts'
import type { Call } from '../system-call/call.ts'
import { CALLS, isWithoutOutcome } from '../system-call/calls.ts'
import { momentOf, tell, type Moment } from '../system-call/moment.ts'
import { changeNamespaces } from '../system-call/surroundings-call.ts'
import { ARGUMENTS } from './argument.ts'
import type { AuditEvent } from './assembler.ts'
import { cloneFlags } from '../system-call/flag-name.ts'
import type { AuditHost } from './host.ts'
import { changeCapabilities, OWN_CALLS } from './own-call.ts'
import { tellPrivileges } from './privilege.ts'
import { commonName, RawCall } from './raw-call.ts'
import type { Fields } from './record.ts'

const SOCKET_USES: ReadonlySet<string> = new Set(
  'connect bind listen accept accept4 send sendto sendmsg sendmmsg recv recvfrom recvmsg recvmmsg'.split(' '),
)
/** What these make is certain at that moment, whatever was closed before. */
const MAKING: ReadonlySet<string> = new Set([
  'file_open',
  'file_create',
  'descriptor_create',
  'network_accept',
  'process_exec',
])

/** Makes uses of the system calls of a log. */
export class SystemCalls {
  readonly #session: Session

  constructor(session: Session) {
    this.#session = session
  }

  /** @param syscall the SYSCALL record of the event @param quiet the event tells its use by another record */
  take(host: AuditHost, event: AuditEvent, syscall: Fields, quiet: boolean): Moment {
    const process = this.process(host, event, syscall)
    const directory = event.records.find((record) => record.type === 'CWD')?.fields.text('cwd')
    if (directory?.startsWith('/')) process.cwd = directory
    const raw = new RawCall(syscall, event.records, host.trace, process)
    const name = commonName(raw.name)
    const result = raw.result
    const args = quiet ? [] : (ARGUMENTS.get(name)?.(raw) ?? [])
    const call: Call = { name, args, result, program: { executable: process.executable, name: process.name } }
    const moment: Moment = {
      ...momentOf(call, {
        trace: host.trace,
        process,
        thread: undefined,
        text: '',
        began: event.time,
        ended: undefined,
        sink: raw.compat ? this.#sinkOf(host, 'compat') : this.#sinkOf(host, undefined),
        anticipated: false,
      }),
      syscall: raw.name,
    }
    if (!quiet) this.#use(host, moment, raw)
    tellPrivileges(this.#session, moment, raw)
    return moment
  }

  /** The process that a record names. */
  process(host: AuditHost, event: AuditEvent, fields: Fields): TracedProcess {
    return host.process(fields, event.time, (child, { parent, time }) => {
      const occasion = { process: parent, thread: undefined, began: time, ended: undefined }
      this.#session.tell(
        { ...occasion, syscall: 'clone3', outcome: 'success', reason: undefined },
        { action: 'process_fork', child, target: { pid: child.pid, process: child } },
      )
    })
  }

  #use(host: AuditHost, moment: Moment, raw: RawCall): void {
    const { call } = moment
    switch (call.name) {
      case 'fork':
      case 'vfork':
      case 'clone':
      case 'clone3':
        return this.#fork(host, moment, raw)
      case 'exit':
        return // of a thread, perhaps the last
      case 'exit_group':
        return this.#exit(host, moment, raw)
      case 'close':
        host.closesTold = true
    }
    const own = OWN_CALLS.get(call.name)
    const shared = CALLS.get(call.name)
    if (own === undefined && shared === undefined) return this.#session.ignore(raw.name)
    if (isWithoutOutcome(call)) {
      this.#session.withoutOutcome++
      return
    }
    this.#reach(moment, raw)
    if (own !== undefined) own(moment, raw)
    else shared?.(moment)
    const changed = call.name.startsWith('execve') && moment.outcome === 'success' ? raw.of('BPRM_FCAPS') : undefined
    if (changed !== undefined && CHANGED.some((set) => changed.raw(`old_${set}`) !== changed.raw(set)))
      changeCapabilities(moment, changed.raw('pe'), changed.raw('pp'))
  }

  /** What the descriptor of a call is, where the call tells it: a socket, or an inode. */
  #reach(moment: Moment, raw: RawCall): void {
    const { trace, process, call } = moment
    const [first] = call.args
    if (first?.kind !== 'word' || !/^\d{1,9}$/.test(first.text)) return
    const number = Number(first.text)
    const known = process.table.get(number)?.description.object
    const origin = process.table.forgotten > 0 ? 'forgotten' : 'unseen'
    if (SOCKET_USES.has(call.name)) {
      if (known?.kind === 'socket') return
      const object = trace.objects.create({ kind: 'socket', key: undefined })
      object.family = raw.address?.family
      if (object.family === 'unix' || object.family === 'netlink') object.transport = object.family
      trace.install(process, number, { object, origin, flags: undefined })
    } else if (BY_DESCRIPTOR.has(call.name)) {
      const inode = raw.reached?.inode
      if (inode === undefined) return
      const object = trace.objects.identified(inode.key, undefined, inode, false)
      if (object !== known) trace.install(process, number, { object, origin, flags: undefined })
    }
  }

  #fork(host: AuditHost, moment: Moment, raw: RawCall): void {
    const { call, process } = moment
    const flags = call.name === 'clone' ? cloneFlags(raw.int(0)).split('|') : []
    const pid = call.result.kind === 'value' ? call.result.number : undefined
    if (pid === undefined) {
      if (isWithoutOutcome(call)) this.#session.withoutOutcome++
      else tell(moment, { action: 'process_fork' })
      return
    }
    if (flags.includes('CLONE_THREAD') || pid <= 0) return
    changeNamespaces(moment, flags)
    const child =
      call.name === 'clone3' ? host.await(process, pid, moment.began) : host.fork(process, pid, moment.began)
    if (call.name === 'clone3' && child === undefined) return
    const named = { child, target: { pid, process: child } }
    tell(moment, {
      action: 'process_fork',
      ...(child ? named : { unknown: ['detpack.object.process.entity_id', 'detpack.object.process.pid'] }),
    })
  }

  #exit(host: AuditHost, moment: Moment, raw: RawCall): void {
    const end = { exit_code: raw.int(0) & 0xff, end: timeText(moment.began) }
    tell(moment, { action: 'process_exit', ownProcess: end })
    host.trace.leave(moment.process)
  }

  #sinkOf(host: AuditHost, route: Use['route']): Moment['sink'] {
    return (moment, use) => {
      const uncertain = use.slot !== undefined && !host.closesTold && !MAKING.has(use.action)
      this.#session.tell(moment, {
        ...use,
        ...(route !== undefined && use.route === undefined && { route }),
        ...(uncertain && { identity: 'candidate' as const }),
      })
    }
  }
}

/** Effective and permitted set, before and after an exec. */
const CHANGED = ['pe', 'pp'] as const

/** Calls on what a descriptor leads to, of which audit names the inode. */
const BY_DESCRIPTOR: ReadonlySet<string> = new Set(
  'ftruncate fchmod fchown fsetxattr fremovexattr finit_module'.split(' '),
)
