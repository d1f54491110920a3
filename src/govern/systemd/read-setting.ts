import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { ADDRESS_FAMILIES, addressFamily } from './address-family.ts'
import { withLine, type FilterList } from './filter-list.ts'
import { imply } from './implied.ts'
import { LINUX_CAPABILITIES, linuxCapability, type LinuxCapability } from './linux-capability.ts'
import { isNewerWord, newerCalls, newerMessage } from './newer.ts'
import {
  CHOICES,
  NAMESPACES,
  SWITCHES,
  type Choice,
  type Namespace,
  type ServiceSettings,
  type Switch,
} from './setting.ts'
import { SYSCALL_GROUPS } from './syscall-group.ts'
import { parseTruth, words, type Assignment } from './unit-text.ts'
import type { Written } from './written.ts'

/**
 * The settings of a service from the lines of its unit file and drop-ins, in their order (systemd.exec(5),
 * systemd.resource-control(5); behaviour of systemd 252, src/core/load-fragment.c). A value that systemd would drop
 * with a warning, a misspelt Linux capability above all, is `govern/unknown-value` and changes nothing; one that only a newer
 * systemd knows is `govern/newer-value`, a warning, and counts.
 */
export function readSettings(assignments: readonly Assignment[]): {
  readonly settings: ServiceSettings
  readonly diagnostics: readonly Diagnostic[]
} {
  const diagnostics: Diagnostic[] = []
  const written = nothingWritten()
  for (const each of assignments) {
    if (each.section === 'Unit' && each.key === 'DefaultDependencies') {
      const value = parseTruth(each.value)
      if (value === undefined) unknownValue(each, each.value, ['yes', 'no'], diagnostics)
      else written.defaultDependencies = value
    }
    if (each.section !== 'Service') continue
    written.places.set(each.key, each.span)
    readOne(each, written, diagnostics)
  }
  return { settings: imply(written), diagnostics }
}

function nothingWritten(): Written {
  return {
    defaultDependencies: true,
    user: null,
    supplementaryGroups: [],
    switches: Object.fromEntries(SWITCHES.map((name) => [name, false])) as Record<Switch, boolean>,
    choices: Object.fromEntries(
      Object.entries(CHOICES).map(([name, [first]]) => [name, first]),
    ) as unknown as Written['choices'],
    boundingSet: new Set(LINUX_CAPABILITIES),
    ambientSet: new Set(),
    systemCalls: null,
    architectures: new Set(),
    addressFamilies: null,
    namespaces: null,
    umask: 0o022,
    delegate: false,
    deviceAllow: [],
    ipAddressAllow: [],
    ipAddressDeny: [],
    ipFilters: new Set(),
    rootDirectory: '',
    rootImage: '',
    places: new Map(),
  }
}

function readOne(of: Assignment, written: Written, diagnostics: Diagnostic[]): void {
  const { key, value } = of
  if (isSwitch(key)) return readSwitch(key, of, written, diagnostics)
  if (isChoice(key)) return readChoice(key, of, written, diagnostics)
  switch (key) {
    case 'User':
      written.user = value === '' ? null : value
      return
    case 'SupplementaryGroups':
      written.supplementaryGroups = value === '' ? [] : [...written.supplementaryGroups, ...words(value)]
      return
    case 'CapabilityBoundingSet':
      written.boundingSet = withCapabilities(written.boundingSet, of, true, diagnostics)
      return
    case 'AmbientCapabilities':
      written.ambientSet = withCapabilities(written.ambientSet, of, false, diagnostics)
      return
    case 'SystemCallFilter':
      written.systemCalls = withLine(
        written.systemCalls,
        value,
        (word, inverted) => systemCalls(word, inverted, of, diagnostics),
        membersOf('@default'),
      )
      return
    case 'SystemCallArchitectures':
      if (value === '') written.architectures = new Set()
      for (const word of words(value)) written.architectures.add(word)
      return
    case 'RestrictAddressFamilies':
      written.addressFamilies =
        value === 'none'
          ? NO_FAMILY
          : withLine(written.addressFamilies === NO_FAMILY ? null : written.addressFamilies, value, (word) =>
              addressFamilyNamed(word, of, diagnostics),
            )
      return
    case 'RestrictNamespaces':
      written.namespaces = withNamespaces(written.namespaces, of, diagnostics)
      return
    case 'UMask':
      readUmask(of, written, diagnostics)
      return
    case 'Delegate':
      // A list of controllers, the empty one too, delegates.
      written.delegate = parseTruth(value) ?? true
      return
    case 'DeviceAllow':
      written.deviceAllow = value === '' ? [] : [...written.deviceAllow, value]
      return
    case 'IPAddressAllow':
      written.ipAddressAllow = value === '' ? [] : [...written.ipAddressAllow, ...words(value)]
      return
    case 'IPAddressDeny':
      written.ipAddressDeny = value === '' ? [] : [...written.ipAddressDeny, ...words(value)]
      return
    case 'IPIngressFilterPath':
    case 'IPEgressFilterPath':
      if (value === '') written.ipFilters.delete(key)
      else written.ipFilters.add(key)
      return
    case 'RootDirectory':
      written.rootDirectory = value === '/' ? '' : value
      return
    case 'RootImage':
      written.rootImage = value
      return
  }
}

function isSwitch(key: string): key is Switch {
  return (SWITCHES as readonly string[]).includes(key)
}

function isChoice(key: string): key is Choice {
  return key in CHOICES
}

function readSwitch(key: Switch, of: Assignment, written: Written, diagnostics: Diagnostic[]): void {
  const isNewer = isNewerWord(key, of.value)
  const value = isNewer || parseTruth(of.value)
  if (value === undefined) unknownValue(of, of.value, ['yes', 'no'], diagnostics)
  else written.switches[key] = value
  if (isNewer) diagnostics.push(warning('govern/newer-value', newerMessage(of.key, of.value), of.span))
}

function readChoice(key: Choice, of: Assignment, written: Written, diagnostics: Diagnostic[]): void {
  const allowed: readonly string[] = CHOICES[key]
  const truth = parseTruth(of.value)
  const word = truth === undefined ? of.value : truth ? 'yes' : 'no'
  if (allowed.includes(word)) written.choices = { ...written.choices, [key]: word }
  else unknownValue(of, of.value, allowed, diagnostics)
}

/** `config_parse_capability_set`: what still is as at the start, or an empty line, is replaced; else lines add up. */
function withCapabilities(
  before: ReadonlySet<LinuxCapability>,
  of: Assignment,
  fromAll: boolean,
  diagnostics: Diagnostic[],
): ReadonlySet<LinuxCapability> {
  const inverted = of.value.startsWith('~')
  const named = new Set<LinuxCapability>()
  for (const word of words(inverted ? of.value.slice(1) : of.value)) {
    const one = linuxCapability(word)
    if (one === undefined) unknownValue(of, word, LINUX_CAPABILITIES, diagnostics)
    else named.add(one)
  }
  const untouched = fromAll ? before.size === LINUX_CAPABILITIES.length : before.size === 0
  if (named.size === 0 || untouched)
    return inverted ? new Set(LINUX_CAPABILITIES.filter((one) => !named.has(one))) : named
  return inverted
    ? new Set([...before].filter((one) => !named.has(one)))
    : new Set(LINUX_CAPABILITIES.filter((one) => before.has(one) || named.has(one)))
}

function systemCalls(word: string, inverted: boolean, of: Assignment, diagnostics: Diagnostic[]): readonly string[] {
  const [name = '', number] = word.split(':')
  if (number !== undefined && !inverted) {
    diagnostics.push(
      error('govern/unknown-value', `a call that is allowed takes no error number: "${word}"`, of.span, {
        hint: 'systemd leaves the word out; write it behind "~"',
      }),
    )
    return []
  }
  if (name.startsWith('@') ? SYSCALL_GROUPS.has(name) : knownCalls().has(name)) return membersOf(name)
  const newer = newerCalls(name)
  if (newer !== undefined) {
    diagnostics.push(warning('govern/newer-value', newerMessage(of.key, name), of.span))
    return newer
  }
  unknownValue(of, name, name.startsWith('@') ? SYSCALL_GROUPS.keys() : knownCalls(), diagnostics)
  return []
}

let known: ReadonlySet<string> | undefined

/** Every system call that systemd knows by name. */
export function knownCalls(): ReadonlySet<string> {
  known ??= new Set([...SYSCALL_GROUPS.values()].flat().filter((one) => !one.startsWith('@')))
  return known
}

/** The system calls behind a name, groups of groups included. */
export function membersOf(name: string): readonly string[] {
  if (!name.startsWith('@')) return [name]
  return (SYSCALL_GROUPS.get(name) ?? []).flatMap(membersOf)
}

/** `none` allows no family; a later line starts anew. */
const NO_FAMILY: FilterList = { allow: true, names: new Set() }

function addressFamilyNamed(word: string, of: Assignment, diagnostics: Diagnostic[]): readonly string[] {
  const family = addressFamily(word)
  if (family !== undefined) return [family]
  unknownValue(of, word, ADDRESS_FAMILIES, diagnostics)
  return []
}

function withNamespaces(
  before: ReadonlySet<Namespace> | null,
  of: Assignment,
  diagnostics: Diagnostic[],
): ReadonlySet<Namespace> | null {
  if (of.value === '') return null
  const truth = parseTruth(of.value)
  if (truth !== undefined) return new Set(truth ? [] : NAMESPACES)
  const inverted = of.value.startsWith('~')
  const named = new Set<Namespace>()
  for (const word of words(inverted ? of.value.slice(1) : of.value)) {
    const one = NAMESPACES.find((name) => name === word)
    // One wrong word makes systemd drop the whole line.
    if (one === undefined) {
      unknownValue(of, word, NAMESPACES, diagnostics)
      return before
    }
    named.add(one)
  }
  if (before === null) return inverted ? new Set(NAMESPACES.filter((one) => !named.has(one))) : named
  return new Set(NAMESPACES.filter((one) => (named.has(one) ? !inverted : before.has(one))))
}

function readUmask(of: Assignment, written: Written, diagnostics: Diagnostic[]): void {
  if (/^0?[0-7]{1,4}$/.test(of.value)) written.umask = parseInt(of.value, 8)
  else unknownValue(of, of.value, ['0022', '0027', '0077'], diagnostics)
}

function unknownValue(of: Assignment, word: string, allowed: Iterable<string>, diagnostics: Diagnostic[]): void {
  const all = [...allowed]
  if (word === '') {
    const message = `${of.key}= needs a value; systemd drops the line, and what was said before stays`
    diagnostics.push(error('govern/unknown-value', message, of.span, { hint: `one of ${all.join(', ')}` }))
    return
  }
  const hint =
    didYouMean(word, all) ?? didYouMeanPart(word, all) ?? (all.length <= 8 ? `one of ${all.join(', ')}` : undefined)
  const message = `${of.key}= does not know "${word}", and systemd leaves it out without stopping`
  diagnostics.push(error('govern/unknown-value', message, of.span, { hint }))
}

/** `CAP_RAWIO` for `CAP_SYS_RAWIO`: a part of the name was forgotten. */
function didYouMeanPart(word: string, all: readonly string[]): string | undefined {
  const end = word.toUpperCase().replace(/^[A-Z]+/, '')
  const near = end.length > 2 ? all.find((one) => one.endsWith(end)) : undefined
  return near && `did you mean "${near}"?`
}
