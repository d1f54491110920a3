import type { ValueTest } from '../../ir/predicate.ts'
import { comparison, no, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column } from './literal.ts'
import type { StoredField } from './stored-field.ts'
import type { TestedField } from './tested-field.ts'

/**
 * Two fields of one event. Texts without regard to case are approximate (`field-case`): ES|QL can lower a text, which is
 * not the folding of Sigma for some two hundred letters outside ASCII.
 */
export function emitFieldComparison(
  field: TestedField,
  test: Extract<ValueTest, { is: 'field' }>,
  emission: Emission,
): Condition {
  const other = emission.field(test.other, field.span)
  if (field.info.multi || other.multi) {
    const name = field.info.multi ? field.name : test.other
    emission.refuse(`a comparison with the field "${name}", which may hold several values`, field.span)
    return no
  }
  const texts = [asText(field.name, field.info), asText(test.other, other)] as const
  if (texts[0] === undefined || texts[1] === undefined) {
    emission.refuse(`a comparison of "${field.name}" with "${test.other}", one of which has no exact text`, field.span)
    return no
  }
  const folds = !test.cased && (field.info.type === 'keyword' || other.type === 'keyword')
  if (folds)
    emission.approximate(
      { node: 'field-case', why: 'letters outside ASCII are lowered, which is not quite Unicode simple folding' },
      field.span,
    )
  const [left, right] = folds ? texts.map((text) => `TO_LOWER(${text})`) : texts
  switch (test.relation) {
    case 'equals':
      return comparison(`${left ?? ''} == ${right ?? ''}`)
    case 'startswith':
      return comparison(`STARTS_WITH(${left ?? ''}, ${right ?? ''})`)
    case 'endswith':
      return comparison(`ENDS_WITH(${left ?? ''}, ${right ?? ''})`)
    case 'contains':
      return comparison(`LOCATE(${left ?? ''}, ${right ?? ''}) > 0`)
  }
}

/** The JSON text of a value; undefined where the stored form is another. */
function asText(name: string, info: StoredField): string | undefined {
  switch (info.type) {
    case 'keyword':
      return info.assumed ? `TO_STRING(${column(name)})` : column(name)
    case 'long':
    case 'boolean':
    case 'ip':
      return `TO_STRING(${column(name)})`
    case 'double':
    case 'date':
      return undefined
  }
}
