import { existsSync, readFileSync } from 'node:fs'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import { formatTime } from '../event/record.ts'
import { deploymentOf, type DeploymentRecord } from '../govern/deployment.ts'
import { objectIn, parseObject } from '../govern/json.ts'
import type { Period } from '../govern/period.ts'
import { kibanaAlert, kibanaCaseIds, KIBANA_FIELDS, type KibanaCase } from '../govern/triage/kibana.ts'
import { localAlert } from '../govern/triage/local.ts'
import type { RegisteredAlert } from '../govern/triage/register.ts'
import { splunkAlert } from '../govern/triage/splunk.ts'
import type { Configuration } from '../pack/configuration.ts'
import { reason } from '../pack/system-reason.ts'
import { readKibanaAlerts, readKibanaCase } from '../target/elastic/alert-reader.ts'
import { openKibana } from '../target/elastic/kibana-client.ts'
import { openLocalStore } from '../target/local/store.ts'
import { readNotables } from '../target/splunk/notable-reader.ts'
import type { Target } from '../target/target.ts'
import { secretFromStdin } from './destination.ts'
import type { TargetOptions } from './deployment.ts'
import { elasticConnection } from './elastic.ts'
import { localStoreFile } from './local-store.ts'
import type { MappedRules } from './packs.ts'
import { openSplunkClient } from './splunk-client.ts'
import { TargetProblem } from './target-problem.ts'
import { Unusable } from './unusable.ts'

/** A rule of the pack, as alerts are told of. */
type KnownRules = ReadonlyMap<string, { readonly id: string; readonly title: string; readonly version: number | null }>

/** The alerts of a period in Kibana, of the rules of the pack. What Kibana refuses is a `TargetProblem`. */
export async function pullKibana(
  loaded: MappedRules,
  period: Period,
  options: TargetOptions,
  onCount: (count: number) => void,
): Promise<readonly RegisteredAlert[]> {
  const given = options.secretStdin === true ? secretFromStdin() : undefined
  const opening = await openKibana(elasticConnection(loaded.configuration, options, given))
  if (opening.kind === 'failed') throw new TargetProblem(opening.diagnostics)
  const { client } = opening
  try {
    const rules = loaded.selected.filter(({ alone }) => alone).map(({ id }) => id as string)
    const asked = { rules, from: formatTime(period.from), to: formatTime(period.to), fields: [...KIBANA_FIELDS] }
    const cases = new Map<string, KibanaCase>()
    const alerts: RegisteredAlert[] = []
    for await (const page of readKibanaAlerts(client, asked)) {
      if ('code' in page) throw new TargetProblem([page])
      for (const source of page.alerts) {
        for (const id of kibanaCaseIds(source)) {
          if (cases.has(id)) continue
          const found = await readKibanaCase(client, id)
          if (found !== undefined && 'code' in found) throw new TargetProblem([found])
          cases.set(id, found ?? { title: `${id}, which is gone`, tags: [] })
        }
        const alert = kibanaAlert(source, options.target, cases)
        if (alert !== undefined) alerts.push(alert)
      }
      onCount(alerts.length)
    }
    return alerts
  } finally {
    await client.close()
  }
}

/** The alerts of a period in the local store, with their verdicts. */
export async function pullLocal(
  configuration: Configuration,
  rules: KnownRules,
  period: Period,
  options: TargetOptions,
): Promise<readonly RegisteredAlert[]> {
  const file = localStoreFile(configuration, options.store)
  if (!existsSync(file)) throw new Unusable(`there is no local store "${file}"`)
  const opening = await openLocalStore(file)
  if (opening.kind === 'failed') throw new TargetProblem(opening.diagnostics)
  const { store } = opening
  try {
    const verdicts = new Map<string, ReturnType<typeof store.verdicts>[number][]>()
    for (const each of store.verdicts()) verdicts.set(each.alert, [...(verdicts.get(each.alert) ?? []), each])
    const alerts: RegisteredAlert[] = []
    for (const { alert, storedAt } of store.storedAlerts(formatTime(period.from), formatTime(period.to))) {
      const rule = rules.get(alert.rule) ?? { title: alert.rule, version: null }
      const found = localAlert(alert, storedAt, verdicts.get(alert.id) ?? [], options.target, rule)
      if (found !== undefined) alerts.push(found)
    }
    return alerts
  } finally {
    store.close()
  }
}

/**
 * The notables or findings in a file: what a search such as "| `notable` | table *" or the findings of Enterprise Security
 * give as JSON, one a line, each as it is or under `result`.
 */
export function readSplunkExport(file: string, rules: KnownRules, target: string): SplunkAlerts {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (problem) {
    throw new Unusable(`cannot read "${file}": ${reason(problem)}`)
  }
  const rows = text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    const json = parseObject(line)
    if (json === undefined) throw new Unusable(`${file}:${i + 1}: this line is no JSON object`)
    return [objectIn(json['result']) ?? json]
  })
  return splunkAlerts(rows, rules, target)
}

/** The notables of a period that Enterprise Security has. What Splunk refuses is a `TargetProblem`. */
export async function pullSplunk(
  configuration: Configuration,
  rules: KnownRules,
  period: Period,
  options: TargetOptions,
): Promise<SplunkAlerts> {
  const client = await openSplunkClient(configuration, options)
  try {
    const read = await readNotables(client, period.from, period.to)
    if (read.kind === 'failed') throw new TargetProblem([read.diagnostic])
    return splunkAlerts(read.value, rules, options.target)
  } finally {
    await client.close()
  }
}

interface SplunkAlerts {
  readonly alerts: readonly RegisteredAlert[]
  /** How many rows are of no rule of the pack, or no notables. */
  readonly passed: number
}

function splunkAlerts(rows: readonly JsonObject[], rules: KnownRules, target: string): SplunkAlerts {
  const alerts = rows.flatMap((row) => splunkAlert(row, target, rules) ?? [])
  return { alerts, passed: rows.length - alerts.length }
}

/** As many receipts as anybody will have. */
const MOST = 10_000

/** What was done to a target, by its receipts. */
export async function pullDeployments(
  target: Target,
  pack: string,
): Promise<{ readonly deployments: readonly DeploymentRecord[]; readonly diagnostics: readonly Diagnostic[] }> {
  const heads = await target.receipts?.heads(pack, MOST)
  if (heads === undefined) return { deployments: [], diagnostics: [] }
  if (heads.kind === 'failed') return { deployments: [], diagnostics: [heads.diagnostic] }
  const deployments: DeploymentRecord[] = []
  for (const { id } of heads.value) {
    const receipt = await target.receipts?.get(id)
    if (receipt?.kind === 'failed') return { deployments, diagnostics: [receipt.diagnostic] }
    if (receipt?.value !== undefined) deployments.push(deploymentOf(receipt.value))
  }
  return { deployments, diagnostics: [] }
}
