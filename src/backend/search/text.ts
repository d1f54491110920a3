import { literal, type Pattern } from '../../ir/pattern.ts'
import { no, or, term } from '../condition-tree.ts'
import { match, type Condition } from './condition.ts'
import { emitKeyword } from './keyword.ts'
import { meets } from './meets.ts'
import { emitAddressText } from './network.ts'
import type { Scope } from './scope.ts'
import type { TestedField } from './tested-field.ts'

/** The whole value as text: of a number or a boolean, its JSON. */
export function emitText(field: TestedField, pattern: Pattern, cased: boolean, scope: Scope): Condition {
  const { name, written, span } = field
  const type = field.info?.type ?? 'keyword'
  if (type === 'keyword') return emitKeyword(field, pattern, cased, scope)
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return term(scope.dialect.exists(written))
  switch (type) {
    case 'boolean': {
      const met = ['true', 'false'].filter((word) => meets(word, pattern, cased))
      return or(met.map((word) => match(written, word)))
    }
    case 'long':
    case 'double': {
      const whole = literal(pattern)
      if (whole === undefined) {
        const hint = 'compare numbers with lt, lte, gt, gte'
        return scope.refuse(`wildcards on ${name}, a field of type ${type}`, span, hint)
      }
      const value = Number(whole)
      // "05" is no number's text.
      if (String(value) !== whole || (type === 'long' && !Number.isInteger(value))) return no
      const text = decimal(value)
      if (text === undefined) return scope.refuse(`the number ${whole} exactly`, span)
      return match(written, scope.dialect.exactly(text))
    }
    case 'ip': {
      const hint = `use the modifier cidr: ${name}|cidr`
      return (
        emitAddressText(field, pattern, scope) ?? scope.refuse(`a part of the text of the address ${name}`, span, hint)
      )
    }
    case 'date':
      return scope.refuse(`the text of a time: ${name} has type date`, span)
  }
}

/** Undefined for a number that JavaScript writes with an exponent or cannot hold exactly. */
export function decimal(value: number): string | undefined {
  if (Number.isInteger(value)) return Number.isSafeInteger(value) ? String(value) : undefined
  const text = String(value)
  return /^-?\d+\.\d+$/.test(text) ? text : undefined
}
