import { readFileSync } from 'node:fs'
import path from 'node:path'
import { kibanaRule } from '../artifact/kibana/kibana-rule.ts'
import type { KibanaRule } from '../artifact/kibana/rule.ts'
import type { Diagnostic } from '../diagnostic/diagnostic.ts'
import type { JsonObject } from '../event/field.ts'
import type { Rule } from '../ir/rule.ts'
import { reason } from '../pack/system-reason.ts'
import type { BlockedRule } from '../target/plan.ts'
import type { ElasticConnection, Endpoint } from '../target/elastic/connection.ts'
import type { DesiredElastic } from '../target/elastic/deploy.ts'
import { backendFor } from './backends.ts'
import { compileRule } from './compilation.ts'
import { readPackagedJson } from './package-root.ts'
import type { MappedRules } from './packs.ts'
import { Unusable } from './unusable.ts'

/** Where Elastic is, as far as the command line says it. */
export interface ElasticOptions {
  readonly elasticsearch?: string
  readonly kibana?: string
  readonly space?: string
  readonly allowHttp?: boolean
}

/** What the pack wants of Elastic: its index template, and a detection rule for each rule that can be said there. */
export function desiredElastic(
  loaded: MappedRules,
  prune: boolean,
): { desired: DesiredElastic; diagnostics: Diagnostic[] } {
  const rules: KibanaRule[] = []
  const blocked: BlockedRule[] = []
  const diagnostics: Diagnostic[] = []
  for (const rule of loaded.selected.filter((each) => each.alone)) {
    const made = ruleFor(rule, loaded)
    diagnostics.push(...made.diagnostics.filter((one) => one.severity !== 'error'))
    if (made.rule !== undefined) rules.push(made.rule)
    else blocked.push({ rule: rule.id, title: rule.title, reason: firstReason(made.diagnostics) })
  }
  const body = readPackagedJson('mappings', 'elastic', 'index-template.json') as JsonObject
  const templates = [{ kind: 'index-template', name: 'logs-detpack.use', body }] as const
  const pack = loaded.configuration.name
  return { desired: { pack, rules, blocked, templates, complete: prune }, diagnostics }
}

/** EQL first, since its alerts carry every step; ES|QL for what EQL cannot say. */
function ruleFor(rule: Rule, loaded: MappedRules): { rule?: KibanaRule; diagnostics: readonly Diagnostic[] } {
  const refusals: Diagnostic[] = []
  for (const language of ['eql', 'esql'] as const) {
    const compilation = compileRule(loaded, rule, backendFor(language))
    if (compilation.kind === 'refused') {
      refusals.push(...compilation.diagnostics)
      continue
    }
    const { configuration, mapping, program } = loaded
    const options = {
      pack: configuration.name,
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

/** Addresses from the flag, the environment or detpack.yml; the key from the environment or a file, never a flag. */
export function elasticConnection(loaded: MappedRules, options: ElasticOptions): ElasticConnection {
  const { elastic, root } = loaded.configuration
  const elasticsearch = options.elasticsearch ?? elastic.elasticsearch ?? undefined
  const kibana = options.kibana ?? elastic.kibana ?? undefined
  const keyFile =
    process.env['DETPACK_ELASTIC_API_KEY_FILE'] ?? (elastic.apiKeyFile && path.join(root, elastic.apiKeyFile))
  const apiKey = process.env['DETPACK_ELASTIC_API_KEY'] ?? (keyFile ? readSecret(keyFile) : undefined)
  const common: Omit<Endpoint, 'url'> = {
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(elastic.caFile === null ? {} : { caFile: path.join(root, elastic.caFile) }),
    ...(options.allowHttp === true ? { allowInsecure: true } : {}),
  }
  if (elasticsearch === undefined && kibana === undefined) {
    throw new Unusable('no address of Elastic: give --elasticsearch, --kibana, or set them in detpack.yml')
  }
  return {
    ...(elasticsearch === undefined ? {} : { elasticsearch: { url: elasticsearch, ...common } }),
    ...(kibana === undefined ? {} : { kibana: { url: kibana, space: options.space ?? elastic.space, ...common } }),
  }
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch (problem) {
    throw new Unusable(`cannot read the API key file "${file}": ${reason(problem)}`)
  }
}
