import type { ControlId } from '../control/baseline.ts'

/** What one thing that a host is checked for means. */
export interface HostItem {
  readonly title: string
  /** Why it matters. */
  readonly rationale: string
  /** What to do where it fails. */
  readonly remediation: string
  /** Items of the CIS Debian Linux 12 Benchmark 1.1.0 beside it. */
  readonly cis: readonly string[]
  /** Controls of NIST SP 800-53 revision 5. */
  readonly nist: readonly string[]
}

/**
 * What `check host` looks for. An id begins with the control of detpack's own baseline that it serves. The ones of services
 * are judged for each service that a profile names.
 */
export const HOST_ITEMS = {
  'DP-1.1': item(
    'the service has a baseline that somebody else approved',
    'A general profile says what services of a kind may do; only an approved baseline says what this one needs.',
    'watch it with the sensor, then: detpack harden propose UNIT --events FILE, and approve it as somebody else',
    [],
    ['AC-6(7)', 'CM-6'],
  ),
  'DP-2.1': item(
    'its unit grants what its baseline allows, and no more',
    'What a unit grants beyond its need is there for whoever takes the service over.',
    'detpack harden check UNIT says what to write',
    [],
    ['AC-6', 'CM-6', 'CM-7'],
  ),
  'DP-2.2': item(
    'its processes hold no Linux capability beyond its unit',
    'A unit that was changed holds for a service only once it is started again.',
    'systemctl daemon-reload, then systemctl restart UNIT',
    [],
    ['AC-6', 'CM-6'],
  ),
  'DP-6.1': item(
    'the sensor runs, watches the whole host and lost nothing',
    'Without it, and without the audit system in its place, uses of capabilities leave no trace.',
    'systemctl enable --now detpack-sensor, with "all" in /etc/detpack/sensor.conf; detpack sensor check says what it cannot see',
    [],
    ['AU-2', 'AU-12', 'SI-4'],
  ),
  'DP-6.2': item(
    'the audit system is on',
    'While it is off no audit rule has an effect.',
    'systemctl enable --now auditd',
    ['6.2.1.2'],
    ['AU-2', 'AU-12'],
  ),
  'DP-6.3': item(
    'audit rules are loaded for the calls by which Linux capabilities are used',
    'A call that no rule names leaves no record.',
    'write a rule for each of them below /etc/audit/rules.d, then: augenrules --load',
    ['6.2.3.2', '6.2.3.10', '6.2.3.19'],
    ['AU-2', 'AU-12', 'AC-6(9)'],
  ),
  'DP-6.4': item(
    'the rules that are loaded are those on disk',
    'Rules that were only loaded are gone at the next start, and rules only on disk do nothing.',
    'augenrules --load; while the rules are locked, start the host again',
    ['6.2.3.21'],
    ['AU-12', 'CM-6'],
  ),
  'DP-6.5': item(
    'audit rules are locked until the next start',
    'Otherwise whoever becomes root takes them out first.',
    'put "-e 2" at the end of the last file below /etc/audit/rules.d, then start the host again',
    ['6.2.3.20'],
    ['AU-9', 'AU-12'],
  ),
  'DP-6.6': item(
    'the audit system lost no record since the start',
    'What was lost cannot be had back, and may have been the point of the load.',
    'raise the backlog: "-b 8192" or more in /etc/audit/rules.d, and audit_backlog_limit=8192 at the start of the kernel',
    ['6.2.1.4'],
    ['AU-5', 'AU-9'],
  ),
  'DP-6.7': item(
    'the kernel was started with audit=1',
    'Processes that are older than the audit system are never audited without it.',
    'add audit=1 audit_backlog_limit=8192 to the command line of the kernel',
    ['6.2.1.3', '6.2.1.4'],
    ['AU-12'],
  ),
  'DP-7.1': item(
    'the clock is synchronised',
    'Chains are told by order and by gaps: with a wrong clock they are not found, or found where there are none.',
    'systemctl enable --now systemd-timesyncd, or another client of NTP',
    [],
    ['AU-8'],
  ),
  'DP-7.2': item(
    'something ships the events',
    'Events that stay on the host are gone when it is taken over.',
    'systemctl enable --now detpack-ship, or ship the log of the audit system by rsyslog or systemd-journal-upload',
    ['6.1.2.1.3', '6.1.3.6'],
    ['AU-9', 'AU-5'],
  ),
  'DP-7.3': item(
    'an event that was put in here is found in the SIEM in time',
    'Only an event that arrives proves that events arrive.',
    'detpack ship --dry-run -t TARGET asks the target; see the spool and the log of detpack-ship for what it said',
    ['6.1.2.1.2', '6.1.3.6'],
    ['AU-5', 'CA-7'],
  ),
} as const satisfies Readonly<Record<`${ControlId}.${number}`, HostItem>>

export type HostItemId = keyof typeof HOST_ITEMS

export const HOST_ITEM_IDS = Object.keys(HOST_ITEMS) as readonly HostItemId[]

/** `not-applicable`: it does not concern this host, and `unknown`: it does, and could not be told. */
export const HOST_RESULTS = ['pass', 'fail', 'not-applicable', 'unknown'] as const
export type HostResult = (typeof HOST_RESULTS)[number]

/** What was found of one item, on a host or of one of its services. */
export interface HostFinding {
  readonly id: HostItemId
  /** The unit; null: the host itself. */
  readonly unit: string | null
  readonly result: HostResult
  /** What was seen, a sentence each. */
  readonly evidence: readonly string[]
}

export function finding(
  id: HostItemId,
  result: HostResult,
  evidence: readonly string[] | string,
  unit: string | null = null,
): HostFinding {
  return { id, unit, result, evidence: typeof evidence === 'string' ? [evidence] : evidence }
}

function item(
  title: string,
  rationale: string,
  remediation: string,
  cis: readonly string[],
  nist: readonly string[],
): HostItem {
  return { title, rationale, remediation, cis, nist }
}
