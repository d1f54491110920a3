import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source, Span } from '../../diagnostic/source.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { parseYaml, type Entry, type MapNode } from '../../diagnostic/yaml.ts'
import { parseDuration, type Duration } from '../../ir/duration.ts'
import { decodeReview, type Approval } from './approval.ts'
import { EXPOSURE_ITEMS } from '../systemd/exposure-item.ts'
import { LINUX_CAPABILITIES, type LinuxCapability } from '../systemd/linux-capability.ts'
import { readSettings } from '../systemd/read-setting.ts'
import type { ServiceSettings } from '../systemd/setting.ts'
import type { Assignment } from '../systemd/unit-text.ts'

/** What services of one kind may have at most and must have at least (rules/baselines/profiles). */
export interface ServiceProfile {
  readonly id: string
  readonly title: string
  /** The role that answers for it. */
  readonly owner: string
  /** Names of units; `*` stands for any letters. */
  readonly units: readonly string[]
  readonly reviewEvery: Duration
  /** Whether the service may be started as root. */
  readonly root: boolean
  readonly linuxCapabilities: ReadonlyMap<LinuxCapability, AllowedLinuxCapability>
  /** The lines that a unit would have, without the two for Linux capabilities. */
  readonly lines: readonly ProfileLine[]
  /** What those lines and the Linux capabilities mean. */
  readonly settings: ServiceSettings
  /** The most exposure, 0.0 to 10.0. */
  readonly exposure: number
  /** Of a baseline for one unit: who proposed it. */
  readonly proposedBy: string | null
  readonly approval: Approval | null
  readonly span: Span
}

export interface AllowedLinuxCapability {
  readonly why: string
  /** An entry of rules/risks. */
  readonly risk: string
  /** Some set-ups do without it: a unit that does not grant it is as good. */
  readonly optional: boolean
  readonly span: Span
}

export interface ProfileLine {
  readonly key: string
  readonly value: string
  readonly why: string | null
  readonly span: Span
}

/** Judged by what they let through, name by name. */
export const LISTS = ['SystemCallFilter', 'RestrictAddressFamilies'] as const

/** Judged by their item of the exposure: what a unit says must be no worse. */
const JUDGED: ReadonlySet<string> = new Set([
  ...EXPOSURE_ITEMS.map((item) => item.directive),
  ...LISTS,
  'IPAddressAllow',
  // Of a unit's own baseline, for its drop-in: what it names is nobody else's to judge.
  'ReadWritePaths',
])

/** Said by keys of their own. */
const SAID_ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['CapabilityBoundingSet', '"linux_capabilities"'],
  ['AmbientCapabilities', '"linux_capabilities"'],
  ['User', '"root"'],
])

/** Reads a profile. A file with a mistake gives its diagnostics and no profile. */
export function parseProfile(source: Source): { profile?: ServiceProfile; diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    const span = root?.span ?? { source, start: 0, end: 0 }
    if (diagnostics.length === 0) diagnostics.push(error('govern/wrong-type', 'a profile must be a map', span))
    return { diagnostics }
  }
  const reader = new MapReader(root, 'govern', 'a profile', diagnostics)
  const profile = decodeProfile(reader, diagnostics)
  reader.finish()
  return hasErrors(diagnostics) ? { diagnostics } : { profile, diagnostics }
}

function decodeProfile(reader: MapReader, diagnostics: Diagnostic[]): ServiceProfile {
  reader.require('id', 'title', 'owner', 'review_every', 'root', 'linux_capabilities', 'settings', 'exposure')
  const linuxCapabilities = decodeLinuxCapabilities(reader.map('linux_capabilities'), diagnostics)
  const lines = decodeLines(reader.map('settings'), diagnostics)
  const names = [...linuxCapabilities.keys()].join(' ')
  const assignments: Assignment[] = [
    { section: 'Service', key: 'CapabilityBoundingSet', value: names, span: reader.span },
    ...lines.map(({ key, value, span }) => ({ section: 'Service', key, value, span })),
  ]
  const read = readSettings(assignments)
  diagnostics.push(...read.diagnostics)
  return {
    id: reader.text('id') ?? '',
    title: reader.text('title') ?? '',
    owner: reader.text('owner') ?? '',
    units: reader.texts('units')?.map((each) => each.text) ?? [],
    reviewEvery: decodeDuration(reader, 'review_every', diagnostics),
    root: reader.boolean('root') ?? false,
    linuxCapabilities,
    lines,
    settings: read.settings,
    exposure: decodeExposure(reader, diagnostics),
    ...decodeReview(reader, diagnostics),
    span: reader.span,
  }
}

function decodeLinuxCapabilities(
  map: MapNode | undefined,
  diagnostics: Diagnostic[],
): ReadonlyMap<LinuxCapability, AllowedLinuxCapability> {
  const allowed = new Map<LinuxCapability, AllowedLinuxCapability>()
  for (const { key, value } of map?.entries ?? []) {
    const name = LINUX_CAPABILITIES.find((one) => one === key.text)
    if (name === undefined) {
      const hint = didYouMean(key.text, LINUX_CAPABILITIES)
      diagnostics.push(error('govern/unknown-value', `there is no Linux capability "${key.text}"`, key.span, { hint }))
    } else if (value.kind !== 'map') {
      diagnostics.push(error('govern/wrong-type', `"${name}" must be a map with "why" and "risk"`, value.span))
    } else {
      const reader = new MapReader(value, 'govern', 'an allowed Linux capability', diagnostics)
      reader.require('why', 'risk')
      const why = reader.text('why') ?? ''
      const risk = reader.text('risk') ?? ''
      const optional = reader.boolean('optional') ?? false
      reader.finish()
      allowed.set(name, { why, risk, optional, span: key.span })
    }
  }
  return allowed
}

function decodeLines(map: MapNode | undefined, diagnostics: Diagnostic[]): readonly ProfileLine[] {
  return (map?.entries ?? []).flatMap((entry) => {
    const key = entry.key.text
    const elsewhere = SAID_ELSEWHERE.get(key)
    if (elsewhere !== undefined || !JUDGED.has(key)) {
      const hint = elsewhere === undefined ? didYouMean(key, JUDGED) : `it is said by ${elsewhere}`
      const message = `a profile cannot ask for "${key}"`
      diagnostics.push(error('govern/unknown-setting', message, entry.key.span, { hint }))
      return []
    }
    return decodeLine(entry, diagnostics)
  })
}

/** `Key: value`, or `Key: {value: …, why: …}`; a list of values is as many lines. */
function decodeLine({ key, value }: Entry, diagnostics: Diagnostic[]): readonly ProfileLine[] {
  if (value.kind !== 'map') return lineOf(key.text, value, null, diagnostics)
  const reader = new MapReader(value, 'govern', 'a setting', diagnostics)
  reader.require('value')
  const node = reader.node('value')
  const why = reader.text('why') ?? null
  reader.finish()
  return node === undefined ? [] : lineOf(key.text, node, why, diagnostics)
}

function lineOf(
  key: string,
  value: Entry['value'],
  why: string | null,
  diagnostics: Diagnostic[],
): readonly ProfileLine[] {
  const items = value.kind === 'list' ? value.items : [value]
  return items.flatMap((item) => {
    if (item.kind === 'scalar') return [{ key, value: item.text, why, span: item.span }]
    diagnostics.push(error('govern/wrong-type', `"${key}" must be a text or a list of texts`, item.span))
    return []
  })
}

function decodeDuration(reader: MapReader, key: string, diagnostics: Diagnostic[]): Duration {
  const text = reader.text(key)
  const duration = text === undefined ? undefined : parseDuration(text)
  const node = reader.node(key)
  if (text !== undefined && duration === undefined && node !== undefined)
    diagnostics.push(error('govern/wrong-type', `"${key}" must be a time such as 180d`, node.span))
  return duration ?? (0 as Duration)
}

function decodeExposure(reader: MapReader, diagnostics: Diagnostic[]): number {
  const node = reader.node('exposure')
  if (node === undefined) return 0
  if (node.kind === 'scalar' && typeof node.value === 'number' && node.value >= 0 && node.value <= 10) return node.value
  diagnostics.push(error('govern/wrong-type', '"exposure" must be a number from 0.0 to 10.0', node.span))
  return 0
}
