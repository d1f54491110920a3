import { canonicalJson, contentDigest } from '../event/canonical.ts'
import type { JsonObject } from '../event/field.ts'
import { formatTime, parseTime, type Time } from '../event/record.ts'
import type { Receipt } from '../target/receipt.ts'
import { countIn, listIn, objectIn, parseObject, textIn, timeIn } from './json.ts'

/** What one run of detpack did to a target: of a receipt what an auditor asks for. */
export interface DeploymentRecord {
  /** The id of the receipt. */
  readonly id: string
  readonly target: string
  readonly at: Time
  readonly by: string
  readonly purpose: string
  readonly state: string
  readonly pack: { readonly name: string; readonly version: string; readonly digest: string }
  readonly changes: readonly DeployedChange[]
}

export interface DeployedChange {
  readonly kind: string
  readonly id: string
  readonly title: string
  readonly action: string
  readonly version: number | null
  readonly result: string
  /** SHA-256 of the object as it was to be; null when it was to go. */
  readonly digest: string | null
}

export function deploymentOf(receipt: Receipt): DeploymentRecord {
  const { id, place, at, by, purpose, state, pack, changes } = receipt
  return {
    ...{ id, target: place.name, by, purpose, state, pack },
    at: parseTime(at) ?? (0 as Time),
    changes: changes.map(({ kind, id, title, action, after, result }) => ({
      ...{ kind, id, title, action, result },
      version: after === null ? null : (countIn(after, 'version') ?? null),
      digest: after === null ? null : contentDigest(after),
    })),
  }
}

export function renderDeployment(record: DeploymentRecord): string {
  return canonicalJson({
    ...record,
    at: formatTime(record.at),
    pack: { ...record.pack },
    changes: record.changes.map((each) => ({ ...each })),
  })
}

/** Reads a line that `renderDeployment` wrote; undefined for anything else. */
export function parseDeployment(line: string): DeploymentRecord | undefined {
  const json = parseObject(line)
  const texts = textsOf(json, ['id', 'target', 'by', 'purpose', 'state'])
  const pack = textsOf(objectIn(json?.['pack']), ['name', 'version', 'digest'])
  const at = timeIn(json, 'at')
  const changes = listIn(json?.['changes']).map((each) => changeOf(objectIn(each)))
  if (texts === undefined || pack === undefined || at === undefined || changes.includes(undefined)) return undefined
  return { ...texts, pack, at, changes: changes as readonly DeployedChange[] }
}

function changeOf(json: JsonObject | undefined): DeployedChange | undefined {
  const texts = textsOf(json, ['kind', 'id', 'title', 'action', 'result'])
  return texts && { ...texts, version: countIn(json, 'version') ?? null, digest: textIn(json, 'digest') ?? null }
}

function textsOf<const Key extends string>(
  json: JsonObject | undefined,
  keys: readonly Key[],
): Readonly<Record<Key, string>> | undefined {
  const entries = keys.map((key) => [key, textIn(json, key)] as const)
  return entries.some(([, value]) => value === undefined)
    ? undefined
    : (Object.fromEntries(entries) as Readonly<Record<Key, string>>)
}

/** The version of each rule that a target held at a time, as far as its deployments tell. */
export function deployedAt(
  deployments: readonly DeploymentRecord[],
  time: Time,
): ReadonlyMap<string, readonly DeployedRule[]> {
  const held = new Map<string, Map<string, DeployedRule>>()
  const before = deployments.filter(({ at }) => at < time).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  for (const { target, at, pack, changes, id: receipt } of before) {
    for (const { kind, id, version, digest, result } of changes) {
      if (kind !== 'rule' || result !== 'done') continue
      const rules = held.get(id) ?? new Map<string, DeployedRule>()
      held.set(id, rules)
      if (digest === null) rules.delete(target)
      else rules.set(target, { target, version, since: at, pack: pack.version, receipt })
    }
  }
  return new Map([...held].map(([id, targets]) => [id, [...targets.values()]]))
}

export interface DeployedRule {
  readonly target: string
  readonly version: number | null
  readonly since: Time
  /** The version of the pack. */
  readonly pack: string
  readonly receipt: string
}
