import { wishFor } from '../artifact/deployable.ts'
import { withActions } from '../artifact/kibana/action.ts'
import { kibanaRule } from '../artifact/kibana/kibana-rule.ts'
import type { KibanaRule } from '../artifact/kibana/rule.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import { ALERT_TEMPLATE, emitAlertTemplate } from '../event/alert-template.ts'
import type { JsonObject } from '../event/field.ts'
import { emitLifecycle } from '../event/index-template.ts'
import type { Rule } from '../ir/rule.ts'
import type { Configuration } from '../pack/configuration.ts'
import type { Destination } from '../target/destination.ts'
import type { ElasticConnection } from '../target/elastic/connection.ts'
import type { BlockedObject, Desired, DesiredObject } from '../target/object.ts'
import { backendFor } from './backends.ts'
import { compileRule } from './compilation.ts'
import { destinationOf, elasticLogin, type DestinationOptions } from './destination.ts'
import { withExceptions } from './exceptions.ts'
import { readPackagedJson } from './package-root.ts'
import type { MappedRules } from './packs.ts'
import { Unusable } from './unusable.ts'

/** Where Elastic is, as far as the command line says it. */
export interface ElasticOptions extends DestinationOptions {
  readonly elasticsearch?: string
  readonly kibana?: string
  readonly space?: string
}

/**
 * What the pack wants of Elastic: its index template, its exceptions, and a detection rule for each rule that can be said
 * there.
 */
export function desiredElastic(loaded: MappedRules): { desired: Desired; diagnostics: Diagnostic[] } {
  const { configuration } = loaded
  const { elastic } = configuration
  const rules: DesiredObject[] = []
  const blocked: BlockedObject[] = []
  const diagnostics: Diagnostic[] = []
  for (const rule of loaded.selected.filter((each) => each.alone)) {
    const wish = wishFor(rule, elastic.rules)
    if (wish === 'none') continue
    const made = ruleFor(rule, loaded, wish === 'enabled')
    diagnostics.push(...made.diagnostics.filter((one) => one.severity !== 'error'))
    const name = { kind: 'rule', id: rule.id, title: rule.title } as const
    if (made.rule === undefined) blocked.push({ ...name, reason: firstReason(made.diagnostics) })
    else
      rules.push({ ...name, version: made.rule.version, content: withActions(made.rule, rule.level, elastic.actions) })
  }
  const whole = withExceptions(loaded, rules)
  diagnostics.push(...whole.diagnostics)
  const { desired } = whole
  return {
    desired: {
      objects: [...storage(configuration), ...desired.objects],
      blocked: [...blocked, ...desired.blocked],
    },
    diagnostics,
  }
}

/** What Elasticsearch needs to store events and alerts: templates, the pipeline for other shippers, the lifecycle. */
function storage({ elastic }: Configuration): readonly DesiredObject[] {
  const json = (name: string): JsonObject => readPackagedJson('mappings', 'elastic', name) as JsonObject
  const object = (kind: DesiredObject['kind'], id: string, content: JsonObject): DesiredObject => ({
    ...{ kind, id, title: id, version: null },
    content,
  })
  const days = elastic.retentionDays
  const held = (content: JsonObject): JsonObject => (days === null ? content : { ...content, composed_of: [LIFECYCLE] })
  return [
    ...(days === null ? [] : [object('lifecycle-policy', 'detpack', emitLifecycle(days))]),
    ...(elastic.otherShippers
      ? [object('ingest-pipeline', 'detpack-other-shippers', json('ingest-pipeline.json'))]
      : []),
    ...(days === null
      ? []
      : [object('component-template', LIFECYCLE, { template: { settings: { 'index.lifecycle.name': 'detpack' } } })]),
    object('index-template', 'logs-detpack.use', held(json('index-template.json'))),
    object('index-template', ALERT_TEMPLATE, held(emitAlertTemplate())),
  ]
}

/** The component template that puts data streams under the lifecycle policy. */
const LIFECYCLE = 'detpack-lifecycle'

/** EQL first, since its alerts carry every step; then ES|QL; then the languages of single events. */
function ruleFor(
  rule: Rule,
  loaded: MappedRules,
  enabled: boolean,
): { rule?: KibanaRule; diagnostics: readonly Diagnostic[] } {
  const refusals: Diagnostic[] = []
  for (const language of ['eql', 'esql', 'kql', 'lucene'] as const) {
    const compilation = compileRule(loaded, rule, backendFor(language))
    if (compilation.kind === 'refused') {
      refusals.push(...compilation.diagnostics)
      continue
    }
    const { configuration, mapping, program } = loaded
    const options = {
      enabled,
      index: configuration.elastic.index,
      field: (name: string) => mapping.field(name),
    }
    const made = kibanaRule(rule, program, compilation.query, options)
    if (made.kind === 'rule') return { rule: made.rule, diagnostics: [...compilation.diagnostics, ...made.diagnostics] }
    refusals.push(...made.diagnostics)
  }
  return { diagnostics: refusals }
}

function firstReason(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter((one) => one.severity === 'error')
  const told = errors.length > 0 ? errors : diagnostics
  return [...new Set(told.map((one) => one.message))].slice(0, 2).join('; ')
}

/** Addresses from the flag, the environment or detpack.yml; secrets from the environment, a file or standard input. */
export function elasticConnection(
  configuration: Configuration,
  options: ElasticOptions,
  given: string | undefined,
): ElasticConnection {
  const { elastic } = configuration
  const elasticsearch = options.elasticsearch ?? elastic.elasticsearch ?? undefined
  const kibana = options.kibana ?? elastic.kibana ?? undefined
  if (elasticsearch === undefined && kibana === undefined)
    throw new Unusable('no address of Elastic: give --elasticsearch, --kibana, or set them in detpack.yml')
  const login = elasticLogin(configuration, given)
  const to = (url: string): Destination => destinationOf(url, login, elastic, configuration, options)
  return {
    ...(elasticsearch === undefined ? {} : { elasticsearch: to(elasticsearch) }),
    ...(kibana === undefined ? {} : { kibana: { ...to(kibana), space: options.space ?? elastic.space } }),
  }
}
