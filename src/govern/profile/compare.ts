import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Span } from '../../diagnostic/source.ts'
import { ADDRESS_FAMILIES } from '../systemd/address-family.ts'
import { exposureOf, type Exposure } from '../systemd/exposure.ts'
import { passes, type FilterList } from '../systemd/filter-list.ts'
import { knownCalls } from '../systemd/read-setting.ts'
import type { ServiceSettings } from '../systemd/setting.ts'
import type { ControlId } from '../control/baseline.ts'
import { LISTS, type ProfileLine, type ServiceProfile } from './profile.ts'

/** A service as it stands, with what to point at where it says nothing. */
export interface ServiceUnit {
  readonly name: string
  readonly settings: ServiceSettings
  readonly exposure: Exposure
  readonly span: Span | undefined
}

/**
 * What a service has beyond its profile or lacks of it, each at the line that says so, else at the unit's section, with
 * the lines to write.
 *
 * `govern/bounding-set`, `govern/ambient-set`, `govern/system-calls`, `govern/address-families`, `govern/root`,
 * `govern/weak-setting`, `govern/missing-setting`, `govern/exposure`: errors. `govern/bounding-set-narrow`: a warning, the
 * service may not run as the profile says.
 */
export function compareWithProfile(unit: ServiceUnit, profile: ServiceProfile): readonly Diagnostic[] {
  return [
    ...compareBoundingSet(unit, profile),
    ...compareAmbientSet(unit, profile),
    ...compareUser(unit, profile),
    ...compareList(unit, profile, 'SystemCallFilter', 'govern/system-calls', 'system call', knownCalls()),
    ...compareList(
      unit,
      profile,
      'RestrictAddressFamilies',
      'govern/address-families',
      'address family',
      ADDRESS_FAMILIES,
    ),
    ...compareSettings(unit, profile),
    ...compareExposure(unit, profile),
  ]
}

function compareBoundingSet(unit: ServiceUnit, { id, linuxCapabilities }: ServiceProfile): readonly Diagnostic[] {
  const { boundingSet } = unit.settings
  const span = placeOf(unit, 'CapabilityBoundingSet')
  const hint = `write CapabilityBoundingSet=${[...linuxCapabilities.keys()].join(' ')}`
  const more = [...boundingSet].filter((one) => !linuxCapabilities.has(one))
  const less = [...linuxCapabilities].filter(([one, { optional }]) => !optional && !boundingSet.has(one))
  const wide = `${unit.name} may use ${listed(more, 'Linux capability', 'Linux capabilities')} that the profile "${id}" does not allow`
  const narrow = `${unit.name} may not use ${less.map(([one]) => one).join(', ')}, which the profile "${id}" says it needs`
  const needed = less.map(([one, { why }]) => `${one}: ${why}`).join('; ')
  return [
    ...(more.length > 0 ? [error('govern/bounding-set', cited(wide, 'DP-2'), span, { hint })] : []),
    ...(less.length > 0 ? [warning('govern/bounding-set-narrow', cited(narrow, 'DP-2'), span, { hint: needed })] : []),
  ]
}

function compareAmbientSet(unit: ServiceUnit, { id, linuxCapabilities }: ServiceProfile): readonly Diagnostic[] {
  const more = [...unit.settings.ambientSet].filter((one) => !linuxCapabilities.has(one))
  if (more.length === 0) return []
  const kept = [...unit.settings.ambientSet].filter((one) => linuxCapabilities.has(one))
  const message = `${unit.name} gives every program it starts ${listed(more, 'Linux capability', 'Linux capabilities')} that the profile "${id}" does not allow`
  const hint = `write AmbientCapabilities=${kept.join(' ')}`
  return [error('govern/ambient-set', cited(message, 'DP-2'), placeOf(unit, 'AmbientCapabilities'), { hint })]
}

function compareUser(unit: ServiceUnit, { id, root }: ServiceProfile): readonly Diagnostic[] {
  if (root || unit.settings.user !== null) return []
  const message = `${unit.name} runs as root, which the profile "${id}" does not allow`
  const hint = 'write User= with a user of its own, or DynamicUser=yes'
  return [error('govern/root', cited(message, 'DP-2'), placeOf(unit, 'User'), { hint })]
}

function compareList(
  unit: ServiceUnit,
  profile: ServiceProfile,
  key: (typeof LISTS)[number],
  code: Diagnostic['code'],
  what: string,
  all: Iterable<string>,
): readonly Diagnostic[] {
  const lines = profile.lines.filter((line) => line.key === key)
  if (lines.length === 0) return []
  const of = (settings: ServiceSettings): FilterList | null =>
    key === 'SystemCallFilter' ? settings.systemCalls : settings.addressFamilies
  const [theirs, allowed] = [of(unit.settings), of(profile.settings)]
  const more = [...all].filter((name) => passes(theirs, name) && !passes(allowed, name))
  if (more.length === 0) return []
  const which = theirs === null ? `any ${what}` : listed(more, what, what.replace(/y$/, 'ie') + 's')
  const message = `${unit.name} may use ${which}${theirs === null ? `: it has no ${key}=` : ` that the profile "${profile.id}" does not allow`}`
  const hint = `write ${lines.map(written).join(', then ')}`
  return [error(code, cited(message, 'DP-2'), placeOf(unit, key), { hint })]
}

/** Every other line, by its item of the exposure. What a unit says itself is told at its place, the rest together. */
function compareSettings(unit: ServiceUnit, profile: ServiceProfile): readonly Diagnostic[] {
  const wanted = exposureOf(profile.settings).items
  // What systemd does not rate of an early service is asked of it all the same.
  const own = exposureOf({ ...unit.settings, defaultDependencies: true }).items
  const weaker = new Set(
    own.filter((item, i) => (item.badness ?? 0) > (wanted[i]?.badness ?? 0)).map((item) => item.directive),
  )
  const failing = profile.lines.filter(({ key }) => weaker.has(key) && !LISTS.some((list) => list === key))
  const said = failing.filter(({ key }) => unit.settings.places.has(key))
  const unsaid = failing.filter((line) => !said.includes(line))
  const missing = `${unit.name} does not set ${[...new Set(unsaid.map((line) => line.key))].join(', ')}, which the profile "${profile.id}" asks for`
  return [
    ...[...new Set(said.map((line) => line.key))].map((key) => {
      const lines = said.filter((line) => line.key === key)
      const why = lines.find((line) => line.why !== null)?.why
      const message = `${key}= of ${unit.name} is weaker than the profile "${profile.id}" asks for`
      const hint = `write ${lines.map(written).join(', then ')}${why === undefined ? '' : `: ${why}`}`
      return error('govern/weak-setting', cited(message, 'DP-2'), placeOf(unit, key), { hint })
    }),
    ...(unsaid.length > 0
      ? [
          error('govern/missing-setting', cited(missing, 'DP-2'), unit.span, {
            hint: `write ${unsaid.map(written).join(', ')}`,
          }),
        ]
      : []),
  ]
}

function compareExposure(unit: ServiceUnit, { id, exposure }: ServiceProfile): readonly Diagnostic[] {
  const { overall, level, items } = unit.exposure
  if (overall <= exposure) return []
  const shares = new Map<string, number>()
  for (const item of items) shares.set(item.directive, (shares.get(item.directive) ?? 0) + item.share)
  const largest = [...shares].sort(([, a], [, b]) => b - a).slice(0, 4)
  const message = `${unit.name} has an exposure of ${overall.toFixed(1)} (${level}), and the profile "${id}" allows ${exposure.toFixed(1)}`
  const hint = `the most of it comes from ${largest.map(([name, share]) => `${name} (${share.toFixed(1)})`).join(', ')}`
  return [error('govern/exposure', cited(message, 'DP-2'), unit.span, { hint })]
}

function written({ key, value }: ProfileLine): string {
  return `${key}=${value}`
}

/** `CAP_KILL, CAP_CHOWN, CAP_FOWNER and 12 more Linux capabilities`. */
function listed(names: readonly string[], one: string, many: string): string {
  const shown = names.slice(0, 3)
  const rest = names.length - shown.length
  if (rest === 0) return `the ${names.length === 1 ? one : many} ${shown.join(', ')}`
  return `${shown.join(', ')} and ${rest} more ${rest === 1 ? one : many}`
}

function cited(message: string, control: ControlId): string {
  return `${message} (${control})`
}

function placeOf({ settings, span }: ServiceUnit, key: string): Span | undefined {
  return settings.places.get(key) ?? span
}
