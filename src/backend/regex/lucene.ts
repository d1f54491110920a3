import { complement, LAST_CODE_POINT, everyChar, sizeOf, type CharSet } from '../../ir/char-set.ts'
import { isDeterminable } from './determinize.ts'
import { anything, concat, emptyRegex, hasAnchor, type RegexNode } from '../../ir/regex/tree.ts'

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
  const whole = wholeValue(node, true, true)
  if ('unsupported' in whole) return whole
  const text = written(whole, spelling)
  if (text === undefined) return { unsupported: 'a class without characters' }
  if (text.length > LONGEST) return { unsupported: `a regular expression of more than ${LONGEST} characters` }
  if (!isTaken(text, whole, spelling.states))
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
  const answer = isDeterminable(node, states)
  if (answers.size >= MOST_ANSWERS) answers.clear()
  answers.set(key, answer)
  return answer
}

/** How single characters are written in the text that the expression is asked of. */
export interface Spelling {
  /** One out of a set; undefined for a set that has no form. */
  readonly set: (set: CharSet) => string | undefined
  /** How many states of an automaton a character may take. */
  readonly states: number
}

const PLAIN: Spelling = { set: luceneSet, states: 1 }

/**
 * A tree that must match the whole value, without anchors: at its beginning (`open`) and end (`close`) the value may go on,
 * or an anchor forbids it.
 */
function wholeValue(node: RegexNode, open: boolean, close: boolean): RegexNode | { readonly unsupported: string } {
  switch (node.kind) {
    case 'anchor':
      if (node.at === 'start' && open) return close ? anything : emptyRegex
      if (node.at === 'end' && close) return open ? anything : emptyRegex
      return { unsupported: anchorName(node) }
    case 'alternate': {
      const branches = supported(node.of.map((each) => wholeValue(each, open, close)))
      return 'unsupported' in branches ? branches : { kind: 'alternate', of: branches }
    }
    case 'concat': {
      if (!hasAnchor(node)) return around(node, open, close)
      const last = node.of.length - 1
      const parts = supported(node.of.map((each, at) => wholeValue(each, open && at === 0, close && at === last)))
      return 'unsupported' in parts ? parts : concat(parts)
    }
    case 'repeat':
      if (hasAnchor(node)) return { unsupported: 'an anchor inside a repetition' }
      return around(node, open, close)
    case 'empty':
      return open || close ? anything : emptyRegex
    case 'set':
      return around(node, open, close)
  }
}

function around(node: RegexNode, open: boolean, close: boolean): RegexNode {
  return open || close ? concat([...(open ? [anything] : []), node, ...(close ? [anything] : [])]) : node
}

function supported(
  nodes: readonly (RegexNode | { readonly unsupported: string })[],
): readonly RegexNode[] | { readonly unsupported: string } {
  const all: RegexNode[] = []
  for (const node of nodes) {
    if ('unsupported' in node) return node
    all.push(node)
  }
  return all
}

/** A tree without anchors; undefined when a class without characters stands in it. */
function written(node: RegexNode, spelling: Spelling): string | undefined {
  switch (node.kind) {
    case 'empty':
    case 'anchor':
      return ''
    case 'set':
      return spelling.set(node.set)
    case 'concat':
      return defined(node.of.map((each) => written(each, spelling)))?.join('')
    case 'alternate': {
      const branches = defined(node.of.map((each) => written(each, spelling)))
      return branches && alternatives(branches)
    }
    case 'repeat': {
      const inner = written(node.of, spelling)
      if (inner === undefined || inner === '') return inner
      return (node.of.kind === 'set' ? inner : `(${inner})`) + count(node.min, node.max)
    }
  }
}

function defined(texts: readonly (string | undefined)[]): readonly string[] | undefined {
  return texts.every((text) => text !== undefined) ? texts : undefined
}

function count(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  if (min === 0 && max === 1) return '?'
  return min === max ? `{${min}}` : `{${min},${max}}`
}

/** An empty branch becomes `?` on the others: Lucene has no empty alternative. */
function alternatives(branches: readonly string[]): string {
  const full = branches.filter((text) => text !== '')
  if (full.length === 0) return ''
  return `(${full.join('|')})${full.length < branches.length ? '?' : ''}`
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
  // Most are a letter, asked for one by one.
  if (/^[\w/]+$/.test(literal)) return literal
  return literal.replace(/[.?+*|{}[\]()"\\#@&<>~^$-]/g, '\\$&')
}
