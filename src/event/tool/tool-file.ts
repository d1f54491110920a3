import ipaddr from 'ipaddr.js'
import { error, hasErrors, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source } from '../../diagnostic/source.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import { type MapNode, parseYaml, type ScalarNode } from '../../diagnostic/yaml.ts'
import { parsePathPattern } from '../path-pattern.ts'
import {
  LOG_FIELDS,
  TOOL_CAPABILITIES,
  type LogForm,
  type OwnUses,
  type Tool,
  type ToolCapability,
  type ToolFile,
  type ToolUse,
} from './tool.ts'

/**
 * Reads a file of tools: what each tool uses, by its arguments, and where a log says what. One document; its form is
 * that of `mappings/tools.schema.json`. No file is given when anything is wrong.
 */
export function decodeTools(source: Source): { file?: ToolFile; diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const [document, second] = documents
  const root = document?.root
  const start = { source, start: 0, end: 0 }
  if (second !== undefined) diagnostics.push(error('event/tools', 'the tools stand in one document', second.span))
  if (root?.kind !== 'map') {
    if (!hasErrors(diagnostics))
      diagnostics.push(error('event/tools', 'the file must be a map with "version" and "tools"', root?.span ?? start))
    return { diagnostics }
  }
  const file = new FileReader(diagnostics).read(root)
  return hasErrors(diagnostics) ? { diagnostics } : { file, diagnostics }
}

class FileReader {
  readonly #diagnostics: Diagnostic[]

  constructor(diagnostics: Diagnostic[]) {
    this.#diagnostics = diagnostics
  }

  read(root: MapNode): ToolFile {
    const file = new MapReader(root, 'event', 'a file of tools', this.#diagnostics)
    file.require('version')
    const version = file.integer('version', 1)
    if (version !== undefined && version !== 1)
      this.#wrong(`version ${version} is not known`, file.node('version')?.span ?? root.span, 'write version: 1')
    const log = file.map('log')
    const own = file.map('own')
    const read = {
      tools: this.#maps(file, 'tools', (node) => this.#tool(node)),
      servers: this.#texts(file.map('servers'), () => undefined),
      hosts: this.#texts(file.map('hosts'), (text) =>
        isAddress(text) ? undefined : 'an address, such as 198.51.100.10',
      ),
      cwd: this.#folder(file, 'cwd'),
      home: this.#folder(file, 'home'),
      log: log === undefined ? null : this.#log(log),
      own: own === undefined ? { paths: [], hosts: [] } : this.#own(own),
    }
    file.finish()
    return read
  }

  #tool(node: MapNode): Tool {
    const reader = new MapReader(node, 'event', 'a tool', this.#diagnostics)
    reader.require('tool', 'uses')
    const tool = {
      names: texts(reader.texts('tool')),
      servers: texts(reader.texts('server')),
      open: reader.boolean('open') ?? false,
      uses: this.#maps(reader, 'uses', (use) => this.#use(use)),
    }
    reader.finish()
    return tool
  }

  #use(node: MapNode): ToolUse {
    const reader = new MapReader(node, 'event', 'a use', this.#diagnostics)
    reader.require('capability')
    const use: ToolUse = {
      capabilities: this.#capabilities(reader.texts('capability') ?? []),
      path: reader.text('path') ?? null,
      from: reader.text('from') ?? null,
      kind: this.#kind(reader),
      url: reader.text('url') ?? null,
      at: reader.text('at') ?? null,
      command: reader.text('command') ?? null,
      program: reader.text('program') ?? null,
      data: reader.text('data') ?? null,
      when: this.#lists(reader.map('when')),
      unless: this.#lists(reader.map('unless')),
    }
    reader.finish()
    this.#suits(use, node)
    return use
  }

  /** What is said of the object is what the capability has. */
  #suits(use: ToolUse, node: MapNode): void {
    const given = {
      path: use.path !== null,
      host: use.url !== null || use.at !== null,
      command: use.command !== null || use.program !== null,
    }
    for (const capability of use.capabilities) {
      const kind = TOOL_CAPABILITIES[capability]
      for (const other of ['path', 'host', 'command'] as const) {
        if (given[other] === (kind === other)) continue
        const hint = {
          path: 'name the argument with the path: path: …',
          host: 'name the argument with the address (url: …), or the address (at: host:port)',
          command: 'name the argument with the command (command: …), or the program (program: …)',
        }[kind]
        return this.#wrong(given[other] ? `${capability} has no ${other}` : `${capability} of what?`, node.span, hint)
      }
    }
  }

  #capabilities(nodes: readonly ScalarNode[]): ToolCapability[] {
    return nodes.flatMap((node) => {
      const { text } = node
      if (isToolCapability(text)) return [text]
      this.#wrong(
        `no tool can be said to use "${node.text}"`,
        node.span,
        didYouMean(node.text, Object.keys(TOOL_CAPABILITIES)),
      )
      return []
    })
  }

  #kind(reader: MapReader): ToolUse['kind'] {
    const text = reader.text('kind') ?? 'file'
    if (text === 'file' || text === 'directory') return text
    this.#wrong(`"${text}" is no kind of object`, reader.node('kind')?.span ?? reader.span, 'write file or directory')
    return 'file'
  }

  #log(node: MapNode): LogForm {
    const reader = new MapReader(node, 'event', '"log"', this.#diagnostics)
    reader.require('fields')
    const fields = reader.map('fields')
    const names = this.#texts(fields, () => undefined)
    for (const { key } of fields?.entries ?? []) {
      if (LOG_FIELDS.some((field) => field === key.text)) continue
      this.#wrong(`a log has no "${key.text}"`, key.span, didYouMean(key.text, LOG_FIELDS))
    }
    for (const needed of ['time', 'tool'])
      if (fields !== undefined && !names.has(needed))
        this.#wrong(`"fields" must say where the ${needed} is`, fields.span, undefined)
    const form = {
      fields: names as LogForm['fields'],
      only: this.#lists(reader.map('only')),
      succeeded: texts(reader.texts('succeeded')),
    }
    reader.finish()
    return form
  }

  #own(node: MapNode): OwnUses {
    const reader = new MapReader(node, 'event', '"own"', this.#diagnostics)
    const paths = reader.texts('paths') ?? []
    const hosts = reader.texts('hosts') ?? []
    for (const path of paths) {
      const pattern = parsePathPattern(path.text)
      if ('refused' in pattern)
        this.#wrong(`"${path.text}": ${pattern.refused}`, path.span, 'the patterns are those of rules/resources.yml')
    }
    for (const host of hosts)
      if (!isNetwork(host.text))
        this.#wrong(`"${host.text}" is no address and no network`, host.span, 'write 198.51.100.10 or 198.51.100.0/24')
    reader.finish()
    return { paths: texts(paths), hosts: texts(hosts) }
  }

  #folder(file: MapReader, key: 'cwd' | 'home'): string | null {
    const text = file.text(key)
    if (text === undefined || text.startsWith('/')) return text ?? null
    this.#wrong(`"${key}" must be an absolute path`, file.node(key)?.span ?? file.span, undefined)
    return null
  }

  #maps<Value>(reader: MapReader, key: string, read: (node: MapNode) => Value): Value[] {
    return (reader.list(key)?.items ?? []).flatMap((node) => {
      if (node.kind === 'map') return [read(node)]
      reader.wrong(node, key, 'a list of maps')
      return []
    })
  }

  /** Keys and their texts. @param wanted says what the text should be, where it is not */
  #texts(node: MapNode | undefined, wanted: (text: string) => string | undefined): ReadonlyMap<string, string> {
    const read = new Map<string, string>()
    for (const { key, value } of node?.entries ?? []) {
      if (value.kind !== 'scalar' || value.value === null)
        this.#wrong(`"${key.text}" must be a text`, value.span, undefined)
      else {
        const instead = wanted(value.text)
        if (instead !== undefined) this.#wrong(`"${key.text}" must be ${instead}`, value.span, undefined)
        read.set(key.text, value.text)
      }
    }
    return read
  }

  #lists(node: MapNode | undefined): ReadonlyMap<string, readonly string[]> {
    if (node === undefined) return new Map()
    const reader = new MapReader(node, 'event', 'a condition', this.#diagnostics)
    return new Map(reader.keys().map((key) => [key, texts(reader.texts(key))]))
  }

  #wrong(message: string, span: MapNode['span'], hint: string | undefined): void {
    this.#diagnostics.push(error('event/tools', message, span, { hint }))
  }
}

function texts(nodes: readonly ScalarNode[] | undefined): string[] {
  return nodes?.map((node) => node.text) ?? []
}

function isToolCapability(text: string): text is ToolCapability {
  return Object.hasOwn(TOOL_CAPABILITIES, text)
}

function isAddress(text: string): boolean {
  return ipaddr.IPv4.isValidFourPartDecimal(text) || ipaddr.IPv6.isValid(text)
}

function isNetwork(text: string): boolean {
  return isAddress(text) || ipaddr.isValidCIDR(text)
}
