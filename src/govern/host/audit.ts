import { parseAuditRules } from './audit-rule.ts'
import { finding, type HostFinding, type HostItemId } from './item.ts'

/** What a host says of its audit system; null: it could not be had, and `why`. */
export interface AuditState {
  /** What `auditctl -s` and `auditctl -l` print. */
  readonly status: string | null
  readonly loaded: string | null
  readonly why: string
  /** The rules in /etc/audit/rules.d, else those in /etc/audit/audit.rules; null: neither is there. */
  readonly onDisk: string | null
  /** The command line of the kernel. */
  readonly commandLine: string | null
}

/** Calls by which Linux capabilities are used; of those in one row, one rule each is asked for. */
const PRIVILEGED = words(`
  init_module finit_module delete_module bpf perf_event_open ptrace process_vm_readv process_vm_writev
  mount umount2 pivot_root unshare setns capset setuid setreuid setresuid setgid setregid setresgid setgroups
  adjtimex settimeofday clock_settime mknodat chown fchown fchownat chroot open_by_handle_at kexec_load reboot
`)

const FEWEST_BACKLOG = 8192

const LIVE = ['DP-6.2', 'DP-6.3', 'DP-6.4', 'DP-6.5', 'DP-6.6'] as const

/** Judges the audit system: on, its rules complete, those on disk, locked, nothing lost, on from the start of the kernel. */
export function judgeAudit(state: AuditState): readonly HostFinding[] {
  const boot = judgeCommandLine(state.commandLine)
  if (state.status === null || state.loaded === null) {
    return [...LIVE.map((id) => finding(id, 'unknown', state.why)), boot]
  }
  const of = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(state.status ?? '')?.[1] ?? NaN)
  const [enabled, lost, backlog] = [of('enabled'), of('lost'), of('backlog_limit')]
  const loaded = parseAuditRules(state.loaded)
  const named = new Set(loaded.filter(({ records }) => records).flatMap(({ calls }) => calls))
  const missing = named.has('all') ? [] : PRIVILEGED.filter((call) => !named.has(call))
  const given = PRIVILEGED.length - missing.length
  const shown =
    missing.length > 8 ? `${missing.slice(0, 8).join(', ')} and ${missing.length - 8} more` : missing.join(', ')
  return [
    yesOrNo('DP-6.2', enabled >= 1, `auditctl -s: enabled ${enabled}`),
    yesOrNo(
      'DP-6.3',
      missing.length === 0,
      `${given} of ${PRIVILEGED.length} calls have a rule${missing.length > 0 ? `; none: ${shown}` : ''}`,
    ),
    judgeDisk(loaded, state.onDisk),
    yesOrNo('DP-6.5', enabled === 2, `auditctl -s: enabled ${enabled}${enabled === 2 ? ', which is locked' : ''}`),
    yesOrNo('DP-6.6', lost === 0 && backlog >= FEWEST_BACKLOG, `auditctl -s: lost ${lost}, backlog_limit ${backlog}`),
    boot,
  ]
}

function judgeDisk(loaded: ReturnType<typeof parseAuditRules>, onDisk: string | null): HostFinding {
  if (onDisk === null) return finding('DP-6.4', 'fail', 'there are no rules below /etc/audit')
  const written = parseAuditRules(onDisk)
  const [kept, held] = [new Set(written.map(({ key }) => key)), new Set(loaded.map(({ key }) => key))]
  const more = loaded.filter(({ key }) => !kept.has(key)).map(({ text }) => `only loaded: ${text}`)
  const less = written.filter(({ key }) => !held.has(key)).map(({ text }) => `only on disk: ${text}`)
  const apart = [...more, ...less]
  if (written.length + loaded.length === 0)
    return finding('DP-6.4', 'fail', 'there are no rules, neither loaded nor on disk')
  if (apart.length === 0) return finding('DP-6.4', 'pass', `${loaded.length} rules, the same loaded and on disk`)
  const rest = apart.length > 5 ? [`and ${apart.length - 5} more`] : []
  return finding('DP-6.4', 'fail', [...apart.slice(0, 5), ...rest])
}

function judgeCommandLine(commandLine: string | null): HostFinding {
  if (commandLine === null) return finding('DP-6.7', 'unknown', '/proc/cmdline cannot be read')
  const on = /(^| )audit=(1|on)( |$)/.test(commandLine)
  const limit = /(?:^| )audit_backlog_limit=(\d+)/.exec(commandLine)?.[1]
  const said = `audit=1 is ${on ? '' : 'not '}there, audit_backlog_limit is ${limit ?? 'not there'}`
  return yesOrNo('DP-6.7', on && Number(limit ?? 0) >= FEWEST_BACKLOG, `/proc/cmdline: ${said}`)
}

export function yesOrNo(id: HostItemId, holds: boolean, evidence: string, unit: string | null = null): HostFinding {
  return finding(id, holds ? 'pass' : 'fail', evidence, unit)
}

function words(text: string): readonly string[] {
  return text.trim().split(/\s+/)
}
