import { existsSync } from 'node:fs'
import { error } from '../../../diagnostic/diagnostic.ts'
import { formatTime } from '../../../event/record.ts'
import { localAlert } from '../../../govern/triage/local.ts'
import { renderAlert, stateAt, type RegisteredAlert } from '../../../govern/triage/register.ts'
import { ExitCode } from '../../exit-code.ts'
import { localStoreFile, openStore } from '../../local-store.ts'
import { loadMappedRules } from '../../packs.ts'
import { table } from '../../render/table.ts'
import { report } from '../../report.ts'
import type { Shared } from '../../shared.ts'
import { paintFor, produce } from '../../terminal.ts'
import { Unusable } from '../../unusable.ts'

export interface TriageShowOptions {
  readonly all?: boolean
  readonly format: 'text' | 'ndjson'
  readonly store?: string
}

/** The alerts of the local store without a verdict, or all, or one with everything that was said of it. */
export async function triageShow(
  shared: Shared,
  prefix: string | undefined,
  { all, format, store: named }: TriageShowOptions,
): Promise<ExitCode> {
  const { configuration, program } = loadMappedRules([], undefined)
  const file = localStoreFile(configuration, named)
  if (!existsSync(file)) throw new Unusable(`there is no local store "${file}"`)
  const store = await openStore(file)
  try {
    const verdicts = store.verdicts()
    const alerts: RegisteredAlert[] = []
    for (const { alert, storedAt } of store.storedAlerts('', '~')) {
      if (prefix !== undefined && !alert.id.startsWith(prefix)) continue
      const own = verdicts.filter((each) => each.alert === alert.id)
      if (own.length > 0 && all !== true && prefix === undefined) continue
      const rule = [...program.rules.values()].find(({ id }) => id === alert.rule)
      const about = { title: rule?.title ?? alert.rule, version: rule?.governance.version ?? null }
      const found = localAlert(alert, storedAt, own, 'local', about)
      if (found !== undefined) alerts.push(found)
    }
    if (prefix !== undefined && alerts.length === 0) {
      report([error('govern/unknown-alert', `nobody knows an alert "${prefix}"`)], shared.color)
      return ExitCode.no
    }
    await produce(
      format === 'ndjson' ? alerts.map((each) => `${renderAlert(each)}\n`).join('') : textOf(alerts, shared),
    )
    return ExitCode.ok
  } finally {
    store.close()
  }
}

function textOf(alerts: readonly RegisteredAlert[], shared: Shared): string {
  if (alerts.length === 0) return 'every alert has a verdict\n'
  const rows = alerts.map((alert) => {
    const { verdict, by, note } = stateAt(alert)
    return {
      alert: alert.id.slice(0, 12),
      raised: formatTime(alert.raised).slice(0, 19),
      host: alert.host ?? '-',
      verdict: verdict ?? '-',
      by: by ?? '-',
      rule: `${alert.title}${note === null ? '' : ` (${note})`}`,
    }
  })
  return `${table(rows, paintFor(process.stdout, shared.color))}\n`
}
