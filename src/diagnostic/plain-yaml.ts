import type { Source, Span } from './source.ts'
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './yaml-node.ts'

/** Longer texts and deeper ones are left to the library and its bounds. */
const LONGEST = 1 << 18
const DEEPEST = 20

/** Directives, marks between documents, and characters that have a say in where lines end or are not allowed. */
const UNUSUAL = /^(?:---|\.\.\.|%)|[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe]/m
/** A key without quotes or in single ones, up to the colon behind it. */
const KEY = /(?:([A-Za-z_][\w.|-]*)|'([^'\n]*)'):(?= |$)/my
/** What a text without quotes may begin with here; others are marks, or may become some. */
const PLAIN_START = /^[A-Za-z\u00c0-\u024f0-9/\\._($^+;]/
/** A colon that makes a key of what stands before it. */
const NOT_PLAIN = /: |:$/
const QUOTED = /(?:'(?:[^'\n]|'')*'|"(?:[^"\\\n]|\\["\\])*")(?= *$| +#)/my
/** Core schema: these are no texts. Most numbers are left to the library too. */
const WORD = /^(?:null|true|false)$/i
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ['null', null],
  ['true', true],
  ['false', false],
])
const NUMBER = /^[-+]?(?:0[ox][\da-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|\.inf|\.nan)$/i
const INTEGER = /^(?:0|[1-9]\d{0,14})$/

/**
 * Reads the YAML that nearly every rule is written in, many times as fast as the library: one document of maps and
 * lists in block style, values in one line, and literal blocks.
 * Undefined for everything else and for every mistake: then the library says what it is. The tree is the one that it
 * would give, to the last offset.
 */
export function readPlainYaml(source: Source): MapNode | undefined {
  const { text } = source
  if (text.length > LONGEST || !text.endsWith('\n') || UNUSUAL.test(text)) return undefined
  try {
    return new PlainReader(source).document()
  } catch (problem) {
    if (problem instanceof Unusual) return undefined
    throw problem
  }
}

/** Thrown where the text needs the library; never leaves this file. */
class Unusual extends Error {}

class PlainReader {
  readonly #source: Source
  readonly #text: string
  /** The offset of the first character, after its indentation, of the next line that holds something. */
  #at = 0
  /** How far that is from the start of its line; -1 at the end of the text. */
  #column = -1
  /** Where the last value read ends, its line break included. */
  #end = 0

  constructor(source: Source) {
    this.#source = source
    this.#text = source.text
  }

  document(): MapNode {
    this.#nextLine(0)
    if (this.#column !== 0) throw new Unusual()
    const root = this.#map(0, 0)
    if (!this.#isOver()) throw new Unusual()
    return root
  }

  #map(column: number, depth: number): MapNode {
    if (depth > DEEPEST) throw new Unusual()
    const start = this.#at
    const names = new Set<string>()
    const entries: Entry[] = []
    while (this.#column === column) {
      const key = this.#key()
      if (key === undefined || names.has(key.text)) throw new Unusual()
      names.add(key.text)
      entries.push({ key, value: this.#value(key.span.end + 1, column, depth) })
    }
    return { kind: 'map', span: this.#span(start, this.#end), entries }
  }

  #key(): ScalarNode | undefined {
    const [written, plain, inner] = this.#match(KEY, this.#at) ?? []
    if (written === undefined || (plain !== undefined && WORD.test(plain))) return undefined
    const name = plain ?? inner ?? ''
    return this.#scalar(this.#at, this.#at + written.length - 1, name, name, plain === undefined)
  }

  #list(column: number, depth: number): ListNode {
    if (depth > DEEPEST) throw new Unusual()
    const start = this.#at
    const items: Node[] = []
    while (this.#column === column && this.#text.startsWith('- ', this.#at)) items.push(this.#item(column, depth))
    return { kind: 'list', span: this.#span(start, this.#end), items }
  }

  #item(column: number, depth: number): Node {
    const first = this.#skipSpaces(this.#at + 1)
    if (this.#match(KEY, first) === undefined) return this.#inLine(first, column)
    // A map whose first key stands beside the dash.
    this.#column += first - this.#at
    this.#at = first
    return this.#map(this.#column, depth + 1)
  }

  /** What follows a key of a map in some column. @param after the offset behind the colon */
  #value(after: number, column: number, depth: number): Node {
    const first = this.#skipSpaces(after)
    if (this.#text.startsWith('|\n', first)) return this.#literal(first, column)
    const isNoted = this.#text[first] === '#'
    if (this.#text[first] !== '\n' && !isNoted) return this.#inLine(first, column)
    this.#nextLine(isNoted ? this.#text.indexOf('\n', first) : first)
    const isList = this.#text.startsWith('- ', this.#at)
    if (this.#column > column || (this.#column === column && isList))
      return isList ? this.#list(this.#column, depth + 1) : this.#map(this.#column, depth + 1)
    throw new Unusual()
  }

  #inLine(first: number, column: number): ScalarNode {
    const quoted = this.#match(QUOTED, first)
    const written = quoted?.[0] ?? this.#plain(first)
    const end = first + written.length
    this.#nextLine(this.#text.indexOf('\n', end))
    // A deeper line would go on with this one.
    if (this.#column > column) throw new Unusual()
    if (quoted === undefined) return this.#scalar(first, end, plainValue(written), written, false)
    const inner = written.slice(1, -1)
    const value = written.startsWith("'") ? inner.replaceAll("''", "'") : inner.replace(/\\(.)/g, '$1')
    return this.#scalar(first, end, value, value, true)
  }

  #plain(first: number): string {
    const line = this.#text.slice(first, this.#text.indexOf('\n', first))
    const comment = line.indexOf(' #')
    let end = comment === -1 ? line.length : comment
    while (line.charCodeAt(end - 1) === 0x20) end--
    const written = line.slice(0, end)
    if (!PLAIN_START.test(written) || NOT_PLAIN.test(written)) throw new Unusual()
    if (WORD.test(written) && !WORDS.has(written)) throw new Unusual()
    if (NUMBER.test(written) && !INTEGER.test(written)) throw new Unusual()
    return written
  }

  /** A block of lines as they are, less their indentation; blank lines are left to the library. */
  #literal(first: number, column: number): ScalarNode {
    const lines: string[] = []
    this.#nextLine(first + 1)
    const indent = this.#column
    if (indent <= column) throw new Unusual()
    let end = this.#end
    for (let start = end; ; start = end) {
      let at = this.#skipSpaces(start)
      if (this.#text[at] === '\n' || at - start < indent) break
      at = this.#text.indexOf('\n', at)
      lines.push(this.#text.slice(start + indent, at + 1))
      end = at + 1
    }
    if (this.#text[this.#skipSpaces(end)] === '\n') throw new Unusual()
    this.#nextLine(end - 1)
    if (this.#column > column) throw new Unusual()
    const value = lines.join('')
    return this.#scalar(first, end, value, value, true)
  }

  /** Goes on after a line. @param lineEnd the offset of its line break, or 0 at the start of the text */
  #nextLine(lineEnd: number): void {
    const start = this.#text[lineEnd] === '\n' ? lineEnd + 1 : lineEnd
    this.#end = start
    this.#at = this.#skipSpaces(start)
    let comment = -1
    for (let line = start; this.#text[this.#at] === '#'; this.#at = this.#skipSpaces(line)) {
      if (comment !== -1 && comment !== this.#at - line) throw new Unusual()
      comment = this.#at - line
      line = this.#text.indexOf('\n', this.#at) + 1
    }
    const isEnd = this.#at >= this.#text.length
    if (!isEnd && this.#text[this.#at] === '\n') throw new Unusual()
    this.#column = isEnd ? -1 : this.#at - this.#text.lastIndexOf('\n', this.#at) - 1
    // A comment that is not in line with what follows may belong to what it follows.
    if (comment !== -1 && comment !== this.#column) throw new Unusual()
  }

  #isOver(): boolean {
    return this.#column === -1
  }

  #skipSpaces(from: number): number {
    let at = from
    while (this.#text.charCodeAt(at) === 0x20) at++
    return at
  }

  #match(expression: RegExp, at: number): RegExpExecArray | undefined {
    expression.lastIndex = at
    return expression.exec(this.#text) ?? undefined
  }

  #scalar(start: number, end: number, value: ScalarNode['value'], text: string, quoted: boolean): ScalarNode {
    return { kind: 'scalar', span: this.#span(start, end), value, text, quoted }
  }

  #span(start: number, end: number): Span {
    return { source: this.#source, start, end }
  }
}

function plainValue(written: string): ScalarNode['value'] {
  const word = WORDS.get(written)
  if (word !== undefined) return word
  return INTEGER.test(written) ? Number(written) : written
}
