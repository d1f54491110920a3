import type { ValueTest } from '../../ir/predicate.ts'
import { comparison, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { emitFieldComparison } from './field-comparison.ts'
import { column } from './literal.ts'
import { emitCidr } from './network-test.ts'
import { emitBoolean, emitNumber, emitOrder } from './number-test.ts'
import { emitRegex } from './regex-test.ts'
import type { TestedField } from './tested-field.ts'
import { emitText } from './text-test.ts'
import { emitTimePart } from './time-part.ts'

/** One test of one field. A field with several values passes when any of them does. */
export function emitTest(field: TestedField, test: ValueTest, emission: Emission): Condition {
  switch (test.is) {
    case 'null':
      return comparison(`${column(field.name)} IS NULL`, true)
    case 'exists':
      return comparison(`${column(field.name)} IS ${test.present ? 'NOT NULL' : 'NULL'}`, true)
    case 'text':
      return emitText(field, test.pattern, test.cased, emission)
    case 'number':
      return emitNumber(field, test.value, emission)
    case 'boolean':
      return emitBoolean(field, test.value, emission)
    case 'order':
      return emitOrder(field, test.operator, test.value, emission)
    case 'cidr':
      return emitCidr(field, test.network, emission)
    case 'regex':
      return emitRegex(field, test, emission)
    case 'field':
      return emitFieldComparison(field, test, emission)
    case 'time-part':
      return emitTimePart(field, test, emission)
  }
}
