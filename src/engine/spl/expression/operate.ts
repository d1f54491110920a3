import { compareSingles, compareTexts, isSeveral, numberOf, singlesOf, textOf, type Value } from '../value.ts'
import type { Arithmetic, Comparison } from './tree.ts'

/** `+ - * / %` on numbers; `.` joins texts, `+` joins two that are no numbers. Null, or nothing to work on, gives null. */
export function calculate(operator: Arithmetic, left: Value, right: Value): Value {
  if (left === null || right === null) return null
  if (operator === '.') {
    const [a, b] = [textOf(left), textOf(right)]
    return a === null || b === null ? null : a + b
  }
  const [a, b] = [numberOf(left), numberOf(right)]
  if (a === undefined || b === undefined) {
    if (operator === '+' && a === undefined && b === undefined && typeof left === 'string' && typeof right === 'string')
      return left + right
    return null
  }
  switch (operator) {
    case '+':
      return finite(a + b)
    case '-':
      return finite(a - b)
    case '*':
      return finite(a * b)
    case '/':
      return b === 0 ? null : finite(a / b)
    case '%':
      return b === 0 ? null : finite(a % b)
  }
}

/** A number that a field can hold; null for what is none. */
export function finite(number: number): number | null {
  return Number.isFinite(number) ? number : null
}

/**
 * A comparison; null where a side has no value. Numbers, and texts that look like numbers, compare by size, others by
 * their characters. Of several values any may make it true.
 */
export function compare(operator: Comparison, left: Value, right: Value): boolean | null {
  if (left === null || right === null) return null
  if (isSeveral(left) || isSeveral(right))
    return singlesOf(left).some((one) => singlesOf(right).some((two) => compare(operator, one, two) === true))
  return decides(operator, orderOf(left, right))
}

function orderOf(left: string | number | boolean, right: string | number | boolean): number {
  if (typeof left === 'boolean' || typeof right === 'boolean') return compareTexts(String(left), String(right))
  return compareSingles(left, right)
}

function decides(operator: Comparison, order: number): boolean {
  switch (operator) {
    case '==':
      return order === 0
    case '!=':
      return order !== 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '>':
      return order > 0
    case '>=':
      return order >= 0
  }
}
