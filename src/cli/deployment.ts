import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import path from 'node:path'
import { hasErrors, info, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Rule } from '../ir/rule.ts'
import { configurationFor, DEFAULTS, type Configuration, type DeploymentConfiguration } from '../pack/configuration.ts'
import { openElastic } from '../target/elastic/elastic-target.ts'
import { localTarget } from '../target/local/local-target.ts'
import {
  keyOf,
  textOf,
  type BlockedObject,
  type Desired,
  type DesiredObject,
  type ObjectKind,
  type ObjectName,
} from '../target/object.ts'
import type { PackIdentity } from '../target/plan.ts'
import { openSplunk } from '../target/splunk/splunk-target.ts'
import type { Target } from '../target/target.ts'
import { insecureWarning, secretFromStdin } from './destination.ts'
import { desiredElastic, elasticConnection, type ElasticOptions } from './elastic.ts'
import { loadExceptions } from './governance.ts'
import { desiredLocal, localStoreFile } from './local-store.ts'
import { loadMappedRules, type MappedRules } from './packs.ts'
import { desiredSplunk, splunkConnection, type SplunkTargetOptions } from './splunk.ts'
import { TargetProblem } from './target-problem.ts'
import { say } from './terminal.ts'
import { Unusable } from './unusable.ts'

/** Which target, and how it is reached: the same on every command that works on one. */
export interface TargetOptions extends ElasticOptions, SplunkTargetOptions {
  /** The name of a target in detpack.yml, or a kind. */
  readonly target: string
  readonly mapping?: string
  readonly pipeline?: readonly string[]
  readonly store?: string
  readonly secretStdin?: boolean
}

/** A pack, a target that is open, and what the one wants of the other. */
export interface Deployment {
  readonly loaded: MappedRules
  readonly target: Target
  readonly desired: Desired
  readonly pack: PackIdentity
  readonly settings: DeploymentConfiguration
  /** Of the pack, its rules and what this target cannot keep of them. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the pack, opens the target, and closes it when all is done. */
export async function withDeployment<T>(
  options: TargetOptions,
  use: (deployment: Deployment) => Promise<T>,
): Promise<T> {
  const loaded = loadMappedRules([], options.mapping, { pipelines: options.pipeline })
  const { kind, configuration } = namedTarget(loaded.configuration, options.target)
  const here: MappedRules = { ...loaded, configuration }
  const target = await openTarget(configuration, options)
  try {
    const wanted = desiredOf[kind](here)
    const settings = configuration[kind]
    const diagnostics = [...loaded.diagnostics, ...wanted.diagnostics]
    const { desired, left } = keptHere(wanted.desired, target)
    diagnostics.push(...left)
    return await use({ loaded: here, target, desired, pack: identityOf(loaded), settings, diagnostics })
  } finally {
    await target.close()
  }
}

const desiredOf = { elastic: desiredElastic, splunk: desiredSplunk, local: desiredLocal }

/** What the target can keep, as far as its connection goes; the rest is left out, and said (`target/not-configured`). */
function keptHere(
  { objects, blocked }: Desired,
  { kinds }: Target,
): { readonly desired: Desired; readonly left: readonly Diagnostic[] } {
  const here = ({ kind }: ObjectName): boolean => kinds.includes(kind)
  const ofKibana = new Set<ObjectKind>(['value-list', 'exception-list', 'exception', 'rule'])
  const rules = objects.some((each) => ofKibana.has(each.kind) && !here(each))
  const others = objects.filter((each) => !ofKibana.has(each.kind) && !here(each))
  const cluster = kinds.includes('index-template')
  const left = [
    ...(rules
      ? [
          info('target/not-configured', 'no address of Kibana is given: no detection rules are made', undefined, {
            hint: '"detpack watch --from" runs the rules on the events in Elasticsearch without Kibana',
          }),
        ]
      : []),
    ...(others.length > 0 && !cluster
      ? [info('target/not-configured', 'no address of Elasticsearch is given: no index templates are made')]
      : []),
    ...(cluster
      ? others.map(({ kind, id }) =>
          info(
            'target/not-available',
            `${kind} "${id}" is left out: this Elasticsearch keeps none, or the key may not look`,
          ),
        )
      : []),
  ]
  // A template must not call for a lifecycle that cannot be.
  const lifecycle = cluster && !kinds.includes('lifecycle-policy')
  const kept = objects.filter((each) => here(each) && !(lifecycle && each.kind === 'component-template'))
  const plain = kept.map((each) =>
    lifecycle && 'composed_of' in each.content
      ? {
          ...each,
          content: Object.fromEntries(Object.entries(each.content).filter(([name]) => name !== 'composed_of')),
        }
      : each,
  )
  return { desired: { objects: plain, blocked: blocked.filter(here) }, left }
}

/** Opens a target by its name. */
export async function openTarget(all: Configuration, options: TargetOptions): Promise<Target> {
  const { kind, configuration } = namedTarget(all, options.target)
  switch (kind) {
    case 'local':
      return localTarget(localStoreFile(configuration, options.store), options.target)
    case 'elastic': {
      const given = options.secretStdin === true ? secretFromStdin() : undefined
      const connection = elasticConnection(configuration, options, given)
      const urls = [connection.elasticsearch, connection.kibana].flatMap((each) =>
        each === undefined ? [] : [each.url],
      )
      const warning = insecureWarning(options, urls)
      if (warning !== undefined) say(warning)
      const opening = await openElastic(connection, options.target, configuration.elastic.index)
      if (opening.kind === 'open') return opening.target
      throw new TargetProblem(opening.diagnostics)
    }
    case 'splunk': {
      const given = options.secretStdin === true ? secretFromStdin() : undefined
      const connection = splunkConnection(configuration, options, given)
      const warning = insecureWarning(options, [connection.splunkd.url])
      if (warning !== undefined) say(warning)
      const opening = await openSplunk(connection, options.target, configuration.splunk.base)
      if (opening.kind === 'open') return opening.target
      throw new TargetProblem(opening.diagnostics)
    }
  }
}

function namedTarget(configuration: Configuration, name: string): NonNullable<ReturnType<typeof configurationFor>> {
  const found = configurationFor(configuration, name)
  if (found !== undefined) return found
  const hint = didYouMean(name, ['elastic', 'splunk', 'local', ...configuration.targets.map((each) => each.name)])
  throw new Unusable(`there is no target "${name}"${hint === undefined ? '' : `; ${hint}`}`)
}

/**
 * Which pack this is, and exactly which state of it: the digest is over its files, wherever they lie, and over what changes the
 * meaning of its rules beside them: the pipelines, in their order, and another mapping than the usual one.
 */
export function identityOf({ configuration, files, pipelines, mapping, diagnostics }: MappedRules): PackIdentity {
  const hash = createHash('sha256')
  const excepted = loadExceptions(configuration).exceptions.map(({ span }) => span.source.name)
  const read = hasErrors(diagnostics) ? [] : [...files, ...excepted]
  const named = read.map((file) => [path.relative(configuration.root, file), file] as const)
  for (const [name, file] of named.sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(name).update('\0').update(readFileSync(file)).update('\0')
  if (mapping.name !== DEFAULTS.mapping) hash.update(`mapping\0${mapping.name}\0`)
  for (const file of pipelines) hash.update('pipeline\0').update(readFileSync(file)).update('\0')
  return { name: configuration.name, version: configuration.version, digest: hash.digest('hex') }
}

/** What was asked for by `--only`: by id, by kind and id, or for rules by name or title. */
export function selectOnly(desired: Desired, only: readonly string[], rules: readonly Rule[]): Desired {
  if (only.length === 0) return desired
  const names = new Map(rules.map((rule) => [rule.id as string, [rule.id, rule.title, rule.name ?? rule.id]]))
  const answersTo = (object: DesiredObject | BlockedObject): readonly string[] => [
    object.id,
    keyOf(object),
    object.kind,
    ...(names.get(object.rule ?? object.id) ?? []),
  ]
  const chosen = (object: DesiredObject | BlockedObject): boolean =>
    answersTo(object).some((name) => only.includes(name))
  const unknown = only.find(
    (name) => ![...desired.objects, ...desired.blocked].some((one) => answersTo(one).includes(name)),
  )
  if (unknown !== undefined) {
    const hint = didYouMean(unknown, new Set([...desired.objects, ...desired.blocked].flatMap(answersTo)))
    throw new Unusable(`the pack has no "${unknown}" for this target${hint === undefined ? '' : `; ${hint}`}`)
  }
  const objects = desired.objects.filter(chosen)
  // A search does not run without the macros that it calls, nor a macro without its lookups; an exception in Splunk is one.
  const textsIn = (some: readonly DesiredObject[], key: string): readonly string[] =>
    some.map(({ content }) => textOf(content[key]))
  const searches = textsIn(objects, 'search')
  const called = desired.objects.filter(
    ({ kind, id }) =>
      (kind === 'macro' || kind === 'exception') && searches.some((search) => search.includes(`\`${id}\``)),
  )
  const definitions = textsIn([...objects, ...called], 'definition')
  const looksUp = ({ kind, id }: ObjectName): boolean =>
    kind === 'collection' && definitions.some((definition) => definition.includes(`lookup ${id} `))
  return {
    objects: desired.objects.filter((each) => objects.includes(each) || called.includes(each) || looksUp(each)),
    blocked: desired.blocked.filter(chosen),
  }
}

/** Who runs detpack, for receipts. */
export function operator(): string {
  return `${userName()}@${hostname()}`
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    // No entry for this user id, as in some containers.
    return String(process.getuid?.() ?? 'unknown')
  }
}
