import { formatDay } from '../day.ts'
import type { CheckedUnit } from '../profile/check-unit.ts'
import { LINUX_CAPABILITIES, type LinuxCapability } from '../systemd/linux-capability.ts'
import { yesOrNo } from './audit.ts'
import { finding, type HostFinding } from './item.ts'

/** A service that runs: the bounding sets of its processes, as /proc/PID/status has them. */
export type RunningSets = ReadonlyMap<number, bigint>

/**
 * Judges a service that a profile names: whether its baseline is approved, whether its unit keeps to it, and whether its
 * processes keep to the unit. Of other services nobody said that they are in scope.
 *
 * @param running null: the host does not run, or its processes cannot be looked at
 */
export function judgeService(
  { name, profile, exposure, diagnostics }: CheckedUnit,
  boundingSet: ReadonlySet<LinuxCapability> | null,
  running: RunningSets | null,
): readonly HostFinding[] {
  if (profile === null || exposure === null) return []
  const { approval, id } = profile
  const approved = approval === null ? undefined : `by "${approval.by}" until ${formatDay(approval.until)}`
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return [
    yesOrNo(
      'DP-1.1',
      approved !== undefined,
      approved === undefined ? `only the general profile "${id}" names it` : `"${id}" is approved ${approved}`,
      name,
    ),
    finding(
      'DP-2.1',
      errors.length === 0 ? 'pass' : 'fail',
      [`exposure ${exposure.overall.toFixed(1)} ${exposure.level}`, ...errors.map(({ message }) => message)],
      name,
    ),
    judgeProcesses(name, boundingSet, running),
  ]
}

function judgeProcesses(
  name: string,
  boundingSet: ReadonlySet<LinuxCapability> | null,
  running: RunningSets | null,
): HostFinding {
  if (running === null) return finding('DP-2.2', 'unknown', 'its processes cannot be looked at here', name)
  if (running.size === 0) return finding('DP-2.2', 'not-applicable', 'it does not run', name)
  const beyond = [...running].flatMap(([pid, set]) => {
    const more = LINUX_CAPABILITIES.filter((one, bit) => ((set >> BigInt(bit)) & 1n) === 1n && !boundingSet?.has(one))
    return more.length === 0 ? [] : [`process ${pid} may also use ${more.join(', ')}`]
  })
  if (beyond.length > 0) return finding('DP-2.2', 'fail', beyond, name)
  return finding('DP-2.2', 'pass', `processes that hold what the unit says or less: ${running.size}`, name)
}
