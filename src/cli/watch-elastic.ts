import { undeployable, wishFor } from '../artifact/deployable.ts'
import { longest, windowEdges } from '../artifact/kibana/schedule.ts'
import { hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { printable } from '../diagnostic/frame.ts'
import type { JsonObject } from '../event/field.ts'
import type { NativeQuery } from '../backend/backend.ts'
import { parseDuration } from '../ir/duration.ts'
import type { Program, Rule } from '../ir/rule.ts'
import type { ClusterClient } from '../target/elastic/cluster-client.ts'
import { checkAlertStream } from '../target/elastic/watch/alert-stream.ts'
import { openRunLog, readRuns } from '../target/elastic/watch/run-log.ts'
import type { ScheduledRule } from '../target/elastic/watch/scheduled-rule.ts'
import { Scheduler, type ScheduleOptions } from '../target/elastic/watch/scheduler.ts'
import { backendFor } from './backends.ts'
import { compileRule } from './compilation.ts'
import { exceptedQuery, fittingExceptions, type RuleExceptions } from './exceptions.ts'
import { openElasticsearch, type ElasticsearchOptions } from './elasticsearch.ts'
import type { MappedRules } from './packs.ts'
import { TargetProblem } from './target-problem.ts'
import { Unusable } from './unusable.ts'

export interface WatchElasticOptions extends ElasticsearchOptions {
  /** A target of the kind elastic. */
  readonly from: string
  readonly interval?: string
  readonly delay?: string
  readonly furthest?: string
  readonly parallel?: string
  /** Whether the exceptions of the pack hold; they do unless it says no. */
  readonly exceptions?: boolean
}

/** What was opened, and what is to be run there. */
export interface Watched {
  readonly client: ClusterClient
  readonly scheduler: Scheduler
  readonly rules: readonly ScheduledRule[]
  /** Rules that cannot be run like this, each with its reason. */
  readonly left: readonly string[]
}

/** Opens the Elasticsearch of a target, and makes ready to run the rules of the pack on its events. */
export async function openWatch(
  loaded: MappedRules,
  options: WatchElasticOptions,
  told: Pick<ScheduleOptions, 'onAlerts' | 'onProblem'>,
): Promise<Watched> {
  const { client, configuration } = await openElasticsearch(loaded.configuration, '--from', options.from, options)
  const { rules, left, diagnostics } = scheduledRules({ ...loaded, configuration }, options.exceptions)
  told.onProblem(diagnostics)
  const { name: pack, elastic } = configuration
  const problems: Diagnostic[] = [...(await checkAlertStream(client))]
  if (!hasErrors(problems)) problems.push(...(await openRunLog(client)))
  const runs = hasErrors(problems) ? undefined : await readRuns(client, pack)
  if (runs?.kind === 'failed') problems.push(runs.diagnostic)
  if (hasErrors(problems) || runs?.kind !== 'read') {
    await client.close()
    throw new TargetProblem(problems)
  }
  const scheduler = new Scheduler(client, rules, runs.value, {
    ...{ pack, index: elastic.index },
    interval: duration('--interval', options.interval ?? '1m'),
    delay: duration('--delay', options.delay ?? '2m'),
    furthest: duration('--furthest', options.furthest ?? '1d'),
    atOnce: count('--parallel', options.parallel ?? '4'),
    ...told,
  })
  return { client, scheduler, rules, left }
}

/** The rules that start switched on, in ES|QL; those that no window of time can answer are left, and said. */
export function scheduledRules(
  loaded: MappedRules,
  withExceptions = true,
): {
  readonly rules: readonly ScheduledRule[]
  readonly left: readonly string[]
  readonly diagnostics: readonly Diagnostic[]
} {
  const rules: ScheduledRule[] = []
  const left: string[] = []
  const { exceptions, diagnostics } = withExceptions
    ? fittingExceptions(loaded)
    : { exceptions: new Map() as RuleExceptions, diagnostics: [] }
  for (const rule of loaded.selected.filter((each) => each.alone)) {
    if (wishFor(rule, loaded.configuration.elastic.rules) !== 'enabled') continue
    const compilation = compileRule(loaded, rule, backendFor('esql'))
    const reasons = [...undeployable(rule), ...windowEdges(rule, loaded.program, (name) => loaded.mapping.field(name))]
    if (compilation.kind === 'refused')
      reasons.push(...compilation.diagnostics.filter((one) => one.severity === 'error'))
    if (reasons.length > 0 || compilation.kind === 'refused') {
      left.push(`"${rule.title}": ${reasons[0]?.message ?? 'ES|QL cannot say it'}`)
      continue
    }
    const except = (exceptions.get(rule.id) ?? []).map(exceptedQuery)
    rules.push({ ...scheduledRule(rule, loaded.program, compilation.query), except })
  }
  return { rules, left, diagnostics }
}

/** A rule as it is run on the events of a cluster, by its text in ES|QL. */
export function scheduledRule(rule: Rule, program: Program, query: NativeQuery): ScheduledRule {
  const { id, title, level, references, governance } = rule
  const group = rule.kind === 'correlation' ? rule.group.map(({ name }) => name) : []
  const span = longest(rule, program)
  return { id, title, level, references, version: governance.version ?? 1, risk: governance.risk, query, group, span }
}

/** One alert of the stream, for people. */
export function alertLine(alert: JsonObject): string {
  const { detpack, rule, host } = alert as unknown as AlertDocument
  const where = host?.name === undefined ? '' : `  host ${host.name}`
  const group = detpack.alert.group.join(' ')
  // Events say what they like, and steer no terminal.
  return printable(
    `${detpack.alert.level.toUpperCase().padEnd(9)} ${rule.name}  ${detpack.alert.last.time}${where}  ${group}  ${detpack.alert.id.slice(0, 12)}`,
  )
}

interface AlertDocument {
  readonly rule: { readonly name: string }
  readonly host?: { readonly name?: string }
  readonly detpack: {
    readonly alert: {
      readonly id: string
      readonly level: string
      readonly group: readonly string[]
      readonly last: { readonly time: string }
    }
  }
}

export function duration(name: string, text: string): number {
  const parsed = parseDuration(text)
  if (parsed === undefined || parsed === 0) throw new Unusable(`${name} takes a time such as 30s or 5m, not "${text}"`)
  return parsed
}

function count(name: string, text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1 || value > 64) throw new Unusable(`${name} takes a number from 1 to 64`)
  return value
}
