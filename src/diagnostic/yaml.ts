import { parseAllDocuments, isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Document, Node as YamlNode } from 'yaml'
import { error, type Diagnostic } from './diagnostic.ts'
import { readPlainYaml } from './plain-yaml.ts'
import type { Source, Span } from './source.ts'
import type { Entry, MapNode, Node, ScalarNode } from './yaml-node.ts'

export type { Entry, ListNode, MapNode, Node, ScalarNode } from './yaml-node.ts'

/** One document of a stream. `root` is absent when the document is empty or could not be read. */
export interface YamlDocument {
  readonly span: Span
  readonly root?: Node
}

/** Aliases count as much as what they name; more values than this is a bomb, not a rule. */
const MOST_NODES = 100_000
/** Deeper nesting than this is refused before it can exhaust the stack. */
const DEEPEST = 100
/** Indentation may also grow inside a text, so only what no text looks like is refused before parsing. */
const DEEPEST_INDENT = 500
/** A broken document says more than enough with this many problems. */
const MOST_ERRORS = 20

/**
 * Reads a stream of YAML 1.2 documents (core schema). A document with an error gives its diagnostics (`yaml/syntax`,
 * `yaml/duplicate-key`, `yaml/merge-key`, `yaml/key`, `yaml/too-deep`, `yaml/too-large`) and no root; the others are
 * still read. Takes time in proportion to the text.
 */
export function parseYaml(source: Source): { documents: YamlDocument[]; diagnostics: Diagnostic[] } {
  const plain = readPlainYaml(source)
  if (plain !== undefined) return { documents: [{ span: plain.span, root: plain }], diagnostics: [] }
  return parseAnyYaml(source)
}

/** The same with the library alone. */
export function parseAnyYaml(source: Source): { documents: YamlDocument[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const deep = tooDeep(source.text)
  if (deep !== undefined) {
    const span = { source, start: deep, end: deep + 1 }
    return { documents: [], diagnostics: [error('yaml/too-deep', `nested more than ${DEEPEST} levels deep`, span)] }
  }
  // The library's own check of unique keys compares each key with each; Reader makes the check with a set.
  const parsed = parseAllDocuments(source.text, { prettyErrors: false, uniqueKeys: false, logLevel: 'silent' })
  const documents: YamlDocument[] = []
  for (const document of 'empty' in parsed ? [] : parsed) documents.push(readDocument(source, document, diagnostics))
  return { documents, diagnostics }
}

/**
 * The place of a stretch of a scalar's text. Where the text is not written as it reads (escapes, folded lines) it is
 * the whole scalar.
 */
export function spanWithin(scalar: ScalarNode, start: number, end: number): Span {
  const { source } = scalar.span
  const first = scalar.span.start + (scalar.quoted ? 1 : 0)
  if (!source.text.startsWith(scalar.text, first)) return scalar.span
  return { source, start: first + start, end: first + end }
}

function readDocument(source: Source, document: Document.Parsed, diagnostics: Diagnostic[]): YamlDocument {
  const [start, end] = document.contents?.range ?? document.range
  const span = { source, start, end }
  if (document.errors.length > 0) {
    for (const one of document.errors.slice(0, MOST_ERRORS)) {
      const from = Math.min(one.pos[0], Math.max(0, source.text.length - 1))
      const at = { source, start: from, end: Math.min(Math.max(one.pos[1], from + 1), source.text.length) }
      diagnostics.push(error('yaml/syntax', one.message.replace(/\s+$/, ''), at))
    }
    return { span }
  }
  if (document.contents === null) return { span }
  try {
    const root = new Reader(source).read(document.contents, 0)
    return root.kind === 'scalar' && root.value === null && root.text === '' ? { span } : { span, root }
  } catch (problem) {
    if (!(problem instanceof Refused)) throw problem
    diagnostics.push(problem.diagnostic)
    return { span }
  }
}

/** Ends the reading of one document; never leaves this file. */
class Refused extends Error {
  readonly diagnostic: Diagnostic
  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message)
    this.diagnostic = diagnostic
  }
}

class Reader {
  readonly #source: Source
  /** What each anchor names so far, and how many values that is; null while it is still being read. */
  readonly #anchors = new Map<string, { readonly node: Node; readonly size: number } | null>()
  #count = 0

  constructor(source: Source) {
    this.#source = source
  }

  read(node: YamlNode | null, at: number, depth = 0): Node {
    const span = this.#span(node, at)
    this.#add(1, span)
    if (depth > DEEPEST) throw new Refused(error('yaml/too-deep', `nested more than ${DEEPEST} levels deep`, span))
    if (isAlias(node)) return this.#alias(node.source, span)
    const anchor = node?.anchor
    if (anchor === undefined) return this.#value(node, span, depth)
    const before = this.#count
    this.#anchors.set(anchor, null)
    const read = this.#value(node, span, depth)
    this.#anchors.set(anchor, { node: read, size: this.#count - before + 1 })
    return read
  }

  #value(node: YamlNode | null, span: Span, depth: number): Node {
    if (isMap(node)) return this.#map(node.items, span, depth)
    if (isSeq(node)) {
      const items = node.items.map((item) => this.read(item as YamlNode | null, span.start, depth + 1))
      return { kind: 'list', span, items }
    }
    return this.#scalar(node, span)
  }

  #map(pairs: readonly { readonly key: unknown; readonly value: unknown }[], span: Span, depth: number): MapNode {
    const first = new Map<string, Span>()
    const entries = pairs.map((pair) => {
      const entry = this.#entry(pair.key as YamlNode | null, pair.value as YamlNode | null, span, depth)
      const { text, span: at, quoted } = entry.key
      const earlier = first.get(text)
      if (earlier) {
        const notes = [{ message: 'it stands here first', span: earlier }]
        throw new Refused(error('yaml/duplicate-key', `the key "${text}" stands twice in one map`, at, { notes }))
      }
      if (text === '<<' && !quoted) {
        const hint = 'write the keys out, or repeat a whole value with an alias'
        throw new Refused(error('yaml/merge-key', 'YAML 1.2 has no merge keys', at, { hint }))
      }
      first.set(text, at)
      return entry
    })
    return { kind: 'map', span, entries }
  }

  #alias(name: string, span: Span): Node {
    const target = this.#anchors.get(name)
    if (target === undefined) throw new Refused(error('yaml/syntax', `no anchor "${name}" before this alias`, span))
    if (target === null)
      throw new Refused(error('yaml/syntax', `the alias "${name}" stands inside what it names`, span))
    this.#add(target.size, span)
    return { ...target.node, span }
  }

  #add(count: number, span: Span): void {
    this.#count += count
    if (this.#count <= MOST_NODES) return
    throw new Refused(error('yaml/too-large', `more than ${MOST_NODES} values, aliases counted each time`, span))
  }

  #entry(key: YamlNode | null, value: YamlNode | null, map: Span, depth: number): Entry {
    const name = this.read(key, map.start, depth + 1)
    if (name.kind !== 'scalar') throw new Refused(error('yaml/key', 'a key must be a plain value', name.span))
    return { key: name, value: this.read(value, name.span.end, depth + 1) }
  }

  #scalar(node: YamlNode | null, span: Span): ScalarNode {
    if (!isScalar(node)) return { kind: 'scalar', span, value: null, text: '', quoted: false }
    const value = node.value
    const quoted =
      node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE' || node.type?.startsWith('BLOCK') === true
    const written = quoted ? String(value) : (node.source ?? String(value))
    if (typeof value === 'number' && !Number.isFinite(value))
      return { kind: 'scalar', span, value: written, text: written, quoted }
    if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
      return { kind: 'scalar', span, value: written, text: written, quoted }
    }
    if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
      return { kind: 'scalar', span, value, text: written, quoted }
    }
    return { kind: 'scalar', span, value: written, text: written, quoted }
  }

  #span(node: YamlNode | null, at: number): Span {
    const range = node?.range
    return range
      ? { source: this.#source, start: range[0], end: range[1] }
      : { source: this.#source, start: at, end: at }
  }
}

/** Offset of the first flow bracket or indentation that nests too deep for a recursive reader, if any. */
function tooDeep(text: string): number | undefined {
  let flow = 0
  let block = 0
  let lineStart = true
  let column = 0
  const indents: number[] = []
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x0a) {
      lineStart = true
      block = 0
      column = 0
      continue
    }
    if (lineStart && (c === 0x2d || c === 0x3f) && /[ \t]/.test(text[i + 1] ?? '')) block++
    else if (lineStart && c !== 0x20) {
      lineStart = false
      while ((indents.at(-1) ?? -1) >= column) indents.pop()
      indents.push(column)
    }
    column++
    if (c === 0x5b || c === 0x7b) flow++
    else if (c === 0x5d || c === 0x7d) flow = Math.max(0, flow - 1)
    if (flow > 1000 || block > DEEPEST || indents.length > DEEPEST_INDENT) return i
  }
  return undefined
}
