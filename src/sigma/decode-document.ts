import { error, hasErrors, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Span } from '../diagnostic/source.ts'
import { suggest } from '../diagnostic/suggest.ts'
import type { MapNode } from '../diagnostic/yaml.ts'
import type { LogSource } from '../ir/rule.ts'
import { decodeAttribute } from './attribute.ts'
import { decodeCorrelation } from './decode-correlation.ts'
import { decodeDetection } from './decode-detection.ts'
import { decodeMetadata, word } from './decode-metadata.ts'
import type { SigmaDocument, SigmaFilter, SigmaRule, Word } from './document.ts'

/** What a document is called and names, also where it has an error and no document came of it. */
export interface DecodedDocument {
  readonly id: string | null
  readonly name: string | null
  readonly title: string | null
  readonly places: Places
  /** Rules that a correlation names, as far as they could be read. */
  readonly names: readonly Word[]
  readonly generate: boolean
  readonly document: SigmaDocument | undefined
  readonly diagnostics: readonly Diagnostic[]
}

/** Where to point at in a document, which is not kept as a tree. */
interface Places {
  readonly firstKey: Span
  readonly id: Span
  readonly name: Span
  readonly title: Span
}

/** Decodes one document: a correlation or a filter when it has that attribute, else a rule. */
export function decodeDocument(root: MapNode): DecodedDocument {
  const diagnostics: Diagnostic[] = []
  const reader = new MapReader(root, 'sigma', 'a Sigma document', diagnostics)
  const metadata = decodeMetadata(reader, root, diagnostics)
  const rest = decodeKind(root, reader, diagnostics)
  const whole = metadata && rest.document && !hasErrors(diagnostics)
  return {
    id: metadata?.id?.text ?? null,
    name: metadata?.name?.text ?? null,
    title: metadata?.title ?? null,
    places: placesOf(root),
    names: rest.names,
    generate: rest.document?.kind === 'correlation' && rest.document.generate,
    document: whole ? { ...rest.document, metadata, span: root.span } : undefined,
    diagnostics,
  }
}

/** The whole document where a key is not there. */
function placesOf(root: MapNode): Places {
  const valueOf = (key: string): Span => root.entries.find((entry) => entry.key.text === key)?.value.span ?? root.span
  const firstKey = root.entries[0]?.key.span ?? root.span
  return { firstKey, id: valueOf('id'), name: valueOf('name'), title: valueOf('title') }
}

type Part<T> = T extends unknown ? Omit<T, 'metadata' | 'span'> : never
interface Decoded {
  readonly document: Part<SigmaDocument> | undefined
  readonly names: readonly Word[]
}

function decodeKind(root: MapNode, reader: MapReader, diagnostics: Diagnostic[]): Decoded {
  const kinds = ['detection', 'correlation', 'filter'].filter((key) => reader.node(key) !== undefined)
  const [kind, second] = kinds
  if (second !== undefined) {
    const at = root.entries.find((entry) => entry.key.text === second)?.key.span
    const hint = 'separate documents by a line with ---'
    diagnostics.push(error('sigma/document-kind', `"${kind ?? ''}" and "${second}" in one document`, at, { hint }))
    return { document: undefined, names: [] }
  }
  switch (kind) {
    case 'correlation':
      return decodeCorrelation(reader, diagnostics)
    case 'filter':
      return { document: decodeFilter(reader, diagnostics), names: [] }
    case 'detection':
      return { document: decodeRule(reader, diagnostics), names: [] }
    default: {
      const hint = 'add detection: and logsource:, or correlation:'
      const at = root.entries[0]?.key.span ?? root.span
      diagnostics.push(error('sigma/missing-key', 'a rule needs "detection"', at, { hint }))
      return { document: undefined, names: [] }
    }
  }
}

function decodeRule(reader: MapReader, diagnostics: Diagnostic[]): Part<SigmaRule> | undefined {
  const logsource = decodeLogSource(reader, diagnostics)
  const node = reader.map('detection')
  const detection = node && decodeDetection(node, [], diagnostics)
  const attribute = decodeAttribute(reader, 'rule', diagnostics)
  return logsource && detection && { kind: 'rule', logsource, detection, attribute }
}

function decodeFilter(reader: MapReader, diagnostics: Diagnostic[]): Part<SigmaFilter> | undefined {
  const logsource = decodeLogSource(reader, diagnostics)
  const attribute = reader.node('detpack')
  if (attribute) {
    diagnostics.push(
      error('sigma/attribute-place', 'a filter has no detpack attribute', attribute.span, {
        hint: 'put it on the rules',
      }),
    )
  }
  const node = reader.map('filter')
  if (node === undefined) return undefined
  const inner = new MapReader(node, 'sigma', 'a filter', diagnostics)
  inner.require('rules')
  const written = inner.node('rules')
  const everything = written?.kind === 'scalar' && written.text === 'any'
  const rules = everything ? null : (inner.texts('rules') ?? []).map(({ text, span }) => ({ text, span }))
  if (written?.kind === 'list' && written.items.length === 0) {
    diagnostics.push(error('sigma/empty', 'the filter names no rule', written.span, { hint: 'name rules, or "any"' }))
  }
  const detection = decodeDetection(node, ['rules'], diagnostics)
  return logsource && detection && { kind: 'filter', logsource, rules, detection }
}

const LOG_SOURCE_KEYS = ['category', 'product', 'service', 'definition']

function decodeLogSource(reader: MapReader, diagnostics: Diagnostic[]): LogSource | undefined {
  reader.require('logsource')
  const node = reader.map('logsource')
  if (node === undefined) return undefined
  const inner = new MapReader(node, 'sigma', 'a log source', diagnostics)
  const [category, product, service] = ['category', 'product', 'service'].map((key) => word(inner, key)?.text ?? null)
  const definition = inner.text('definition') ?? null
  for (const { key } of node.entries) {
    const near = LOG_SOURCE_KEYS.includes(key.text) ? undefined : suggest(key.text, LOG_SOURCE_KEYS)
    if (near === undefined) continue
    const hint = `did you mean "${near}"?`
    diagnostics.push(warning('sigma/unknown-attribute', `a log source has no "${key.text}"`, key.span, { hint }))
  }
  if (!category && !product && !service) {
    const hint = 'name a category, a product or a service'
    diagnostics.push(error('sigma/empty', 'the log source says nothing', node.span, { hint }))
    return undefined
  }
  return { category: category ?? null, product: product ?? null, service: service ?? null, definition, span: node.span }
}
