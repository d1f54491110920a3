import { LineCounter, parseAllDocuments, isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Document, Node as YamlNode } from 'yaml'
import { error, type Diagnostic } from './diagnostic.ts'
import type { Source, Span } from './source.ts'

/** A YAML tree in which each node, down to the last value, knows its place. */
export type Node = MapNode | ListNode | ScalarNode

export interface MapNode {
  readonly kind: 'map'
  readonly span: Span
  readonly entries: readonly Entry[]
}

export interface Entry {
  readonly key: ScalarNode
  readonly value: Node
}

export interface ListNode {
  readonly kind: 'list'
  readonly span: Span
  readonly items: readonly Node[]
}

export interface ScalarNode {
  readonly kind: 'scalar'
  readonly span: Span
  /** The value by YAML 1.2's core schema; a number too large for a double stays its text. */
  readonly value: string | number | boolean | null
  /** The text as written, without quotes; tells `010` from `10` and `1.0` from `1`. */
  readonly text: string
  readonly quoted: boolean
}

/** One document of a stream. `root` is absent when the document is empty or could not be read. */
export interface YamlDocument {
  readonly span: Span
  readonly root?: Node
}

/** Aliases are copied where they stand; more copies than this is a bomb, not a rule. */
const MOST_NODES = 100_000
/** Deeper nesting than this is refused before it can exhaust the stack. */
const DEEPEST = 100

/**
 * Reads a stream of YAML documents. A document with an error gives its diagnostics (`yaml/syntax`,
 * `yaml/duplicate-key`, `yaml/key`, `yaml/too-deep`, `yaml/too-large`) and no root; the others are still read.
 */
export function parseYaml(source: Source): { documents: YamlDocument[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const deep = tooDeep(source.text)
  if (deep !== undefined) {
    const span = { source, start: deep, end: deep + 1 }
    return { documents: [], diagnostics: [error('yaml/too-deep', `nested more than ${DEEPEST} levels deep`, span)] }
  }
  const parsed = parseAllDocuments(source.text, {
    lineCounter: new LineCounter(),
    prettyErrors: false,
    uniqueKeys: true,
    logLevel: 'silent',
  })
  const documents: YamlDocument[] = []
  for (const document of 'empty' in parsed ? [] : parsed) documents.push(readDocument(source, document, diagnostics))
  return { documents, diagnostics }
}

function readDocument(source: Source, document: Document.Parsed, diagnostics: Diagnostic[]): YamlDocument {
  const [start, end] = document.contents?.range ?? document.range
  const span = { source, start, end }
  if (document.errors.length > 0) {
    for (const one of document.errors) {
      const at = { source, start: one.pos[0], end: Math.max(one.pos[1], one.pos[0] + 1) }
      const code = one.code === 'DUPLICATE_KEY' ? 'yaml/duplicate-key' : 'yaml/syntax'
      diagnostics.push(error(code, one.message.replace(/\s+$/, ''), at))
    }
    return { span }
  }
  if (document.contents === null) return { span }
  try {
    const root = new Reader(source, document).read(document.contents, 0)
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
  readonly #document: Document.Parsed
  #count = 0

  constructor(source: Source, document: Document.Parsed) {
    this.#source = source
    this.#document = document
  }

  read(node: YamlNode | null, at: number, depth = 0): Node {
    const span = this.#span(node, at)
    if (++this.#count > MOST_NODES) {
      throw new Refused(error('yaml/too-large', `more than ${MOST_NODES} values, aliases counted each time`, span))
    }
    if (depth > DEEPEST) throw new Refused(error('yaml/too-deep', `nested more than ${DEEPEST} levels deep`, span))
    if (isAlias(node)) return this.#alias(node.resolve(this.#document), span, depth)
    if (isMap(node)) {
      const entries = node.items.map((pair) =>
        this.#entry(pair.key as YamlNode | null, pair.value as YamlNode | null, span, depth),
      )
      return { kind: 'map', span, entries }
    }
    if (isSeq(node)) {
      return {
        kind: 'list',
        span,
        items: node.items.map((item) => this.read(item as YamlNode | null, span.start, depth + 1)),
      }
    }
    return this.#scalar(node, span)
  }

  #alias(target: YamlNode | undefined, span: Span, depth: number): Node {
    if (target === undefined) throw new Refused(error('yaml/syntax', 'an alias to an anchor that is not there', span))
    return { ...this.read(target, span.start, depth + 1), span }
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
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c === 0x0a) {
      lineStart = true
      block = 0
      continue
    }
    if (lineStart && (c === 0x2d || c === 0x3f) && /[ \t]/.test(text[i + 1] ?? '')) block++
    else if (c !== 0x20) lineStart = false
    if (c === 0x5b || c === 0x7b) flow++
    else if (c === 0x5d || c === 0x7d) flow = Math.max(0, flow - 1)
    if (flow > 1000 || block > DEEPEST) return i
  }
  return undefined
}
