import { error, hasErrors, info, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { applyStepwise } from '../stepwise.ts'
import { writes, type ApplyOptions, type ApplyResult, type Plan, type PlanAction, type Planning } from '../plan.ts'
import { openCluster, type ClusterClient } from './cluster-client.ts'
import type { ElasticConnection } from './connection.ts'
import { openKibana, type KibanaClient } from './kibana-client.ts'
import type { LiveRule } from './live-rule.ts'
import { applyRule, checkRules } from './rule-apply.ts'
import { planRules, type DesiredRules } from './rule-plan.ts'
import { findRules, getRule } from './rule-store.ts'
import { planTemplate, type DesiredTemplate } from './template-plan.ts'
import { applyTemplate, checkTemplates, getTemplate, templateKind } from './template-store.ts'

/** What a pack wants of an Elastic deployment. */
export interface DesiredElastic extends DesiredRules {
  /** Component templates before the index templates that are composed of them. */
  readonly templates: readonly DesiredTemplate[]
}

interface Clients {
  readonly cluster: ClusterClient | null
  readonly kibana: KibanaClient | null
}

/**
 * Reads Elasticsearch and Kibana, as far as each is named in the connection, and plans what a deployment would do.
 * Nothing is written. A side that is wanted and not named is left out with `target/not-configured` (info); when neither
 * is named it is an error (`target/connection`).
 */
export async function planElastic(desired: DesiredElastic, connection: ElasticConnection): Promise<Planning> {
  return withClients(connection, async ({ cluster, kibana }): Promise<Planning> => {
    const diagnostics: Diagnostic[] = []
    const actions: PlanAction[] = []
    if (cluster === null) {
      if (desired.templates.length > 0) diagnostics.push(leftOut('Elasticsearch', 'index templates are'))
    } else {
      const planned = await planTemplates(desired, cluster)
      actions.push(...planned.actions)
      diagnostics.push(...planned.diagnostics)
    }
    if (kibana === null) {
      if (desired.rules.length > 0) diagnostics.push(leftOut('Kibana', 'detection rules are'))
    } else if (!hasErrors(diagnostics)) {
      const live = await readLive(desired, kibana)
      const planned = Array.isArray(live)
        ? planRules(desired, live as readonly LiveRule[])
        : { actions: [], diagnostics: [live as Diagnostic] }
      actions.push(...planned.actions)
      diagnostics.push(...planned.diagnostics)
    }
    if (hasErrors(diagnostics)) return { kind: 'failed', diagnostics }
    return { kind: 'plan', plan: { target: 'elastic', pack: desired.pack, actions }, diagnostics }
  })
}

/**
 * Does exactly what a plan says: templates first, then rules, one after the other, each read back. Before the first
 * write every object is looked at again; when one has changed since the plan, nothing is written. At the first failure
 * it stops.
 */
export async function applyElastic(
  plan: Plan,
  connection: ElasticConnection,
  options: ApplyOptions = {},
): Promise<ApplyResult> {
  const applied = await withClients(connection, async ({ cluster, kibana }) => {
    const rules = plan.actions.filter((action) => action.object.kind === 'rule')
    const templates = plan.actions.filter((action) => action.object.kind !== 'rule')
    const check = async (): Promise<readonly Diagnostic[]> => {
      if ((cluster === null && templates.some(writes)) || (kibana === null && rules.some(writes)))
        return [error('target/connection', 'the connection names less than the plan was made for')]
      const found = cluster === null ? [] : await checkTemplates(templates, cluster)
      return hasErrors(found) || kibana === null ? found : [...found, ...(await checkRules(rules, kibana))]
    }
    const act = async (action: PlanAction): Promise<readonly Diagnostic[]> => {
      if (templateKind(action.object) !== undefined) return cluster === null ? [] : applyTemplate(action, cluster)
      return kibana === null ? [] : applyRule(action, kibana)
    }
    return applyStepwise(plan, check, act, options)
  })
  if (!('kind' in applied)) return applied
  const outcomes = plan.actions.map((action) => ({ action, result: writes(action) ? 'skipped' : 'nothing' }) as const)
  return { outcomes, diagnostics: applied.diagnostics }
}

async function planTemplates(
  desired: DesiredElastic,
  cluster: ClusterClient,
): Promise<{ readonly actions: readonly PlanAction[]; readonly diagnostics: readonly Diagnostic[] }> {
  const actions: PlanAction[] = []
  for (const template of desired.templates) {
    const live = await getTemplate(cluster, template.kind, template.name)
    if (live.kind === 'failed') return { actions, diagnostics: [live.diagnostic] }
    actions.push(planTemplate(template, live.value, desired.pack))
  }
  const later = actions.some((action) => action.kind === 'create' && action.object.kind === 'index-template')
  const rollover = actions.some((action) => action.kind === 'update')
  return {
    actions,
    diagnostics: [
      ...(later
        ? [info('target/data-stream-later', 'the data stream is made by the first event that is written to it')]
        : []),
      ...(rollover
        ? [
            info(
              'target/rollover',
              'a changed template takes effect on the next backing index of a data stream',
              undefined,
              { hint: 'roll the data stream over to have it at once' },
            ),
          ]
        : []),
    ],
  }
}

/** Every live rule that matters to the plan, or what went wrong. */
async function readLive(desired: DesiredRules, kibana: KibanaClient): Promise<readonly LiveRule[] | Diagnostic> {
  const ours = await findRules(kibana, desired.pack)
  if (ours.kind === 'failed') return ours.diagnostic
  const known = new Set(ours.value.map((rule) => rule.ruleId))
  const live = [...ours.value]
  for (const { rule_id: id } of desired.rules) {
    if (known.has(id)) continue
    const other = await getRule(kibana, id)
    if (other.kind === 'failed') return other.diagnostic
    if (other.value !== undefined) live.push(other.value)
  }
  return live
}

async function withClients<T>(
  connection: ElasticConnection,
  use: (clients: Clients) => Promise<T>,
): Promise<T | { readonly kind: 'failed'; readonly diagnostics: readonly Diagnostic[] }> {
  if (connection.elasticsearch === undefined && connection.kibana === undefined) {
    const hint = 'set the address of Elasticsearch, of Kibana, or of both'
    return {
      kind: 'failed',
      diagnostics: [error('target/connection', 'no address of Elastic is given', undefined, { hint })],
    }
  }
  const cluster = connection.elasticsearch === undefined ? null : await openCluster(connection)
  const kibana = connection.kibana === undefined ? null : await openKibana(connection)
  try {
    const diagnostics = [
      ...(cluster?.kind === 'failed' ? cluster.diagnostics : []),
      ...(kibana?.kind === 'failed' ? kibana.diagnostics : []),
    ]
    if (cluster?.kind === 'failed' || kibana?.kind === 'failed') return { kind: 'failed', diagnostics }
    return await use({ cluster: cluster?.client ?? null, kibana: kibana?.client ?? null })
  } finally {
    if (cluster?.kind === 'open') await cluster.client.close()
    if (kibana?.kind === 'open') await kibana.client.close()
  }
}

function leftOut(what: string, whose: string): Diagnostic {
  return info('target/not-configured', `no address of ${what} is given, so ${whose} left out`)
}
