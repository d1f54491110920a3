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

/** Units that ship events or logs to another machine. */
export const SHIPPERS = [
  'detpack-ship.service',
  'systemd-journal-upload.service',
  'filebeat.service',
  'splunk.service',
] as const

/** @param active of each unit what `systemctl is-active` says; null: systemd does not answer */
export function judgeShippers(active: ReadonlyMap<string, string> | null): HostFinding {
  if (active === null) return finding('DP-7.2', 'unknown', 'systemd does not answer here')
  const running = [...active].filter(([, state]) => state === 'active').map(([name]) => name)
  const said =
    running.length > 0 ? `${running.join(', ')} is active` : `none of ${[...active.keys()].join(', ')} is active`
  return yesOrNo('DP-7.2', running.length > 0, said)
}

/** How it went with an event that was put in to be found again. */
export type CanaryEnd =
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
