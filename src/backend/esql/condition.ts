import { indexedText, ofAll, ofAny, type Indexed } from './prefilter.ts'

/** A condition as text, and what has to be known to put it into a larger one. */
export interface Condition {
  readonly text: string
  /** The operator on top; decides about parentheses. */
  readonly top: 'or' | 'and' | 'not' | 'none'
  /** Never null: true or false whatever the event holds. */
  readonly total: boolean
  /** How deep the server's parser has to go into it; it stops at 300. */
  readonly depth: number
  /** Asks the search index, which only WHERE can, straight behind FROM, and never inside a function. */
  readonly searches: boolean
  /** What the search index can answer and holds wherever this does. */
  readonly indexed: readonly Indexed[]
  /** Those of them that stand in it as they are, where the server finds them. */
  readonly seen: readonly Indexed[]
}

export const yes: Condition = {
  text: 'true',
  top: 'none',
  total: true,
  depth: 1,
  searches: false,
  indexed: [],
  seen: [],
}
export const no: Condition = {
  text: 'false',
  top: 'none',
  total: true,
  depth: 1,
  searches: false,
  indexed: [],
  seen: [],
}

/** No test puts more functions into one another. */
const FUNCTIONS = 8
/** So many operands stand in a row: each makes the server go one level deeper. Longer rows are put in parentheses. */
const MOST_IN_A_ROW = 32

/** One comparison; null where the field is missing, unless it is total. */
export function comparison(text: string, total = false): Condition {
  return { text, top: 'none', total, depth: FUNCTIONS, searches: false, indexed: [], seen: [] }
}

/** A field, which has one value at most, compared with a literal. */
export function equality(field: string, value: string): Condition {
  const indexed: readonly Indexed[] = [{ kind: 'compare', field, operator: '==', values: [value] }]
  return { ...comparison(`${field} == ${value}`), indexed, seen: indexed }
}

/** A search function; it is false, not null, where nothing is found. */
export function searching(text: string): Condition {
  return { text, top: 'none', total: true, depth: 1, searches: true, indexed: [], seen: [] }
}

export function and(of: readonly Condition[]): Condition {
  const needed = of.filter((each) => each !== yes)
  if (needed.includes(no)) return no
  return joined(needed, 'and', yes)
}

export function or(of: readonly Condition[]): Condition {
  const needed = of.filter((each) => each !== no)
  if (needed.includes(yes)) return yes
  return joined(needed, 'or', no)
}

/**
 * Sigma's truth has two values, that of ES|QL three: a comparison with a missing field is null, and so is its negation.
 * Null counts as false before it is turned round. Everywhere else null and false do the same: they do not pass WHERE,
 * and are no case of CASE.
 */
export function not(of: Condition): Condition {
  if (of === yes) return no
  if (of === no) return yes
  const text = of.total ? `NOT ${inParentheses(of)}` : `NOT COALESCE(${of.text}, false)`
  return { text, top: 'not', total: true, depth: of.depth + 2, searches: of.searches, indexed: [], seen: [] }
}

/** The text as an operand of `NOT` or of a comparison. */
export function inParentheses(of: Condition): string {
  return of.top === 'none' ? of.text : `(${of.text})`
}

function joined(of: readonly Condition[], operator: 'and' | 'or', ofNothing: Condition): Condition {
  const [only] = of
  if (only === undefined) return ofNothing
  if (of.length === 1) return only
  if (of.length > MOST_IN_A_ROW) {
    const size = Math.max(2, Math.ceil(of.length / MOST_IN_A_ROW))
    const rows = Array.from({ length: Math.ceil(of.length / size) }, (_, at) => of.slice(at * size, (at + 1) * size))
    return joined(
      rows.map((row) => joined(row, operator, ofNothing)),
      operator,
      ofNothing,
    )
  }
  const texts = of.map((each) => (each.top === 'and' || each.top === 'or' ? inParentheses(each) : each.text))
  return {
    text: texts.join(` ${operator.toUpperCase()} `),
    top: operator,
    total: of.every((each) => each.total),
    depth: of.length + Math.max(...of.map((each) => each.depth)),
    searches: of.some((each) => each.searches),
    indexed: (operator === 'and' ? ofAll : ofAny)(of.map((each) => each.indexed)),
    seen: operator === 'and' ? of.flatMap((each) => each.seen) : [],
  }
}

/**
 * What the index can answer of a condition, to stand in front of it: nothing where the server sees that by itself, for it
 * looks at each part of a conjunction.
 */
export function prefilter(of: Condition): string | undefined {
  if (of.searches) return undefined
  const told = of.indexed.filter((each) => !of.seen.includes(each))
  if (told.length === 0) return undefined
  return told.map((each) => (each.kind === 'or' ? `(${indexedText(each)})` : indexedText(each))).join(' AND ')
}
