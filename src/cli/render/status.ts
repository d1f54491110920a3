import { printable } from '../../diagnostic/frame.ts'
import { isRuleKind, type ObjectKind } from '../../target/object.ts'
import type { PackIdentity, Place } from '../../target/plan.ts'
import type { ReceiptHead } from '../../target/receipt.ts'
import type { LateEvents } from '../../target/status.ts'
import type { Paint } from '../terminal.ts'
import { plural } from './plural.ts'
import { table } from './table.ts'

/** One object of a pack in a target. Null is what the target does not tell. */
export interface RuleRow {
  readonly kind: ObjectKind
  readonly id: string
  readonly title: string
  /** The version that the pack has. */
  readonly wanted: number | null
  /** The one that is there. */
  readonly deployed: number | null
  /** `watched`: not kept there, but run by "detpack watch --from". `tuned`: as the pack wants it, but for what a person tuned. `left-over`: the pack no longer holds it. */
  readonly state: 'deployed' | 'watched' | 'tuned' | 'outdated' | 'drifted' | 'missing' | 'blocked' | 'left-over'
  /** Known where it differs from what the pack wants. */
  readonly on: boolean | null
  /** RFC 3339. */
  readonly run: string | null
  readonly error: string | null
  /** In the last day. */
  readonly alerts: number | null
  /** Whether in the last day there were events of every action that the rule asks for. */
  readonly telemetry: 'seen' | 'silent' | null
}

export interface StatusReport {
  readonly target: Place
  readonly pack: PackIdentity
  readonly last: ReceiptHead | null
  readonly rules: readonly RuleRow[]
  readonly late: readonly LateEvents[]
}

/** What others wrote into the target steers no terminal. */
export function renderStatus({ target, pack, last, rules, late }: StatusReport, paint: Paint): string {
  const lines = [`${pack.name} ${pack.version} (${pack.digest.slice(0, 12)}) in ${target.name}: ${target.at}`]
  if (last !== null)
    lines.push(printable(`last: ${last.purpose} ${last.state} at ${last.at} by ${last.by}, receipt ${last.id}`))
  const rows = rules.map((row) => ({
    object: isRuleKind(row.kind) ? row.title : `${row.kind} ${row.id}`,
    version: versionOf(row),
    state: row.on === false ? `${row.state}, off` : row.on === true ? `${row.state}, on` : row.state,
    'last run': row.run ?? '-',
    alerts: row.alerts === null ? '-' : String(row.alerts),
    telemetry: row.telemetry ?? '-',
    error: row.error ?? '',
  }))
  if (rows.length > 0) lines.push(table(rows, paint))
  for (const { from, to, count, host } of late) {
    const where = host === null ? '' : ` from ${host}`
    const again = `detpack deploy backfill -t ${target.name} --from ${from} --to ${to} runs them again`
    const told = `late: ${plural(count, 'event')}${where} of ${from} to ${to} came after their rules had run;`
    lines.push(`${paint('warn', printable(told))}\n      ${printable(again)}`)
  }
  return `${lines.join('\n')}\n`
}

/** `v2`, and `v1, not v2` where another one is there. */
function versionOf({ wanted, deployed }: RuleRow): string {
  if (wanted === null || deployed === null || deployed === wanted) return wanted === null ? '' : `v${wanted}`
  return `v${deployed}, not v${wanted}`
}
