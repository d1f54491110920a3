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
  readonly splunk: { readonly base: string }
  readonly local: { readonly file: string }
}

/** Addresses only: credentials come from the environment or from a file named here, never from this file itself. */
export interface ElasticConfiguration {
  readonly index: string
  readonly elasticsearch: string | null
  readonly kibana: string | null
  readonly space: string
  readonly apiKeyFile: string | null
  readonly caFile: string | null
}

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
    caFile: null,
  },
  splunk: { base: 'index=detpack sourcetype="detpack:event"' },
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
      caFile: elastic?.text('ca_file') ?? null,
    },
    splunk: { base: splunk?.text('base') ?? DEFAULTS.splunk.base },
    local: { file: local?.text('file') ?? DEFAULTS.local.file },
  }
  for (const reader of [top, pack, targets, elastic, splunk, local]) reader?.finish()
  return decoded
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
    const hint = 'take them out and set DETPACK_ELASTIC_API_KEY, or name a file in api_key_file'
    diagnostics.push(error('pack/credentials', `"${key}" holds credentials`, node.span, { hint }))
    return null
  }
  return written
}
