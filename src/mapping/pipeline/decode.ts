import { error, warning } from '../../diagnostic/diagnostic.ts'
import { MapReader } from '../../diagnostic/map-reader.ts'
import type { Source } from '../../diagnostic/source.ts'
import { parseYaml, type Node } from '../../diagnostic/yaml.ts'
import { decodeConditions } from './decode-condition.ts'
import { decodeTransformation } from './decode-transformation.ts'
import type { Diagnostics, Pipeline, ProcessingItem, Transformation } from './pipeline.ts'

/**
 * Reads a processing pipeline in pySigma's YAML format. Undefined when something in it is wrong, each with its place:
 * half a pipeline would give queries that mean something else.
 */
export function decodePipeline(source: Source): { pipeline: Pipeline | undefined; diagnostics: Diagnostics } {
  const { documents, diagnostics } = parseYaml(source)
  const root = documents[0]?.root
  if (root?.kind !== 'map') {
    if (diagnostics.length === 0) {
      const hint = 'it needs "transformations"'
      diagnostics.push(error('mapping/wrong-type', 'a pipeline must be a map', root?.span, { hint }))
    }
    return { pipeline: undefined, diagnostics }
  }
  const reader = new MapReader(root, 'mapping', 'a pipeline', diagnostics)
  // pySigma asks these of its own backends; which language is meant is said on the command line here.
  reader.node('allowed_backends')
  const pipeline: Pipeline = {
    name: reader.text('name') ?? null,
    priority: decodePriority(reader),
    vars: decodeVars(reader),
    items: decodeItems(reader, 'transformations', diagnostics),
    source,
  }
  const postprocessing = reader.node('postprocessing')
  if (isFilled(postprocessing)) {
    const hint = 'take the section out: queries are written whole, and "-f json" or "deploy" give what is around them'
    diagnostics.push(
      error('mapping/postprocessing', 'the text of a query is not changed afterwards', postprocessing?.span, { hint }),
    )
  }
  const finalizers = reader.node('finalizers')
  if (isFilled(finalizers)) {
    const hint = 'choose the format with -f, and files with -o'
    diagnostics.push(warning('mapping/finalizers', 'finalizers are passed over', finalizers?.span, { hint }))
  }
  reader.finish()
  const failed = diagnostics.some((one) => one.severity === 'error')
  return { pipeline: failed ? undefined : pipeline, diagnostics }
}

function isFilled(node: Node | undefined): boolean {
  if (node === undefined || node.kind === 'scalar') return node !== undefined && node.value !== null
  return (node.kind === 'list' ? node.items : node.entries).length > 0
}

function decodePriority(reader: MapReader): number {
  const node = reader.node('priority')
  if (node === undefined) return 0
  if (node.kind === 'scalar' && typeof node.value === 'number') return node.value
  reader.wrong(node, 'priority', 'a number')
  return 0
}

function decodeVars(reader: MapReader): Pipeline['vars'] {
  const vars = new Map<string, readonly string[]>()
  for (const { key, value } of reader.map('vars')?.entries ?? []) {
    const nodes = value.kind === 'list' ? value.items : [value]
    const texts = nodes.map((node) =>
      node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'number')
        ? String(node.value)
        : undefined,
    )
    if (texts.every((text) => text !== undefined)) vars.set(key.text, texts)
    else reader.wrong(value, key.text, 'texts or numbers')
  }
  return vars
}

function decodeItems(reader: MapReader, key: string, diagnostics: Diagnostics): readonly ProcessingItem[] {
  const items: ProcessingItem[] = []
  for (const node of reader.list(key)?.items ?? []) {
    if (node.kind !== 'map') {
      reader.wrong(node, key, 'a list of maps')
      continue
    }
    const own = new MapReader(node, 'mapping', 'a processing item', diagnostics)
    const before = diagnostics.length
    const transformation = decodeTransformation(own, diagnostics, (nested): Transformation => {
      nested.require('items')
      return { kind: 'nest', items: decodeItems(nested, 'items', diagnostics) }
    })
    const item = { id: own.text('id') ?? null, ...decodeConditions(own, diagnostics), span: node.span }
    if (transformation !== undefined) {
      own.finish()
      checkPlaceholders(transformation, item, diagnostics)
      items.push({ ...item, transformation })
    } else if (diagnostics.length === before) reader.wrong(node, key, 'a transformation')
  }
  return items
}

/** Placeholders are gone before there is a rule that a condition could look at. */
function checkPlaceholders(
  { kind }: Transformation,
  { rules, items, fields, span }: Omit<ProcessingItem, 'transformation'>,
  diagnostics: Diagnostics,
): void {
  if (kind !== 'placeholders' || rules.of.size + items.of.size + fields.of.size === 0) return
  const message = 'placeholders are filled in the same way in all rules, so conditions have nothing to look at'
  const hint = 'take the conditions out, and name the placeholders under "include" or "exclude"'
  diagnostics.push(error('mapping/placeholder-condition', message, span, { hint }))
}
