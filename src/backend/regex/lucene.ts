import { complement, LAST_CODE_POINT, everyChar, sizeOf, type CharSet } from '../../ir/char-set.ts'
import { isDeterminable } from './determinize.ts'
import { anything, concat, hasAnchor, isAnchored, type RegexNode } from '../../ir/regex/tree.ts'

/** An expression in Lucene's dialect, or what it cannot say. */
export type LuceneRegex = { readonly text: string } | { readonly unsupported: string }

/** Elasticsearch refuses longer ones (`index.max_regex_length`, 1,000 by default). */
const LONGEST = 1000

/**
 * Writes a tree, which is searched for anywhere in a value, as an expression of Lucene's `RegExp`, which must match the
 * whole value: `.*` stands where no anchor does. Case is spelt out in sets, because Lucene leaves ranges as they are
 * when it ignores case. `.` is any character there, a line break too; `\d`, look-around and boundaries do not exist.
 */
export function emitLuceneRegex(node: RegexNode, spelling: Spelling = PLAIN): LuceneRegex {
  const text = new Emitter(spelling).wrapped(node, true, true)
  if (typeof text !== 'string') return text
  if (text.length > LONGEST) return { unsupported: `a regular expression of more than ${LONGEST} characters` }
  if (!isTaken(text, node, spelling.states))
    return { unsupported: 'a regular expression that can match in so many ways' }
  return { text }
}

/** So many answers are remembered, since a rule often asks the same of several fields. */
const MOST_ANSWERS = 1000
const answers = new Map<string, boolean>()

function isTaken(text: string, node: RegexNode, states: number): boolean {
  const key = `${states} ${text}`
  const known = answers.get(key)
  if (known !== undefined) return known
  const answer = isDeterminable(wholeValue(node), states)
  if (answers.size >= MOST_ANSWERS) answers.clear()
  answers.set(key, answer)
  return answer
}

/** The tree with what may stand around it. */
function wholeValue(node: RegexNode): RegexNode {
  const before = isAnchored(node, 'start') ? [] : [anything]
  const after = isAnchored(node, 'end') ? [] : [anything]
  return concat([...before, node, ...after])
}

/** How single characters are written in the text that the expression is asked of. */
export interface Spelling {
  /** Any character. */
  readonly any: string
  /** One out of a set; undefined for a set that has no form. */
  readonly set: (set: CharSet) => string | undefined
  /** How many states of an automaton a character may take. */
  readonly states: number
}

const PLAIN: Spelling = { any: '.', set: luceneSet, states: 1 }

type Emitted = string | { readonly unsupported: string }

class Emitter {
  readonly #spelling: Spelling
  readonly #anything: string

  constructor(spelling: Spelling) {
    this.#spelling = spelling
    this.#anything = `${spelling.any}*`
  }

  /** A node at the beginning (`open`) or end (`close`) of the whole, where the value may go on or an anchor forbids it. */
  wrapped(node: RegexNode, open: boolean, close: boolean): Emitted {
    switch (node.kind) {
      case 'anchor':
        if (node.at === 'start' && open) return close ? this.#anything : ''
        if (node.at === 'end' && close) return open ? this.#anything : ''
        return { unsupported: anchorName(node) }
      case 'alternate':
        return alternatives(node.of.map((each) => this.wrapped(each, open, close)))
      case 'concat': {
        if (!hasAnchor(node)) return this.#around(this.#plain(node), open, close)
        const last = node.of.length - 1
        return joined(node.of.map((each, at) => this.wrapped(each, open && at === 0, close && at === last)))
      }
      case 'repeat':
        if (hasAnchor(node)) return { unsupported: 'an anchor inside a repetition' }
        return this.#around(this.#plain(node), open, close)
      case 'empty':
        return open || close ? this.#anything : ''
      case 'set':
        return this.#around(this.#plain(node), open, close)
    }
  }

  #around(text: Emitted, open: boolean, close: boolean): Emitted {
    return typeof text === 'string' ? `${open ? this.#anything : ''}${text}${close ? this.#anything : ''}` : text
  }

  /** A node without anchors. */
  #plain(node: RegexNode): Emitted {
    switch (node.kind) {
      case 'empty':
        return ''
      case 'anchor':
        return { unsupported: anchorName(node) }
      case 'set':
        return this.#spelling.set(node.set) ?? { unsupported: 'a class without characters' }
      case 'concat':
        return joined(node.of.map((each) => this.#plain(each)))
      case 'alternate':
        return alternatives(node.of.map((each) => this.#plain(each)))
      case 'repeat': {
        const inner = this.#plain(node.of)
        if (typeof inner !== 'string') return inner
        const atom = node.of.kind === 'set' ? inner : `(${inner})`
        return inner === '' ? '' : atom + count(node.min, node.max)
      }
    }
  }
}

function count(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

function joined(parts: readonly Emitted[]): Emitted {
  let text = ''
  for (const part of parts) {
    if (typeof part !== 'string') return part
    text += part
  }
  return text
}

/** An empty branch becomes `?` on the others: Lucene has no empty alternative. */
function alternatives(branches: readonly Emitted[]): Emitted {
  const texts: string[] = []
  for (const branch of branches) {
    if (typeof branch !== 'string') return branch
    texts.push(branch)
  }
  const full = texts.filter((text) => text !== '')
  if (full.length === 0) return ''
  return `(${full.join('|')})${full.length < texts.length ? '?' : ''}`
}

function anchorName(node: Extract<RegexNode, { kind: 'anchor' }>): string {
  switch (node.at) {
    case 'start':
    case 'end':
      return 'an anchor inside a regular expression'
    case 'line-start':
    case 'line-end':
      return 'the start or end of a line in a regular expression'
    case 'word':
    case 'not-word':
      return 'a word boundary in a regular expression'
  }
}

/** One character out of a set; undefined for an empty one. */
export function luceneSet(set: CharSet): string | undefined {
  if (set.length === 0) return undefined
  if (sizeOf(set) === sizeOf(everyChar)) return '.'
  const [only] = set
  if (set.length === 1 && only && only[0] === only[1]) return escapeLucene(String.fromCodePoint(only[0]))
  const negated = set.at(-1)?.[1] === LAST_CODE_POINT
  const ranges = (negated ? complement(set) : set).map(([low, high]) => {
    const from = escapeLucene(String.fromCodePoint(low))
    const to = escapeLucene(String.fromCodePoint(high))
    if (low === high) return from
    return high === low + 1 ? from + to : `${from}-${to}`
  })
  return `[${negated ? '^' : ''}${ranges.join('')}]`
}

/** A literal text in Lucene's dialect, all its optional operators (`~ < > & @ # "`) included. */
export function escapeLucene(literal: string): string {
  return literal.replace(/[.?+*|{}[\]()"\\#@&<>~^$-]/g, '\\$&')
}
