import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { formatTime, type Time } from '../../event/record.ts'
import type { ServiceProfile } from '../profile/profile.ts'
import { exposureOf } from '../systemd/exposure.ts'
import { LINUX_CAPABILITIES, type LinuxCapability } from '../systemd/linux-capability.ts'
import { knownCalls, readSettings } from '../systemd/read-setting.ts'
import type { Assignment } from '../systemd/unit-text.ts'
import { Source } from '../../diagnostic/source.ts'
import { confinementOf, type ConfinementLine } from './confinement.ts'
import type { Evidence } from './evidence.ts'
import type { Observation } from './observer.ts'
import { exactFilter, filterFor } from './system-calls.ts'

/** What a service would be allowed, for somebody else than its author to approve. */
export interface Proposal {
  readonly observation: Observation
  readonly linuxCapabilities: readonly ProposedLinuxCapability[]
  /** Without the two for Linux capabilities. */
  readonly lines: readonly ConfinementLine[]
  /** Whether the service starts as root. */
  readonly root: boolean
  /** Of the unit with these lines. */
  readonly exposure: number
  /** Why somebody might not trust it. */
  readonly doubts: readonly string[]
  /** Phases of its life that it was said not to have. */
  readonly without: readonly Phase[]
}

export interface ProposedLinuxCapability {
  readonly name: LinuxCapability
  readonly why: string
  readonly risk: string
  /** Null: not seen; kept for a reviewer to take away. */
  readonly evidence: Evidence | null
}

export const PHASES = ['start', 'reload', 'rotation'] as const
export type Phase = (typeof PHASES)[number]

export interface ProposeOptions {
  /** Lines of the unit as it stands, if there is one. */
  readonly unit: readonly Assignment[]
  /** Says which risks go with which Linux capabilities. */
  readonly profile: ServiceProfile | undefined
  /** How often each system call was made, by a recording of strace; null: there is none. */
  readonly systemCalls: ReadonlyMap<string, number> | null
  readonly without: readonly Phase[]
}

/**
 * The least that a service needs, as far as it was seen. No proposal is made of nothing (`govern/nothing-observed`), of a
 * window with losses (`govern/gap-in-window`), or of one in which the service did not start, reload or reopen its logs
 * (`govern/window-incomplete`): it would break when it does.
 */
export function propose(
  observation: Observation,
  options: ProposeOptions,
): { readonly proposal?: Proposal; readonly diagnostics: readonly Diagnostic[] } {
  const { unit, window, gaps } = observation
  if (window === null) {
    const hint = 'run the sensor with --unit or --all while it starts, reloads and works'
    return { diagnostics: [error('govern/nothing-observed', `no event is of ${unit}`, undefined, { hint })] }
  }
  const diagnostics: Diagnostic[] = [
    ...gaps.map((gap) => error('govern/gap-in-window', `${unit} may need what was not seen: ${gap}`)),
    ...missingPhases(observation, options.without),
  ]
  if (diagnostics.length > 0) return { diagnostics }
  const linuxCapabilities = proposeLinuxCapabilities(observation, options)
  const lines = proposeLines(observation, options)
  const settings = readSettings([...options.unit, ...dropInAssignments(linuxCapabilities, lines)]).settings
  const proposal: Proposal = {
    observation,
    linuxCapabilities,
    lines,
    root: settings.user === null,
    exposure: exposureOf(settings).overall,
    doubts: doubtsOf(observation, options),
    without: options.without,
  }
  const denied = [...observation.refused.denied.keys()]
  if (denied.length > 0) {
    const message = `${unit} was refused ${denied.join(', ')}, and its calls failed: an attempt is no need, so it is not in the proposal`
    diagnostics.push(warning('govern/refused-use', message))
  }
  return { proposal, diagnostics }
}

function missingPhases({ unit, phases }: Observation, without: readonly Phase[]): readonly Diagnostic[] {
  const seen: readonly (readonly [Phase, boolean, string])[] = [
    ['start', phases.starts > 0, 'did not start'],
    ['reload', phases.reloads > 0, 'was not told to reload'],
    ['rotation', phases.rotations > 0 || !phases.logs, 'did not open a log anew'],
  ]
  return seen
    .filter(([phase, found]) => !found && !without.includes(phase))
    .map(([phase, , what]) => {
      const hint = `let it happen while the sensor runs, or say that it never does: --without ${phase}`
      return error('govern/window-incomplete', `${unit} ${what} in the window`, undefined, { hint })
    })
}

function proposeLinuxCapabilities(
  of: Observation,
  { unit, profile }: ProposeOptions,
): readonly ProposedLinuxCapability[] {
  const riskOf = (name: LinuxCapability): string => profile?.linuxCapabilities.get(name)?.risk ?? 'R-SERVICE-01'
  const written = unit.some(({ section, key }) => section === 'Service' && key === 'CapabilityBoundingSet')
  const stated = written ? readSettings(unit).settings.writtenBoundingSet : new Set<LinuxCapability>()
  return LINUX_CAPABILITIES.flatMap((name): readonly ProposedLinuxCapability[] => {
    const evidence = of.granted.get(name)
    const reason = profile?.linuxCapabilities.get(name)?.why
    if (evidence !== undefined)
      return [
        {
          name,
          why: [reason, inWords(evidence)].filter((part) => part !== undefined).join(': '),
          risk: riskOf(name),
          evidence,
        },
      ]
    if (of.kept.has(name))
      return [
        { name, why: 'the program keeps it (capset) and was not seen to use it', risk: riskOf(name), evidence: null },
      ]
    if (!stated.has(name)) return []
    return [
      { name, why: 'in the unit, and not seen in the window: a reviewer decides', risk: riskOf(name), evidence: null },
    ]
  })
}

/** All system calls that are known to have been made; null: not recorded. */
function systemCallsOf(of: Observation, { systemCalls }: ProposeOptions): ReadonlySet<string> | null {
  if (systemCalls === null && of.made === null) return null
  return new Set([...(systemCalls?.keys() ?? []), ...(of.made?.keys() ?? []), ...of.calls])
}

/** A trace is of one run, with one version of each library: by groups. What the sensor noted over a window is taken as it is. */
function filterOf(of: Observation, options: ProposeOptions): readonly ConfinementLine[] {
  const key = 'SystemCallFilter'
  const made = systemCallsOf(of, options)
  if (made === null)
    return (options.profile?.lines ?? [])
      .filter((line) => line.key === key)
      .map(({ value }) => ({ key, value, why: 'of its profile: system calls were not recorded' }))
  const known = [...made].filter((name) => knownCalls().has(name))
  if (options.systemCalls !== null)
    return filterFor(known).map((value) => ({ key, value, why: `${made.size} system calls were recorded` }))
  return [{ key, value: exactFilter(known), why: `${known.length} system calls were made, and no others` }]
}

function proposeLines(of: Observation, options: ProposeOptions): readonly ConfinementLine[] {
  const families = [...of.addressFamilies.keys()]
  return [
    ...filterOf(of, options),
    {
      key: 'RestrictAddressFamilies',
      value: families.length === 0 ? 'none' : families.join(' '),
      why:
        families.length === 0
          ? 'no socket was made'
          : [...of.addressFamilies].map(([name, one]) => `${name} ${one.count}`).join(', '),
    },
    ...confinementOf(of, systemCallsOf(of, options)),
  ]
}

function doubtsOf(of: Observation, options: ProposeOptions): readonly string[] {
  const { window, hosts } = of
  const made = systemCallsOf(of, options)
  const nameless = [...(of.made?.keys() ?? [])].filter((name) => !knownCalls().has(name))
  const hours = window === null ? 0 : (window.to - window.from) / 3_600_000
  return [
    ...(hours < 24
      ? [`the window is ${hours < 1 ? `${Math.round(hours * 60)} minutes` : `${Math.round(hours)} hours`} long`]
      : []),
    ...(hosts.length < 2 ? ['it was seen on one host only'] : []),
    ...(made === null
      ? [
          `system calls were not recorded${of.madeInPart ? ' whole' : ''}: ${options.profile === undefined ? 'there is no filter' : 'the filter is that of its profile'}`,
        ]
      : []),
    ...(nameless.length > 0 ? [`the filter lacks ${nameless.join(', ')}: systemd has no name for that`] : []),
    ...(of.refused.unseen.size > 0
      ? [`${[...of.refused.unseen.keys()].join(', ')} was refused, and how the call ended is no event`]
      : []),
    'an upgrade of its package may need more',
  ]
}

/** `bind, setsockopt by nginx: 4 uses on 2 hosts, 2026-… to 2026-…`. */
export function inWords({ calls, programs, count, hosts, first, last }: Evidence): string {
  const who = programs.map((program) => program.slice(program.lastIndexOf('/') + 1)).join(', ')
  const where = `${count} ${count === 1 ? 'use' : 'uses'} on ${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}`
  return `${calls.join(', ') || 'the kernel'} by ${who}: ${where}, ${shortTime(first)} to ${shortTime(last)}`
}

function shortTime(time: Time): string {
  return `${formatTime(time).slice(0, 19)}Z`
}

/** Lists of a unit are begun anew: what it said before does not count. */
export const RESET: ReadonlySet<string> = new Set([
  'CapabilityBoundingSet',
  'SystemCallFilter',
  'RestrictAddressFamilies',
])

/** The lines of the drop-in. */
export function dropInAssignments(
  linuxCapabilities: readonly { readonly name: string }[],
  lines: readonly { readonly key: string; readonly value: string }[],
): readonly Assignment[] {
  const span = { source: new Source('proposal', ''), start: 0, end: 0 }
  const all = [{ key: 'CapabilityBoundingSet', value: linuxCapabilities.map(({ name }) => name).join(' ') }, ...lines]
  const begun = new Set<string>()
  return all.flatMap(({ key, value }) => {
    const reset = RESET.has(key) && !begun.has(key) && value !== ''
    begun.add(key)
    const own = { section: 'Service', key, value, span }
    return reset ? [{ ...own, value: '' }, own] : [own]
  })
}
