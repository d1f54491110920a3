import type { ValueTest } from '../../ir/predicate.ts'
import { emitLuceneRegex } from '../regex/lucene.ts'
import { parseRegex } from '../regex/parse.ts'
import { comparison, no, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, quote } from './literal.ts'
import { several, type TestedField } from './tested-field.ts'

export function emitRegex(
  field: TestedField,
  test: Extract<ValueTest, { is: 'regex' }>,
  emission: Emission,
): Condition {
  const parsed = parseRegex(test.source, test.flags)
  const emitted = 'unsupported' in parsed ? parsed : emitLuceneRegex(parsed.node)
  if ('unsupported' in emitted) {
    emission.refuse(emitted.unsupported, field.span)
    return no
  }
  const name = column(field.name)
  if (several(field, emission)) return no
  switch (field.info.type) {
    case 'keyword':
      return comparison(`${name} RLIKE ${quote(emitted.text)}`)
    case 'long':
    case 'boolean':
    case 'ip':
      return comparison(`TO_STRING(${name}) RLIKE ${quote(emitted.text)}`)
    case 'double':
    case 'date':
      emission.refuse(`a regular expression over "${field.name}", which is stored as a ${field.info.type}`, field.span)
      return no
  }
}
