import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { Json } from '../../event/field.ts'
import type { Level, Program, Rule, Status } from '../../ir/rule.ts'
import { contentDigest } from '../../event/canonical.ts'
import { undeployable, wishFor } from '../deployable.ts'
import type { PackException } from '../exception.ts'
import { localException, type LocalException } from './local-exception.ts'
import { ruleClosure } from '../../ir/rule-closure.ts'
import type { KeptRule } from './stored-rule.ts'

/** A rule as the local store keeps it. */
export type LocalRule = {
  /** The rule's id. */
  readonly rule: string
  readonly title: string
  readonly version: number
  readonly level: Level | null
  readonly status: Status | null
  readonly enabled: boolean
  /** The mapping that the rule went through. */
  readonly mapping: string
  /** The document as written, for people. */
  readonly source: string
  /** The rule and the rules it stands on, itself last: the IR as JSON, without places. */
  readonly meaning: Json
  /** What it is not to see for a while; left out where there is nothing. */
  readonly exceptions?: readonly LocalException[]
  /** SHA-256 of all of the above. */
  readonly digest: string
}

export type LocalArtifact =
  | { readonly kind: 'rule'; readonly rule: LocalRule; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: 'refused'; readonly diagnostics: readonly Diagnostic[] }

/** The local rule of one rule of a mapped program; refused for what `undeployable` says. */
export function localRule(
  rule: Rule,
  program: Program,
  mapping: string,
  enabled = wishFor(rule) === 'enabled',
  exceptions: readonly PackException[] = [],
): LocalArtifact {
  const diagnostics = undeployable(rule)
  if (diagnostics.length > 0) return { kind: 'refused', diagnostics }
  const { source, start, end } = rule.span
  const content = {
    rule: rule.id,
    title: rule.title,
    version: rule.governance.version ?? 1,
    level: rule.level,
    status: rule.status,
    enabled,
    mapping,
    source: source.text.slice(start, end),
    ...meantBy(rule, program, exceptions),
  }
  return { kind: 'rule', rule: { ...content, digest: contentDigest(content) }, diagnostics }
}

/** A rule as if the local store had it, without what keeps one out of targets. */
export function keptRule(rule: Rule, program: Program, exceptions: readonly PackException[]): KeptRule {
  const { source, start, end } = rule.span
  const content = { title: rule.title, source: source.text.slice(start, end), ...meantBy(rule, program, exceptions) }
  return { rule: rule.id, enabled: true, content }
}

function meantBy(
  rule: Rule,
  program: Program,
  exceptions: readonly PackException[],
): Pick<LocalRule, 'meaning' | 'exceptions'> {
  const meaning = ruleClosure(rule, program).map(meaningOf)
  return { meaning, ...(exceptions.length > 0 && { exceptions: exceptions.map(localException) }) }
}

/** A part of the IR as JSON: maps become objects, places are left out. */
function meaningOf(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  if (Array.isArray(value)) return value.map(meaningOf)
  const entries = value instanceof Map ? [...(value as ReadonlyMap<string, unknown>)] : keptEntries(value)
  return Object.fromEntries(entries.map(([key, each]) => [key, meaningOf(each)]))
}

/** Where things stand in a file is no part of what they mean. */
const PLACES = new Set(['span', 'item'])

function keptEntries(value: unknown): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).filter(([key, each]) => !PLACES.has(key) && each !== undefined)
}
