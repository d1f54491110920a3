import { hasErrors } from '../../diagnostic/diagnostic.ts'
import { usedActions } from '../../artifact/used-action.ts'
import { planDeployment } from '../../target/deployment.ts'
import { isRuleKind } from '../../target/object.ts'
import type { PlanAction } from '../../target/plan.ts'
import type { TargetStatus } from '../../target/status.ts'
import { withDeployment, type Deployment, type TargetOptions } from '../deployment.ts'
import { ExitCode } from '../exit-code.ts'
import { renderStatus, type RuleRow } from '../render/status.ts'
import { exitCodeOf, exitCodeOfTarget, report } from '../report.ts'
import type { Shared } from '../shared.ts'
import { paintFor, produce } from '../terminal.ts'
import { scheduledRules } from '../watch-elastic.ts'

export interface StatusOptions extends TargetOptions {
  readonly format: 'text' | 'json'
}

const DAY = 86_400_000

/** Each rule of the pack in a target: version, drift, last run, errors, alerts of the last day, telemetry. 1 when not all is well. */
export async function status(shared: Shared, options: StatusOptions): Promise<ExitCode> {
  return withDeployment(options, async (deployment) => {
    if (hasErrors(deployment.diagnostics)) {
      report(deployment.diagnostics, shared.color)
      return exitCodeOf(deployment.diagnostics)
    }
    const { target, pack, desired } = deployment
    const how = { pack, prune: true, overwrite: new Set<string>(), adopt: new Set<string>() }
    const planning = await planDeployment(desired, target, how)
    const told = await target.status?.(pack.name, Date.now() - DAY)
    const receipts = await target.receipts?.heads(pack.name, 1)
    const problems = [
      ...planning.diagnostics,
      ...[told, receipts].flatMap((each) => (each?.kind === 'failed' ? [each.diagnostic] : [])),
    ]
    report(problems, shared.color)
    if (planning.kind === 'failed' || hasErrors(problems)) return exitCodeOfTarget(problems)
    const known = told?.kind === 'read' ? told.value : null
    const kept = planning.plan.actions.map((action) => rowOf(action, known, deployment))
    const rows = [...kept, ...watchedRows(deployment, known)]
    const last = receipts?.kind === 'read' ? (receipts.value[0] ?? null) : null
    const whole = { target: target.place, pack, last, rules: rows, late: known?.late ?? [] }
    const paint = paintFor(process.stdout, shared.color)
    await produce(options.format === 'json' ? `${JSON.stringify(whole, null, 2)}\n` : renderStatus(whole, paint))
    return rows.every(isWell) ? ExitCode.ok : ExitCode.no
  })
}

/** Rules that the target does not keep: where there is no Kibana, the watch runs them. */
function watchedRows(deployment: Deployment, known: TargetStatus | null): readonly RuleRow[] {
  const { target, loaded } = deployment
  if (target.place.kind !== 'elastic' || target.kinds.includes('rule')) return []
  return scheduledRules(loaded).rules.map((rule) => {
    const object = { kind: 'rule', id: rule.id, title: rule.title, version: rule.version, digest: null } as const
    return { ...rowOf({ kind: 'unchanged', object, kept: [] }, known, deployment), state: 'watched' }
  })
}

function rowOf(action: PlanAction, known: TargetStatus | null, { loaded, target }: Deployment): RuleRow {
  const { object } = action
  const run = known?.runs.get(object.id) ?? null
  const rule = loaded.program.rules.get(object.id as never)
  const base = {
    ...{ kind: object.kind, id: object.id, title: object.title, state: stateOf(action) },
    ...{ wanted: object.version, deployed: deployedVersion(action) },
  }
  if (!isRuleKind(object.kind) || rule === undefined)
    return { ...base, on: null, run: null, error: null, alerts: null, telemetry: null }
  const actions = usedActions(rule, loaded.program)
  const seen = known?.events ?? null
  const count = (name: string): number => seen?.get(name) ?? 0
  const any = [...(seen?.values() ?? [])].some((each) => each > 0)
  return {
    ...base,
    on: target.kinds.includes(object.kind) ? isOn(action) : null,
    run: run?.at ?? null,
    error: run?.error ?? null,
    alerts: known?.alerts === null || known === null ? null : (known.alerts.get(object.id) ?? 0),
    telemetry:
      seen === null ? null : (actions === null ? any : actions.every((each) => count(each) > 0)) ? 'seen' : 'silent',
  }
}

function stateOf(action: PlanAction): RuleRow['state'] {
  switch (action.kind) {
    case 'unchanged':
      return action.kept.length > 0 ? 'tuned' : 'deployed'
    case 'create':
      return 'missing'
    case 'update':
    case 'replace':
      return action.drifted ? 'drifted' : 'outdated'
    case 'adopt':
    case 'blocked':
      return 'blocked'
    case 'delete':
      return 'left-over'
  }
}

/** The version that is there, as far as the plan tells. */
function deployedVersion(action: PlanAction): number | null {
  const { object } = action
  if (action.kind === 'unchanged' || action.kind === 'delete') return object.version
  if (action.kind !== 'update' && action.kind !== 'replace') return null
  const changed = action.changes.find((each) => each.field === 'version')
  if (changed === undefined) return object.version
  return typeof changed.live === 'number' ? changed.live : null
}

/** Whether the rule is switched on there, as far as the plan tells. */
function isOn(action: PlanAction): boolean | null {
  if (action.kind === 'unchanged' || action.kind === 'update' || action.kind === 'replace') {
    const switched = action.kept.find((each) => each.field === 'enabled' || each.field === 'disabled')
    if (switched !== undefined) return switched.live === (switched.field === 'enabled' ? true : '0')
  }
  return null
}

function isWell(row: RuleRow): boolean {
  return (row.state === 'deployed' || row.state === 'tuned' || row.state === 'watched') && row.error === null
}
