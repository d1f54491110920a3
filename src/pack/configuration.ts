import { existsSync } from 'node:fs'
import path from 'node:path'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import { parseYaml, type MapNode } from '../diagnostic/yaml.ts'
import { decodeActions, type ActionConfiguration } from './action.ts'
import { readSources, wholePath } from './files.ts'

/** The name of the file that makes a folder a pack. */
export const CONFIGURATION_FILE = 'detpack.yml'

/** Where a pack says what the tools of agents mean, if it does. */
export const TOOLS_FILE = 'rules/tools.yml'

/** What `detpack.yml` says, with every default filled in; paths are relative to `root`. */
export interface Configuration {
  /** The folder that holds `detpack.yml`, or the working folder where there is none. */
  readonly root: string
  readonly file: string | null
  readonly name: string
  readonly version: string
  readonly rules: readonly string[]
  readonly tests: readonly string[]
  readonly resources: string
  readonly mapping: string
  /** Processing pipelines, as files or folders. */
  readonly pipelines: readonly string[]
  readonly elastic: ElasticConfiguration
  readonly splunk: SplunkConfiguration
  readonly ship: ShipConfiguration
  readonly local: LocalConfiguration
  /** Targets by a name of their own, besides those of the kinds' names. */
  readonly targets: readonly NamedTarget[]
}

/** One of several targets of a kind. What it does not say it takes from the section of its kind. */
export type NamedTarget = { readonly name: string } & (
  | { readonly kind: 'elastic'; readonly elastic: ElasticConfiguration }
  | { readonly kind: 'splunk'; readonly splunk: SplunkConfiguration }
  | { readonly kind: 'local'; readonly local: LocalConfiguration }
)

/** What holds for every kind of target. */
export interface DeploymentConfiguration {
  /** How rules of a status or a level are deployed. */
  readonly rules: Readonly<Record<string, RuleWish>>
  /** The target that must hold the pack, with the same digest, before this one takes it. */
  readonly after: string | null
}

export type RuleWish = 'enabled' | 'disabled' | 'none'

export interface LocalConfiguration extends DeploymentConfiguration {
  readonly file: string
}

/** Addresses only: credentials come from the environment or from a file named here, never from this file itself. */
export interface ElasticConfiguration extends TlsConfiguration, DeploymentConfiguration {
  readonly index: string
  readonly elasticsearch: string | null
  readonly kibana: string | null
  readonly space: string
  readonly apiKeyFile: string | null
  /** Where `ship` writes. */
  readonly dataStream: string
  /** Events and alerts are deleted after so many days; null leaves that to whoever runs the cluster. */
  readonly retentionDays: number | null
  /** Others than detpack ship events there: they need the ingest pipeline. */
  readonly otherShippers: boolean
  /** What Kibana is to do with alerts, by connectors that are there. */
  readonly actions: readonly ActionConfiguration[]
}

export interface SplunkConfiguration extends TlsConfiguration, DeploymentConfiguration {
  readonly base: string
  /** The HTTP Event Collector. */
  readonly collector: string | null
  readonly tokenFile: string | null
  /** Null: the one that the token writes to. */
  readonly index: string | null
  /** The management port of a search head. */
  readonly splunkd: string | null
  /** The app that saved searches and macros live in. */
  readonly app: string
  readonly splunkdTokenFile: string | null
  /** Who may see and change what is deployed. */
  readonly sharing: 'app' | 'global'
  /** Roles; `*` is everybody. */
  readonly read: readonly string[]
  readonly write: readonly string[]
}

export interface TlsConfiguration {
  readonly caFile: string | null
  readonly certificateFile: string | null
  readonly certificateKeyFile: string | null
  readonly proxy: string | null
}

/** As written; sizes such as `64MB`, times such as `7d`. */
export interface ShipConfiguration {
  readonly input: string | null
  readonly spool: string | null
  readonly metrics: string | null
  readonly rare: string | null
  readonly bulk: string | null
  readonly retention: string | null
}

const NO_TLS: TlsConfiguration = { caFile: null, certificateFile: null, certificateKeyFile: null, proxy: null }

const NO_WISH: DeploymentConfiguration = { rules: {}, after: null }

/** What holds where `detpack.yml` is silent. */
export const DEFAULTS: Omit<Configuration, 'root' | 'file'> = {
  name: 'pack',
  version: '0.1.0',
  rules: ['rules/detections'],
  tests: ['test/rules'],
  resources: 'rules/resources.yml',
  mapping: 'ecs',
  pipelines: [],
  elastic: {
    index: 'logs-detpack.use-*',
    elasticsearch: null,
    kibana: null,
    space: 'default',
    apiKeyFile: null,
    dataStream: 'logs-detpack.use-default',
    retentionDays: null,
    otherShippers: false,
    actions: [],
    ...NO_TLS,
    ...NO_WISH,
  },
  splunk: {
    base: 'index=detpack sourcetype="detpack:event"',
    collector: null,
    tokenFile: null,
    index: null,
    splunkd: null,
    app: 'detpack',
    splunkdTokenFile: null,
    // Enterprise Security finds what every app may see; sc_admin administers in Splunk Cloud.
    sharing: 'global',
    read: ['*'],
    write: ['admin', 'sc_admin'],
    ...NO_TLS,
    ...NO_WISH,
  },
  ship: { input: null, spool: null, metrics: null, rare: null, bulk: null, retention: null },
  local: { file: '.detpack/local.db', ...NO_WISH },
  targets: [],
}

/** The nearest folder, from `start` up, that holds a `detpack.yml`. */
export function findRoot(start: string): string | undefined {
  for (let folder = path.resolve(start); ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, CONFIGURATION_FILE))) return folder
    if (folder === path.dirname(folder)) return undefined
  }
}

/** A path that the configuration names, as seen from the working folder. */
export function inPack({ root }: Configuration, part: string): string {
  return path.join(path.relative('', root), part)
}

/** Tells whether a file lies below one of these parts of the pack; without a pack nothing does. */
export function filesBelow({ file: pack, root }: Configuration, parts: readonly string[]): (file: string) => boolean {
  const folders = pack === null ? [] : parts.map((each) => path.resolve(root, each) + path.sep)
  return (file) => {
    const whole = wholePath(file)
    return folders.some((each) => whole.startsWith(each))
  }
}

/** Reads the configuration that holds for `start`; without a `detpack.yml` above it, the defaults. */
export function loadConfiguration(start: string): { configuration: Configuration; diagnostics: Diagnostic[] } {
  const root = findRoot(start)
  if (root === undefined) return { configuration: { ...DEFAULTS, root: process.cwd(), file: null }, diagnostics: [] }
  const file = path.join(path.relative('', root), CONFIGURATION_FILE)
  const { sources, diagnostics } = readSources([file])
  const [source] = sources
  if (source === undefined) return { configuration: { ...DEFAULTS, root, file }, diagnostics }
  const parsed = parseYaml(source)
  diagnostics.push(...parsed.diagnostics)
  const tree = parsed.documents[0]?.root
  if (tree !== undefined && tree.kind !== 'map')
    diagnostics.push(error('pack/wrong-type', 'the file must be a map', tree.span))
  const decoded = tree?.kind === 'map' ? decodeConfiguration(tree, diagnostics) : DEFAULTS
  return { configuration: { ...decoded, root, file }, diagnostics }
}

function decodeConfiguration(tree: MapNode, diagnostics: Diagnostic[]): Omit<Configuration, 'root' | 'file'> {
  const top = new MapReader(tree, 'pack', 'the configuration', diagnostics)
  const pack = section(top, 'pack', diagnostics)
  const targets = section(top, 'targets', diagnostics)
  const bases = {
    elastic: decodeElastic(targets && section(targets, 'elastic', diagnostics), DEFAULTS.elastic, diagnostics),
    splunk: decodeSplunk(targets && section(targets, 'splunk', diagnostics), DEFAULTS.splunk, diagnostics),
    local: decodeLocal(targets && section(targets, 'local', diagnostics), DEFAULTS.local, diagnostics),
  }
  const others = targets?.keys().filter((key) => !Object.hasOwn(bases, key)) ?? []
  const ship = section(top, 'ship', diagnostics)
  const pipelines = top.texts('pipelines')?.map((each) => each.text) ?? DEFAULTS.pipelines
  const decoded = {
    name: pack?.text('name') ?? DEFAULTS.name,
    version: pack?.text('version') ?? DEFAULTS.version,
    rules: top.texts('rules')?.map((each) => each.text) ?? DEFAULTS.rules,
    tests: top.texts('tests')?.map((each) => each.text) ?? DEFAULTS.tests,
    resources: top.text('resources') ?? DEFAULTS.resources,
    // Pipelines give fields the names of their own target.
    mapping: top.text('mapping') ?? (pipelines.length > 0 ? 'none' : DEFAULTS.mapping),
    pipelines,
    ...bases,
    targets: others.flatMap((name) => (targets ? namedTarget(targets, name, bases, diagnostics) : [])),
    ship: {
      input: ship?.text('input') ?? null,
      spool: ship?.text('spool') ?? null,
      metrics: ship?.text('metrics') ?? null,
      rare: ship?.text('rare') ?? null,
      bulk: ship?.text('bulk') ?? null,
      retention: ship?.text('retention') ?? null,
    },
  }
  for (const reader of [top, pack, targets, ship]) reader?.finish()
  return decoded
}

type Bases = Pick<Configuration, 'elastic' | 'splunk' | 'local'>

function namedTarget(
  targets: MapReader,
  name: string,
  bases: Bases,
  diagnostics: Diagnostic[],
): readonly NamedTarget[] {
  const reader = section(targets, name, diagnostics)
  const kind = reader?.text('kind')
  switch (kind) {
    case 'elastic':
      return [{ name, kind, elastic: decodeElastic(reader, bases.elastic, diagnostics) }]
    case 'splunk':
      return [{ name, kind, splunk: decodeSplunk(reader, bases.splunk, diagnostics) }]
    case 'local':
      return [{ name, kind, local: decodeLocal(reader, bases.local, diagnostics) }]
    default: {
      const hint = 'a target of another name says of which kind it is: elastic, splunk or local'
      const at = reader?.node('kind')?.span ?? reader?.span
      if (reader !== undefined)
        diagnostics.push(error('pack/target-kind', `the target "${name}" has no kind`, at, { hint }))
      return []
    }
  }
}

function decodeElastic(
  reader: MapReader | undefined,
  base: ElasticConfiguration,
  diagnostics: Diagnostic[],
): ElasticConfiguration {
  const decoded = {
    index: reader?.text('index') ?? base.index,
    elasticsearch: address(reader, 'elasticsearch', diagnostics) ?? base.elasticsearch,
    kibana: address(reader, 'kibana', diagnostics) ?? base.kibana,
    space: reader?.text('space') ?? base.space,
    apiKeyFile: reader?.text('api_key_file') ?? base.apiKeyFile,
    dataStream: reader?.text('data_stream') ?? base.dataStream,
    retentionDays: reader?.integer('retention_days', 1) ?? base.retentionDays,
    otherShippers: reader?.boolean('other_shippers') ?? base.otherShippers,
    actions: decodeActions(reader, diagnostics) ?? base.actions,
    ...tls(reader, base, diagnostics),
    ...wishes(reader, base, diagnostics),
  }
  reader?.finish()
  return decoded
}

function decodeSplunk(
  reader: MapReader | undefined,
  base: SplunkConfiguration,
  diagnostics: Diagnostic[],
): SplunkConfiguration {
  const decoded = {
    base: reader?.text('base') ?? base.base,
    collector: address(reader, 'collector', diagnostics) ?? base.collector,
    tokenFile: reader?.text('token_file') ?? base.tokenFile,
    index: reader?.text('index') ?? base.index,
    splunkd: address(reader, 'splunkd', diagnostics) ?? base.splunkd,
    app: app(reader) ?? base.app,
    splunkdTokenFile: reader?.text('splunkd_token_file') ?? base.splunkdTokenFile,
    sharing: sharing(reader) ?? base.sharing,
    read: roles(reader, 'read') ?? base.read,
    write: roles(reader, 'write') ?? base.write,
    ...tls(reader, base, diagnostics),
    ...wishes(reader, base, diagnostics),
  }
  reader?.finish()
  return decoded
}

/** The id of a Splunk app: the name of its folder. */
function app(reader: MapReader | undefined): string | undefined {
  const written = reader?.text('app')
  const node = reader?.node('app')
  if (written === undefined || node === undefined || /^[A-Za-z][\w-]{0,79}$/.test(written)) return written
  reader?.wrong(node, 'app', 'the id of an app: letters, digits, _ and -')
  return undefined
}

function sharing(reader: MapReader | undefined): 'app' | 'global' | undefined {
  const written = reader?.text('sharing')
  const node = reader?.node('sharing')
  if (written === undefined || node === undefined) return undefined
  if (written === 'app' || written === 'global') return written
  reader?.wrong(node, 'sharing', 'app or global')
  return undefined
}

/** Names of Splunk's roles, or `*`. */
function roles(reader: MapReader | undefined, key: string): readonly string[] | undefined {
  const written = reader?.texts(key)
  const node = reader?.node(key)
  if (written === undefined || node === undefined) return undefined
  if (written.every(({ text }) => /^(\*|[a-z0-9_-]+)$/.test(text))) return written.map(({ text }) => text)
  reader?.wrong(node, key, 'a list of roles, or *')
  return undefined
}

function decodeLocal(
  reader: MapReader | undefined,
  base: LocalConfiguration,
  diagnostics: Diagnostic[],
): LocalConfiguration {
  const decoded = { file: reader?.text('file') ?? base.file, ...wishes(reader, base, diagnostics) }
  reader?.finish()
  return decoded
}

/** What a target may say of rules, by status and by level. */
const WISHED = [
  'stable',
  'test',
  'experimental',
  'no-status',
  'informational',
  'low',
  'medium',
  'high',
  'critical',
  'no-level',
]

function wishes(
  reader: MapReader | undefined,
  base: DeploymentConfiguration,
  diagnostics: Diagnostic[],
): DeploymentConfiguration {
  // The kind of a named target was read already.
  reader?.node('kind')
  const rules = reader && section(reader, 'rules', diagnostics)
  const said = WISHED.flatMap((name): readonly (readonly [string, RuleWish])[] => {
    const wish = rules?.text(name)
    const node = rules?.node(name)
    if (wish === undefined || node === undefined) return []
    if (wish === 'enabled' || wish === 'disabled' || wish === 'none') return [[name, wish]]
    rules?.wrong(node, name, 'enabled, disabled or none')
    return []
  })
  rules?.finish()
  return { rules: { ...base.rules, ...Object.fromEntries(said) }, after: reader?.text('after') ?? base.after }
}

function tls(reader: MapReader | undefined, base: TlsConfiguration, diagnostics: Diagnostic[]): TlsConfiguration {
  return {
    caFile: reader?.text('ca_file') ?? base.caFile,
    certificateFile: reader?.text('certificate_file') ?? base.certificateFile,
    certificateKeyFile: reader?.text('certificate_key_file') ?? base.certificateKeyFile,
    proxy: address(reader, 'proxy', diagnostics) ?? base.proxy,
  }
}

function section(parent: MapReader, key: string, diagnostics: Diagnostic[]): MapReader | undefined {
  const node = parent.map(key)
  return node && new MapReader(node, 'pack', `"${key}"`, diagnostics)
}

/** An http or https address; credentials inside it are refused, since this file is shared. */
function address(reader: MapReader | undefined, key: string, diagnostics: Diagnostic[]): string | null {
  const written = reader?.text(key)
  const node = reader?.node(key)
  if (written === undefined || node === undefined) return null
  const url = URL.canParse(written) ? new URL(written) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    diagnostics.push(error('pack/address', `"${key}" must be an http or https address`, node.span))
    return null
  }
  if (url.username !== '' || url.password !== '') {
    const hint =
      'take them out: set DETPACK_ELASTIC_API_KEY, DETPACK_SPLUNK_TOKEN, DETPACK_HEC_TOKEN or DETPACK_PROXY, or name a file'
    diagnostics.push(error('pack/credentials', `"${key}" holds credentials`, node.span, { hint }))
    return null
  }
  return written
}

/**
 * The configuration in which one target is the one of its kind: `elastic`, `splunk` and `local` are those sections
 * themselves. Undefined when there is no such target.
 */
export function configurationFor(
  configuration: Configuration,
  name: string,
): { readonly kind: 'elastic' | 'splunk' | 'local'; readonly configuration: Configuration } | undefined {
  if (name === 'elastic' || name === 'splunk' || name === 'local') return { kind: name, configuration }
  const target = configuration.targets.find((each) => each.name === name)
  if (target === undefined) return undefined
  switch (target.kind) {
    case 'elastic':
      return { kind: 'elastic', configuration: { ...configuration, elastic: target.elastic } }
    case 'splunk':
      return { kind: 'splunk', configuration: { ...configuration, splunk: target.splunk } }
    case 'local':
      return { kind: 'local', configuration: { ...configuration, local: target.local } }
  }
}
