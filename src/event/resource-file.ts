import { error, hasErrors, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Source } from '../diagnostic/source.ts'
import { type MapNode, parseYaml, type ScalarNode } from '../diagnostic/yaml.ts'
import { parsePathPattern } from './path-pattern.ts'
import { MOST_CLASSES, type ResourceClass, ResourceTable } from './resource.ts'

/**
 * Reads the classes of objects. One document: `version: 1`, `homes` (a list of home directories, `/home/*` for each
 * one below) and `classes`, highest first, each with `name`, `meaning`, `follow` (true unless said), `learn` (the
 * contrary of `follow` unless said), `open` (false unless said), `paths` and `except`. The patterns are those of
 * `PathPattern`. No table is given when anything is wrong.
 */
export function decodeResources(source: Source): { table?: ResourceTable; diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const start = { source, start: 0, end: 0 }
  const [document, second] = documents
  if (second !== undefined) {
    diagnostics.push(error('event/resources', 'the classes stand in one document', second.span))
  }
  const root = document?.root
  if (root === undefined) {
    if (diagnostics.length === 0) diagnostics.push(error('event/resources', 'the file declares no classes', start))
    return { diagnostics }
  }
  if (root.kind !== 'map') {
    diagnostics.push(error('event/resources', 'the file must be a map with "version", "homes", "classes"', root.span))
    return { diagnostics }
  }
  const decoded = decodeFile(root, diagnostics)
  return hasErrors(diagnostics)
    ? { diagnostics }
    : { table: new ResourceTable(decoded.classes, decoded.homes), diagnostics }
}

function decodeFile(root: MapNode, diagnostics: Diagnostic[]): { classes: ResourceClass[]; homes: string[] } {
  const file = new MapReader(root, 'event', 'a file of classes', diagnostics)
  file.require('version', 'homes', 'classes')
  const version = file.integer('version', 1)
  if (version !== undefined && version !== 1) {
    const at = file.node('version')?.span ?? root.span
    diagnostics.push(error('event/resources', `version ${version} is not known`, at, { hint: 'write version: 1' }))
  }
  const homes: string[] = []
  for (const node of file.texts('homes') ?? []) {
    if (/^(\/[^/*]+)+(\/\*)?$/.test(node.text)) homes.push(node.text)
    else diagnostics.push(error('event/resource-home', `"${node.text}" is no home directory`, node.span, HOME_HINT))
  }
  const classes: ResourceClass[] = []
  for (const node of file.list('classes')?.items ?? []) {
    const one = node.kind === 'map' ? decodeClass(node, classes, diagnostics) : undefined
    if (node.kind !== 'map') diagnostics.push(error('event/resources', 'a class must be a map', node.span))
    if (one !== undefined) classes.push(one)
  }
  if (classes.length > MOST_CLASSES) {
    diagnostics.push(error('event/resources', `there may be at most ${MOST_CLASSES} classes`, root.span))
  }
  file.finish()
  return { classes, homes }
}

function decodeClass(
  node: MapNode,
  before: readonly ResourceClass[],
  diagnostics: Diagnostic[],
): ResourceClass | undefined {
  const reader = new MapReader(node, 'event', 'a class', diagnostics)
  reader.require('name', 'meaning', 'paths')
  const name = reader.text('name')
  const meaning = reader.text('meaning')
  const follow = reader.boolean('follow') ?? true
  const learn = reader.boolean('learn') ?? !follow
  const open = reader.boolean('open') ?? false
  const paths = decodePatterns(reader.texts('paths'), diagnostics)
  const except = decodePatterns(reader.texts('except'), diagnostics)
  reader.finish()
  if (name === undefined || meaning === undefined) return undefined
  const at = reader.node('name')?.span ?? node.span
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(name)) {
    const hint = 'lower-case letters, digits and "-", beginning with a letter'
    diagnostics.push(error('event/resource-name', `"${name}" is no name of a class`, at, { hint }))
  }
  if (before.some((other) => other.name === name)) {
    diagnostics.push(error('event/resource-name', `there are two classes "${name}"`, at))
  }
  return { name, meaning, follow, learn, open, paths, except }
}

function decodePatterns(nodes: readonly ScalarNode[] | undefined, diagnostics: Diagnostic[]): string[] {
  const patterns: string[] = []
  for (const node of nodes ?? []) {
    const pattern = parsePathPattern(node.text)
    if ('refused' in pattern) {
      diagnostics.push(error('event/resource-pattern', `"${node.text}": ${pattern.refused}`, node.span, PATTERN_HINT))
    } else patterns.push(node.text)
  }
  return patterns
}

const HOME_HINT = { hint: 'write a path such as /root, or /home/* for each directory below' }
const PATTERN_HINT = {
  hint: 'write a path, a directory with "/" at its end, "**/name", "**/*.suffix", or a directory before either',
}
