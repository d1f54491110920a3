/** A condition as text, and what has to be known to put it into a larger one. */
export interface Condition {
  readonly text: string
  /** The operator on top; decides about parentheses. */
  readonly top: 'or' | 'and' | 'not' | 'none'
  /** Never null: true or false whatever the event holds. */
  readonly total: boolean
}

export const yes: Condition = { text: 'true', top: 'none', total: true }
export const no: Condition = { text: 'false', top: 'none', total: true }

/** One comparison; null where the field is missing, unless it is total. */
export function comparison(text: string, total = false): Condition {
  return { text, top: 'none', total }
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
  if (of.total) return { text: `NOT ${inParentheses(of)}`, top: 'not', total: true }
  return { text: `NOT COALESCE(${of.text}, false)`, top: 'not', total: true }
}

/** The text as an operand of `NOT` or of a comparison. */
export function inParentheses(of: Condition): string {
  return of.top === 'none' ? of.text : `(${of.text})`
}

function joined(of: readonly Condition[], operator: 'and' | 'or', ofNothing: Condition): Condition {
  const [only] = of
  if (only === undefined) return ofNothing
  if (of.length === 1) return only
  const texts = of.map((each) => (each.top === 'and' || each.top === 'or' ? inParentheses(each) : each.text))
  return {
    text: texts.join(` ${operator.toUpperCase()} `),
    top: operator,
    total: of.every((each) => each.total),
  }
}
