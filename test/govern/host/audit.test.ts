import { expect, it } from 'vitest'
import { judgeAudit, type AuditState } from '../../../src/govern/host/audit.ts'
import type { HostItemId, HostResult } from '../../../src/govern/host/item.ts'

const CALLS =
  'init_module finit_module delete_module bpf perf_event_open ptrace process_vm_readv process_vm_writev mount umount2 ' +
  'pivot_root unshare setns capset setuid setreuid setresuid setgid setregid setresgid setgroups adjtimex settimeofday ' +
  'clock_settime mknodat chown fchown fchownat chroot open_by_handle_at kexec_load reboot'
const RULE = `-a always,exit -F arch=b64 -S ${CALLS.replaceAll(' ', ',')} -F key=cap`

const GOOD: AuditState = {
  status: 'enabled 2\nfailure 1\npid 300\nbacklog_limit 8192\nlost 0\nbacklog 0\n',
  loaded: `${RULE}\n`,
  why: 'not here',
  onDisk: `-D\n-b 8192\n# a remark\n${RULE}\n-e 2\n`,
  commandLine: 'root=/dev/sda audit=1 audit_backlog_limit=8192',
}

function results(change: Partial<AuditState>): Partial<Record<HostItemId, HostResult>> {
  return Object.fromEntries(judgeAudit({ ...GOOD, ...change }).map(({ id, result }) => [id, result]))
}

const PASSED = {
  'DP-6.2': 'pass',
  'DP-6.3': 'pass',
  'DP-6.4': 'pass',
  'DP-6.5': 'pass',
  'DP-6.6': 'pass',
  'DP-6.7': 'pass',
}

it('is content with an audit system that is on, complete, locked and lost nothing', () => {
  expect(results({})).toEqual(PASSED)
})

it.each<[string, Partial<AuditState>, Partial<Record<HostItemId, HostResult>>]>([
  ['off', { status: (GOOD.status ?? '').replace('enabled 2', 'enabled 0') }, { 'DP-6.2': 'fail', 'DP-6.5': 'fail' }],
  ['not locked', { status: (GOOD.status ?? '').replace('enabled 2', 'enabled 1') }, { 'DP-6.5': 'fail' }],
  ['records lost', { status: (GOOD.status ?? '').replace('lost 0', 'lost 3') }, { 'DP-6.6': 'fail' }],
  ['little backlog', { status: (GOOD.status ?? '').replace('8192', '64') }, { 'DP-6.6': 'fail' }],
  ['no rules', { loaded: 'No rules\n', onDisk: '-D\n' }, { 'DP-6.3': 'fail', 'DP-6.4': 'fail' }],
  [
    'a rule for a call of the other architecture only',
    { loaded: RULE.replace('b64', 'b32'), onDisk: RULE.replace('b64', 'b32') },
    { 'DP-6.3': 'fail' },
  ],
  [
    'a rule that never records',
    { loaded: RULE.replace('always', 'never'), onDisk: RULE.replace('always', 'never') },
    { 'DP-6.3': 'fail' },
  ],
  ['a rule only loaded', { loaded: `${RULE}\n-w /etc/x -p wa -k x\n` }, { 'DP-6.4': 'fail' }],
  ['no rules on disk', { onDisk: null }, { 'DP-6.4': 'fail' }],
  ['started without audit', { commandLine: 'root=/dev/sda audit=0' }, { 'DP-6.7': 'fail' }],
  ['started with no backlog', { commandLine: 'audit=1' }, { 'DP-6.7': 'fail' }],
  [
    'nobody who answers',
    { status: null },
    { 'DP-6.2': 'unknown', 'DP-6.3': 'unknown', 'DP-6.4': 'unknown', 'DP-6.5': 'unknown', 'DP-6.6': 'unknown' },
  ],
])('says of %s', (_what, change, expected) => {
  expect(results(change)).toEqual({ ...PASSED, ...expected })
})

it('names the calls that no rule is for, and the rules that differ', () => {
  const loaded = `${RULE.replace('init_module,', '')}\n`
  const found = judgeAudit({ ...GOOD, loaded })
  const evidence = (id: HostItemId): string => found.find((each) => each.id === id)?.evidence.join('\n') ?? ''
  expect(evidence('DP-6.3')).toBe('31 of 32 calls have a rule; none: init_module')
  expect(evidence('DP-6.4')).toContain(`only on disk: ${RULE}`)
})

// As auditctl 3.0.9 printed rules that were loaded as on the left.
it.each([
  [
    '-a always,exit -F arch=b64 -S reboot -S bpf -F a0=5 -k x',
    '-a always,exit -F arch=b64 -S bpf,reboot -F a0=0x5 -F key=x',
  ],
  [
    '-a exit,always -F arch=b64 -S ioctl -F a1=0x400454ca -k x',
    '-a always,exit -F arch=b64 -S ioctl -F a1=0x400454CA -F key=x',
  ],
  ['-w /etc/audit/ -p wa -k x', '-w /etc/audit -p wa -k x'],
  ['-a always,exit -F dir=/etc/audit/ -F perm=aw -k x', '-w /etc/audit -p wa -k x'],
  [
    '-a always,exit -F arch=b64 -S setuid -F auid!=unset -k x',
    '-a always,exit -F arch=b64 -S setuid -F auid!=-1 -F key=x',
  ],
  [
    '-a always,exit -F arch=b64 -S setuid -F auid!=4294967295 -k x',
    '-a always,exit -F arch=b64 -S setuid -F auid!=-1 -F key=x',
  ],
])('takes for the same: %s', (onDisk, loaded) => {
  const of = (state: Partial<AuditState>): HostResult | undefined => results(state)['DP-6.4']
  expect(of({ onDisk, loaded })).toBe('pass')
  expect(of({ onDisk, loaded: loaded.replace('x', 'y') })).toBe('fail')
})
