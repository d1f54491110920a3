import { yesOrNo } from './audit.ts'
import { finding, type HostFinding } from './item.ts'

/**
 * Judges whether the clock is synchronised, by whichever client of NTP says so; null: there is none, or it does not answer.
 *
 * @param timedatectl `timedatectl show --property=NTPSynchronized --value`
 * @param chrony `chronyc -n tracking`
 */
export function judgeClock(timedatectl: string | null, chrony: string | null): HostFinding {
  if (timedatectl !== null) return yesOrNo('DP-7.1', timedatectl.trim() === 'yes', `timedatectl: ${timedatectl.trim()}`)
  const leap = chrony === null ? undefined : /^Leap status\s*:\s*(.+)$/m.exec(chrony)?.[1]
  if (leap === undefined) return finding('DP-7.1', 'unknown', 'neither timedatectl nor chronyc says it')
  return yesOrNo('DP-7.1', leap.trim() === 'Normal', `chronyc: leap status ${leap.trim()}`)
}

/** Units that ship events or logs to another machine, by the names that their packages give them. */
export const SHIPPERS = [
  ...['detpack-ship.service', 'systemd-journal-upload.service', 'elastic-agent.service', 'filebeat.service'],
  ...['auditbeat.service', 'SplunkForwarder.service', 'vector.service', 'fluent-bit.service'],
]

/** It ships only where its configuration names another machine. */
export const RSYSLOG = 'rsyslog.service'

/**
 * @param active of each unit its ActiveState; null: systemd does not answer
 * @param rsyslog all of the configuration of rsyslog (rsyslog.conf(5))
 */
export function judgeShippers(active: ReadonlyMap<string, string> | null, rsyslog: string): HostFinding {
  if (active === null) return finding('DP-7.2', 'unknown', 'systemd does not answer here')
  const running = [...active].filter(([, state]) => state === 'active').map(([name]) => name)
  const shipping = running.filter((name) => name !== RSYSLOG || sendsOn(rsyslog))
  const local = running.length > shipping.length ? `; ${RSYSLOG} is, and sends nothing to another machine` : ''
  if (shipping.length > 0) return finding('DP-7.2', 'pass', `${shipping.join(', ')} is active`)
  return finding(
    'DP-7.2',
    'fail',
    `none of ${[...active.keys()].filter((name) => name !== RSYSLOG).join(', ')} is active${local}`,
  )
}

/** `*.* @@host`, or an action of omfwd or omrelp with a target. */
function sendsOn(configuration: string): boolean {
  const lines = configuration.split('\n').map((line) => line.replace(/#.*/, ''))
  return (
    lines.some((line) => /^\s*[^\s:]\S*\s+@@?[\w[(]/.test(line)) ||
    /type\s*=\s*"om(?:fwd|relp)"/i.test(lines.join('\n'))
  )
}

/** How it went with an event that was put in to be found again. */
export type CanaryEnd =
  /** Or it was, and nobody could look for it. */
  | { readonly kind: 'not-sent'; readonly why: string }
  | { readonly kind: 'found'; readonly id: string; readonly target: string; readonly after: number }
  | { readonly kind: 'not-found'; readonly id: string; readonly target: string; readonly after: number }

/** Times in milliseconds. */
export function judgeCanary(end: CanaryEnd): HostFinding {
  if (end.kind === 'not-sent') return finding('DP-7.3', 'unknown', end.why)
  const seconds = (end.after / 1000).toFixed(1)
  const what = `the event ${end.id} was ${end.kind === 'found' ? 'found' : 'not found'} in "${end.target}"`
  return yesOrNo('DP-7.3', end.kind === 'found', `${what} ${end.kind === 'found' ? 'after' : 'within'} ${seconds} s`)
}
