import type { ValueTest } from '../../ir/predicate.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { parseRegex } from '../../ir/regex/parse.ts'
import { comparison, no, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, quote } from './literal.ts'
import type { TestedField } from './tested-field.ts'
import { anyOfJoined, JOINED, joinedValues } from './text-pattern.ts'

export function emitRegex(
  field: TestedField,
  test: Extract<ValueTest, { is: 'regex' }>,
  emission: Emission,
): Condition {
  const { multi, type } = field.info
  const parsed = parseRegex(test.source, test.flags)
  const emitted = 'unsupported' in parsed ? parsed : emitLuceneRegex(parsed.node, multi ? JOINED : undefined)
  if ('unsupported' in emitted) {
    emission.refuse(emitted.unsupported, field.span)
    return no
  }
  if (type === 'double' || type === 'date') {
    emission.refuse(`a regular expression over "${field.name}", which is stored as a ${type}`, field.span)
    return no
  }
  const text = type === 'keyword' ? column(field.name) : `TO_STRING(${column(field.name)})`
  if (!multi) return comparison(`${text} RLIKE ${quote(emitted.text)}`)
  return comparison(`${joinedValues(text)} RLIKE ${quote(anyOfJoined(emitted.text))}`)
}
