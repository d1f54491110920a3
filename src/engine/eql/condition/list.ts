import type { Span } from '../../../diagnostic/source.ts'
import { isConstant, isNumber, isText, testOf, typeTitle, unknown, type Operand } from '../operand.ts'
import type { Scope } from '../scope.ts'
import { fold } from '../value/text.ts'
import { compareValues, type Value, type ValueType } from '../value/value.ts'
import { rangeOf } from './comparison.ts'

/** `in` and `in~`: equal to one of some constants, verbatim; null among them is equal to nothing. */
export function membership(of: Operand, list: readonly Operand[], folds: boolean, span: Span, scope: Scope): Operand {
  if (of.type === 'unknown' || list.some((one) => one.type === 'unknown')) return unknown(span)
  for (const one of list)
    if (!isConstant(one)) {
      scope.tell('eql/field-comparison', 'a list holds constants only', one.span, 'compare with values')
      return unknown(span)
    }
  if (folds && !isText(of.type) && of.type !== 'null') {
    scope.tell('eql/type-mismatch', `"in~" takes a text, and this is ${typeTitle(of.type)}`, of.span, 'write in')
    return unknown(span)
  }
  const { type } = of
  if (type === 'null') return testOf(of, () => false, span)
  const ranges: (readonly [Value, Value])[] = []
  for (const one of list) {
    const value = one.read()
    if (value === null) continue
    const range = fits(type, one) ? rangeOf(type, { ...one, value }, true) : undefined
    if (!range) {
      scope.tell(
        'eql/type-mismatch',
        `the list is held against ${typeTitle(type)}, and this is ${typeTitle(one.type)}`,
        one.span,
      )
      return unknown(span)
    }
    ranges.push(range)
  }
  return testOf(of, folds ? foldedTest(ranges, of.field ? 'ascii' : 'unicode') : test(ranges, type), span)
}

/** A list is held more strictly than a single value. */
function fits(type: ValueType, { type: given }: Operand): boolean {
  if (isNumber(type)) return isNumber(given)
  return type === 'keyword' || type === 'boolean' ? type === given : given === 'keyword' || given === type
}

function test(ranges: readonly (readonly [Value, Value])[], type: ValueType): (value: Value) => boolean {
  const single = new Set(ranges.flatMap(([first, last]) => (first === last ? [first] : [])))
  const wide = ranges.filter(([first, last]) => first !== last)
  if (wide.length === 0) return (value) => single.has(value)
  return (value) =>
    single.has(value) ||
    wide.some(([first, last]) => compareValues(value, first, type) >= 0 && compareValues(value, last, type) <= 0)
}

function foldedTest(
  ranges: readonly (readonly [Value, Value])[],
  folding: 'ascii' | 'unicode',
): (value: Value) => boolean {
  const folded = new Set(ranges.map(([text]) => fold(String(text), folding)))
  return (value) => folded.has(fold(String(value), folding))
}
