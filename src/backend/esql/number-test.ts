import type { Order } from '../../ir/predicate.ts'
import { and, comparison, no, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, number, quote } from './literal.ts'
import { anyText, several, type TestedField } from './tested-field.ts'
import { patternRegex } from './text-pattern.ts'
import { emitKeyword, emitText, equals } from './text-test.ts'

/** The decimal numbers that a text may hold, as Lucene writes them; TO_DOUBLE reads more than those. */
const DECIMAL = '[+\\-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+\\-]?[0-9]{1,4})?'
const SYMBOL: Readonly<Record<Order, string>> = { lt: '<', lte: '<=', gt: '>', gte: '>=' }

export function emitNumber(field: TestedField, value: number, emission: Emission): Condition {
  const { info, name } = field
  switch (info.type) {
    case 'long':
    case 'double': {
      // Of several values the greatest and the least do not tell whether one is equal: texts do.
      if (!info.multi) return comparison(`${column(name)} == ${number(value)}`)
      return info.type === 'long'
        ? emitText(field, [{ kind: 'text', text: JSON.stringify(value) }], true, emission)
        : refused(field, emission)
    }
    case 'keyword':
      return equals(field, JSON.stringify(value))
    case 'boolean':
    case 'ip':
      return no
    case 'date':
      emission.refuse(`a number compared with the time "${name}"`, field.span)
      return no
  }
}

function refused(field: TestedField, emission: Emission): Condition {
  several(field, emission)
  return no
}

/** A text counts when it is the word, whatever its case. */
export function emitBoolean(field: TestedField, value: boolean, emission: Emission): Condition {
  const { info, name } = field
  switch (info.type) {
    case 'boolean':
      return several(field, emission) ? no : comparison(`${column(name)} == ${value}`)
    case 'keyword': {
      const word = patternRegex([{ kind: 'text', text: String(value) }], false)
      if (info.assumed) return comparison(`${anyText(field)} RLIKE ${quote(word)}`)
      return emitKeyword(field, [{ kind: 'text', text: String(value) }], false, emission)
    }
    case 'long':
    case 'double':
    case 'ip':
    case 'date':
      return no
  }
}

/** Text that is a finite decimal number counts as that number. */
export function emitOrder(field: TestedField, operator: Order, value: number, emission: Emission): Condition {
  const { info, name } = field
  switch (info.type) {
    case 'long':
    case 'double':
      return comparison(`${farthest(field, operator)} ${SYMBOL[operator]} ${number(value)}`)
    case 'boolean':
    case 'ip':
      return no
    case 'keyword': {
      if (several(field, emission)) return no
      const asNumber = `TO_DOUBLE(${column(name)})`
      return and([
        comparison(`${anyText(field)} RLIKE ${quote(DECIMAL)}`),
        comparison(`${asNumber} ${SYMBOL[operator]} ${number(value)}`),
        comparison(`ABS(${asNumber}) <= ${Number.MAX_VALUE}`),
      ])
    }
    case 'date':
      emission.refuse(`the order of times in "${name}"`, field.span)
      return no
  }
}

/** Of several values the one that holds if any does. */
function farthest(field: TestedField, operator: Order): string {
  const name = column(field.name)
  if (!field.info.multi) return name
  return operator === 'gt' || operator === 'gte' ? `MV_MAX(${name})` : `MV_MIN(${name})`
}
