import { existsSync } from 'node:fs'
import path from 'node:path'
import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import { parseYaml, type MapNode } from '../diagnostic/yaml.ts'
import { readSources } from './files.ts'

/** The name of the file that makes a folder a pack. */
export const CONFIGURATION_FILE = 'detpack.yml'

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
  readonly local: { readonly file: string }
}

/** Addresses only: credentials come from the environment or from a file named here, never from this file itself. */
export interface ElasticConfiguration extends TlsConfiguration {
  readonly index: string
  readonly elasticsearch: string | null
  readonly kibana: string | null
  readonly space: string
  readonly apiKeyFile: string | null
  /** Where `ship` writes. */
  readonly dataStream: string
}

export interface SplunkConfiguration extends TlsConfiguration {
  readonly base: string
  /** The HTTP Event Collector. */
  readonly collector: string | null
  readonly tokenFile: string | null
  /** Null: the one that the token writes to. */
  readonly index: string | null
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
    ...NO_TLS,
  },
  splunk: {
    base: 'index=detpack sourcetype="detpack:event"',
    collector: null,
    tokenFile: null,
    index: null,
    ...NO_TLS,
  },
  ship: { input: null, spool: null, metrics: null, rare: null, bulk: null, retention: null },
  local: { file: '.detpack/local.db' },
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
  const elastic = targets && section(targets, 'elastic', diagnostics)
  const splunk = targets && section(targets, 'splunk', diagnostics)
  const local = targets && section(targets, 'local', diagnostics)
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
    elastic: {
      index: elastic?.text('index') ?? DEFAULTS.elastic.index,
      elasticsearch: address(elastic, 'elasticsearch', diagnostics),
      kibana: address(elastic, 'kibana', diagnostics),
      space: elastic?.text('space') ?? DEFAULTS.elastic.space,
      apiKeyFile: elastic?.text('api_key_file') ?? null,
      dataStream: elastic?.text('data_stream') ?? DEFAULTS.elastic.dataStream,
      ...tls(elastic, diagnostics),
    },
    splunk: {
      base: splunk?.text('base') ?? DEFAULTS.splunk.base,
      collector: address(splunk, 'collector', diagnostics),
      tokenFile: splunk?.text('token_file') ?? null,
      index: splunk?.text('index') ?? null,
      ...tls(splunk, diagnostics),
    },
    ship: {
      input: ship?.text('input') ?? null,
      spool: ship?.text('spool') ?? null,
      metrics: ship?.text('metrics') ?? null,
      rare: ship?.text('rare') ?? null,
      bulk: ship?.text('bulk') ?? null,
      retention: ship?.text('retention') ?? null,
    },
    local: { file: local?.text('file') ?? DEFAULTS.local.file },
  }
  for (const reader of [top, pack, targets, elastic, splunk, local, ship]) reader?.finish()
  return decoded
}

function tls(reader: MapReader | undefined, diagnostics: Diagnostic[]): TlsConfiguration {
  return {
    caFile: reader?.text('ca_file') ?? null,
    certificateFile: reader?.text('certificate_file') ?? null,
    certificateKeyFile: reader?.text('certificate_key_file') ?? null,
    proxy: address(reader, 'proxy', diagnostics),
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
    const hint = 'take them out: set DETPACK_ELASTIC_API_KEY, DETPACK_HEC_TOKEN or DETPACK_PROXY, or name a file'
    diagnostics.push(error('pack/credentials', `"${key}" holds credentials`, node.span, { hint }))
    return null
  }
  return written
}
