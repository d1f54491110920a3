import type { Session } from '../recording/session.ts'
import { timeText } from '../recording/time-text.ts'
import type { Occasion } from '../recording/use.ts'
import type { AuditHost } from './host.ts'
import { signalName } from '../system-call/flag-name.ts'
import { linuxCapability, linuxCapabilityNamed } from '../recording/linux-capability.ts'
import { ERRNO_NAMES } from '../system-call/number-table.ts'
import { tellPrivilege } from './privilege.ts'
import type { AuditRecord, Fields } from './record.ts'

/** One record that tells a use by itself. `occasion` is of the event's system call where it has one. */
export interface Told {
  readonly session: Session
  readonly host: AuditHost
  readonly record: AuditRecord
  readonly occasion: Occasion
  /** The event has a SYSCALL record, whose use is told already. */
  readonly withCall: boolean
}

/** What records besides SYSCALL and its companions mean; others are no use of a capability. */
export const OTHER_RECORDS: ReadonlyMap<string, (told: Told) => void> = new Map<string, (told: Told) => void>([
  ['CONFIG_CHANGE', changeAudit],
  ['AVC', avc],
  ['NETFILTER_CFG', (told) => tellPrivilege(told.session, told.occasion, 'CAP_NET_ADMIN', true)],
  ['SECCOMP', seccomp],
  ['ANOM_ABEND', abend],
  ['BPF', bpf],
  ['KERN_MODULE', loadModule],
  ['DAEMON_START', (told) => told.session.tell(told.occasion, { action: 'sensor_start' })],
  ['DAEMON_RESUME', (told) => told.session.tell(told.occasion, { action: 'sensor_start' })],
  ['DAEMON_END', (told) => told.session.tell(told.occasion, { action: 'sensor_stop' })],
  ['DAEMON_ABORT', (told) => told.session.tell(told.occasion, { action: 'sensor_stop' })],
  ['DAEMON_CONFIG', (told) => tellChange(told, 'DAEMON_CONFIG')],
  ['SERVICE_STOP', stopService],
])

/** Words of `op=` for the messages that ask for the change, as the sensor names these (linux/audit.h). */
const CHANGES: ReadonlyMap<string, string> = new Map([
  ['set', 'AUDIT_SET'],
  ['add_rule', 'AUDIT_ADD_RULE'],
  ['remove_rule', 'AUDIT_DEL_RULE'],
  ['trim', 'AUDIT_TRIM'],
  ['make_equiv', 'AUDIT_MAKE_EQUIV'],
  ['tty_set', 'AUDIT_TTY_SET'],
])

function changeAudit(told: Told): void {
  const { fields } = told.record
  const operation = fields.text('op') ?? 'set'
  tellChange(told, CHANGES.get(operation) ?? operation, fields.raw('res') === '0' ? 'failure' : 'success')
}

function tellChange({ session, occasion }: Told, change: string, outcome = occasion.outcome): void {
  session.tell({ ...occasion, outcome }, { action: 'audit_change', detpack: { audit: { change } } })
}

/** Services that collect or keep what happened on a host. */
const LOGGING = /^(?:auditd|rsyslog|syslog-ng|systemd-journald|journald|auditbeat|filebeat|laurel)(?:\.service)?$/

function stopService(told: Told): void {
  const unit = told.record.fields.text('unit')
  if (unit === undefined || !LOGGING.test(unit)) return told.session.ignore('SERVICE_STOP')
  const outcome = told.record.fields.raw('res') === 'failed' ? 'failure' : 'success'
  tellChange(told, `SERVICE_STOP ${unit}`, outcome)
}

/** SELinux: `avc:  denied  { sys_admin } … tclass=capability`; AppArmor: `operation="capable" … capname="sys_admin"`. */
function avc({ session, record, occasion }: Told): void {
  const { fields } = record
  const verdict = fields.text('apparmor')
  if (verdict !== undefined) {
    const named = linuxCapabilityNamed(fields.text('capname') ?? '') ?? linuxCapability(fields.number('capability'))
    if (fields.text('operation') !== 'capable' || named === undefined) return session.ignore('AVC')
    return tellPrivilege(session, occasion, named, verdict !== 'DENIED')
  }
  const words = /avc: +(denied|granted) +\{ ([a-z_ ]{1,200}) \}/.exec(fields.kernelText)
  const isCapability = /^cap(?:ability)?2?(?:_userns)?$/.test(fields.raw('tclass') ?? '')
  if (words === null || !isCapability) return session.ignore('AVC')
  const granted = words[1] === 'granted' || fields.raw('permissive') === '1'
  for (const word of words[2]?.split(' ') ?? []) {
    const named = linuxCapabilityNamed(word)
    if (named !== undefined) tellPrivilege(session, occasion, named, granted)
  }
}

/** A filter that kills ends the process; one that logs lets the call go on, and of that only the number is told. */
function seccomp({ session, record, occasion }: Told): void {
  const signal = record.fields.number('sig') ?? 0
  if (signal === 0) return session.ignore('SECCOMP')
  session.tell(occasion, {
    action: 'process_signal',
    target: { pid: occasion.process.pid, process: occasion.process },
    detpack: { signal: signalName(signal) },
  })
}

/** A process that a signal ended with a core dump. */
function abend({ session, host, record, occasion }: Told): void {
  const signal = record.fields.number('sig') ?? 0
  session.tell(occasion, {
    action: 'process_exit',
    ownProcess: { exit_code: 128 + signal, end: timeText(occasion.began) },
    ...(signal > 0 && { detpack: { signal: signalName(signal) } }),
  })
  host.trace.leave(occasion.process)
}

/** With the record of the call, that tells the use. */
function bpf({ session, record, occasion, withCall }: Told): void {
  const operation = record.fields.text('op')
  if (withCall) return
  if (operation !== 'LOAD') return session.ignore('BPF')
  session.tell(occasion, {
    action: 'bpf_use',
    detpack: { bpf: { command: 'BPF_PROG_LOAD' } },
    unknown: ['detpack.bpf.program', 'detpack.bpf.type'],
  })
}

function loadModule({ session, record, occasion, withCall }: Told): void {
  if (withCall) return
  const name = record.fields.text('name')
  session.tell(occasion, { action: 'module_load', ...(name !== undefined && { detpack: { module: { name } } }) })
}

/** What a record says about how it ended, where no system call does. */
export function outcomeIn(fields: Fields): Pick<Occasion, 'outcome' | 'reason'> {
  const exit = fields.number('exit')
  if (fields.raw('success') === 'no') return { outcome: 'failure', reason: ERRNO_NAMES.get(-(exit ?? 0)) }
  const failed = fields.raw('res') === '0' || fields.raw('res') === 'failed'
  return { outcome: failed ? 'failure' : 'success', reason: undefined }
}
