import type { Source, Span } from './source.ts'
import type { Entry, ListNode, MapNode, Node, ScalarNode } from './yaml-node.ts'

/** Longer texts and deeper ones are left to the library and its bounds. */
const LONGEST = 1 << 18
const DEEPEST = 20

/** Directives, marks between documents, and characters that have a say in where lines end or are not allowed. */
const UNUSUAL = /^(?:---|\.\.\.|%)|[^\n\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe]/m
/** A key without quotes or in single ones, and the colon behind it. */
const KEY = /(?:[A-Za-z_][\w.|-]*|'[\w.|* -]+'):(?= |$)/my
/** What a text without quotes may begin with here; others are marks, or may become some. */
const PLAIN_START = /^(?:[A-Za-z\u00c0-\u024f0-9/\\._($^+;]|[-:?](?! |$))/
/** A colon that makes a key of what stands before it. */
const NOT_PLAIN = /: |:$/
const QUOTED = /'(?:[^'\n]|'')*'(?= *$| +#)/my
/** In double quotes, with no other escapes than those of the quote and the backslash. */
const DOUBLE_QUOTED = /"(?:[^"\\\n]|\\["\\])*"(?= *$| +#)/my
/** In a list or map that stands in one line: a key, and a text without quotes, up to what ends it. */
const FLOW_KEY = /[A-Za-z_][\w.]*(?=: )/y
const FLOW_PLAIN = /[\w./-]+(?: [\w./-]+)*(?=, | *[\]}])/y
const FLOW_QUOTED = /(?:'[^'\n]*'|"[^"\\\n]*")(?=, | *[\]}])/y
const FLOW_OVER = /(?= *$| +#)/my
/** A block of lines, as they are or folded into one, with or without its last line break. */
const BLOCK = /[|>]-?\n/y
/** Core schema: these are no texts. Most numbers, and the less usual spellings, are left to the library too. */
const WORD = /^(?:null|true|false)$/i
const WORDS = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
])
const NUMBER = /^[-+]?(?:0[ox][\da-f]+|(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?|\.inf|\.nan)$/i
const INTEGER = /^(?:0|[1-9]\d{0,14})$/

/**
 * Reads the YAML that nearly every rule is written in, many times as fast as the library: one document of maps and
 * lists in block style or in one line, keys without quotes or in single ones, values in one line, and blocks
 * of lines.
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
  /** Where what is around it ends with it. */
  #outerEnd = 0

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
      const written = this.#match(KEY, this.#at)?.slice(0, -1)
      if (written === undefined || WORD.test(written)) throw new Unusual()
      const quoted = written.startsWith("'")
      const name = quoted ? written.slice(1, -1) : written
      if (names.has(name)) throw new Unusual()
      names.add(name)
      const key = this.#scalar(this.#at, this.#at + written.length, name, name, quoted)
      entries.push({ key, value: this.#value(key.span.end + 1, column, depth) })
    }
    return { kind: 'map', span: this.#close(start), entries }
  }

  #list(column: number, depth: number): ListNode {
    if (depth > DEEPEST) throw new Unusual()
    const start = this.#at
    const items: Node[] = []
    while (this.#column === column && this.#text.startsWith('- ', this.#at)) items.push(this.#item(column, depth))
    return { kind: 'list', span: this.#close(start), items }
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
    const block = this.#match(BLOCK, first)
    if (block !== undefined) return this.#block(block, first, column)
    const isOver = this.#text[first] === '\n' || (this.#text[first] === '#' && first > after)
    if (!isOver) return this.#inLine(first, column)
    this.#nextLine(this.#text.indexOf('\n', first))
    const isList = this.#text.startsWith('- ', this.#at)
    if (this.#column > column || (this.#column === column && isList))
      return isList ? this.#list(this.#column, depth + 1) : this.#map(this.#column, depth + 1)
    throw new Unusual()
  }

  #inLine(first: number, column: number): Node {
    const mark = this.#text[first]
    if (mark === '[' || mark === '{') return this.#flowLine(first, column)
    const single = mark === "'" ? this.#match(QUOTED, first) : undefined
    const double = mark === '"' ? this.#match(DOUBLE_QUOTED, first) : undefined
    const written = single ?? double ?? this.#plain(first)
    const end = first + written.length
    this.#nextLine(this.#text.indexOf('\n', end), column)
    // A deeper line would go on with this one.
    if (this.#column > column) throw new Unusual()
    if (single === undefined && double === undefined)
      return this.#scalar(first, end, plainValue(written), written, false)
    const inner = written.slice(1, -1)
    const value = double === undefined ? inner.replaceAll("''", "'") : inner.replace(/\\(.)/g, '$1')
    return this.#scalar(first, end, value, value, true)
  }

  #flowLine(first: number, column: number): Node {
    const node = this.#flow(first, 0)
    const { end } = node.span
    if (this.#match(FLOW_OVER, end) === undefined) throw new Unusual()
    this.#nextLine(this.#text.indexOf('\n', end), column)
    // A deeper line would be a mistake.
    if (this.#column > column) throw new Unusual()
    return node
  }

  /** A value within one line: a list in brackets, a map in braces, or a text. */
  #flow(first: number, depth: number): Node {
    if (depth > DEEPEST) throw new Unusual()
    const mark = this.#text[first]
    if (mark === '[') {
      const items: Node[] = []
      const end = this.#flowItems(first, ']', (at) => {
        const item = this.#flow(at, depth + 1)
        items.push(item)
        return item.span.end
      })
      return { kind: 'list', span: this.#span(first, end), items }
    }
    if (mark === '{') {
      const entries: Entry[] = []
      const end = this.#flowItems(first, '}', (at) => {
        const key = this.#flowKey(at, entries)
        const value = this.#flow(key.span.end + 2, depth + 1)
        entries.push({ key, value })
        return value.span.end
      })
      return { kind: 'map', span: this.#span(first, end), entries }
    }
    const quoted = this.#match(FLOW_QUOTED, first)
    if (quoted !== undefined) {
      const value = quoted.slice(1, -1)
      return this.#scalar(first, first + quoted.length, value, value, true)
    }
    const written = this.#match(FLOW_PLAIN, first)
    if (written === undefined || !isUsual(written)) throw new Unusual()
    return this.#scalar(first, first + written.length, plainValue(written), written, false)
  }

  #flowKey(at: number, before: readonly Entry[]): ScalarNode {
    const name = this.#match(FLOW_KEY, at)
    if (name === undefined || WORD.test(name) || before.some(({ key }) => key.text === name)) throw new Unusual()
    return this.#scalar(at, at + name.length, name, name, false)
  }

  /** Reads what stands between a mark and its counterpart. @param item reads one at some offset, and says where it ends */
  #flowItems(first: number, close: string, item: (at: number) => number): number {
    let at = this.#skipSpaces(first + 1)
    if (this.#text[at] === close) return at + 1
    for (;;) {
      const after = item(at)
      at = this.#skipSpaces(after)
      if (this.#text[at] === close) return at + 1
      if (!this.#text.startsWith(', ', after)) throw new Unusual()
      at = after + 2
    }
  }

  #plain(first: number): string {
    const line = this.#text.slice(first, this.#text.indexOf('\n', first))
    const comment = line.indexOf(' #')
    let end = comment === -1 ? line.length : comment
    while (line.charCodeAt(end - 1) === 0x20) end--
    const written = line.slice(0, end)
    if (!isUsual(written)) throw new Unusual()
    return written
  }

  /** Lines of one indentation, or deeper and empty ones where they are not folded. */
  #block(header: string, first: number, column: number): ScalarNode {
    const isFolded = header.startsWith('>')
    const lines: string[] = []
    let end = first + header.length
    const indent = this.#skipSpaces(end) - end
    if (indent <= column || this.#text[end + indent] === '\n') throw new Unusual()
    for (let start = end; ; start = end) {
      let empty = 0
      while (!isFolded && this.#text[start] === '\n') empty = start++ - end + 1
      let at = this.#skipSpaces(start)
      if (this.#text[at] === '\n' || at - start < indent) break
      // A deeper line is not folded, and spaces at the end of one are kept.
      if (isFolded && at - start > indent) throw new Unusual()
      at = this.#text.indexOf('\n', at)
      if (isFolded && this.#text[at - 1] === ' ') throw new Unusual()
      lines.push('\n'.repeat(empty) + this.#text.slice(start + indent, at))
      end = at + 1
    }
    if (this.#text[this.#skipSpaces(end)] === '\n') throw new Unusual()
    this.#nextLine(end - 1)
    if (this.#column > column) throw new Unusual()
    const value = lines.join(isFolded ? ' ' : '\n') + (header.includes('-') ? '' : '\n')
    return this.#scalar(first, end, value, value, true)
  }

  /**
   * Goes on after a line, past blank ones and comments.
   * @param lineEnd the offset of its line break, or 0 at the start of the text
   * @param inner the column of the map or list that the line is of, if it is the last of a value
   */
  #nextLine(lineEnd: number, inner = -1): void {
    let line = this.#text[lineEnd] === '\n' ? lineEnd + 1 : lineEnd
    this.#end = this.#outerEnd = line
    let deepest = -1
    let shallowest = Infinity
    let commentEnd = line
    for (;;) {
      this.#at = this.#skipSpaces(line)
      const isComment = this.#text[this.#at] === '#'
      if (isComment) {
        deepest = Math.max(deepest, this.#at - line)
        shallowest = Math.min(shallowest, this.#at - line)
      } else if (this.#text[this.#at] !== '\n') break
      line = this.#text.indexOf('\n', this.#at) + 1
      if (isComment) commentEnd = line
    }
    this.#column = this.#at >= this.#text.length ? -1 : this.#at - line
    if (deepest <= this.#column) return
    // Comments that are deeper than what follows belong to what they follow; its own place leaves them out, unless
    // they are deeper than that too.
    const deeper = shallowest > inner
    if (inner < 0 || (!deeper && deepest !== inner)) throw new Unusual()
    if (deeper) this.#end = this.#outerEnd = commentEnd
    else if (inner > 0) this.#outerEnd = this.#at
  }

  #close(start: number): Span {
    const span = this.#span(start, this.#end)
    this.#end = this.#outerEnd
    return span
  }

  #isOver(): boolean {
    return this.#column === -1
  }

  #skipSpaces(from: number): number {
    let at = from
    while (this.#text.charCodeAt(at) === 0x20) at++
    return at
  }

  /** The text that a sticky expression matches there. */
  #match(expression: RegExp, at: number): string | undefined {
    expression.lastIndex = at
    return expression.test(this.#text) ? this.#text.slice(at, expression.lastIndex) : undefined
  }

  #scalar(start: number, end: number, value: ScalarNode['value'], text: string, quoted: boolean): ScalarNode {
    return { kind: 'scalar', span: this.#span(start, end), value, text, quoted }
  }

  #span(start: number, end: number): Span {
    return { source: this.#source, start, end }
  }
}

/** Whether a text without quotes is one, or says what {@link plainValue} gives. */
function isUsual(written: string): boolean {
  if (!PLAIN_START.test(written) || NOT_PLAIN.test(written)) return false
  if (WORD.test(written)) return WORDS.has(written)
  return !NUMBER.test(written) || INTEGER.test(written)
}

/** What a text without quotes says. */
function plainValue(written: string): ScalarNode['value'] {
  if (INTEGER.test(written)) return Number(written)
  const word = WORDS.get(written)
  return word === undefined ? written : word
}
