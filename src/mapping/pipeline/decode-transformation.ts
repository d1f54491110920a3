import { error } from '../../diagnostic/diagnostic.ts'
import type { MapReader } from '../../diagnostic/map-reader.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Diagnostics, Transformation, TransformationDecoder } from './pipeline.ts'
import { FIELD_TRANSFORMATIONS } from './transform-field.ts'
import { PLACEHOLDER_TRANSFORMATIONS } from './transform-placeholder.ts'
import { RULE_TRANSFORMATIONS } from './transform-rule.ts'
import { SPLITTING_TRANSFORMATIONS } from './transform-split.ts'
import { VALUE_TRANSFORMATIONS } from './transform-value.ts'

const DECODERS: ReadonlyMap<string, TransformationDecoder> = new Map(
  Object.entries({
    ...FIELD_TRANSFORMATIONS,
    ...PLACEHOLDER_TRANSFORMATIONS,
    ...RULE_TRANSFORMATIONS,
    ...SPLITTING_TRANSFORMATIONS,
    ...VALUE_TRANSFORMATIONS,
  }),
)

/** What has a meaning only in a query's text, in Python, or outside the rules. */
const REFUSED: ReadonlyMap<string, string> = new Map([
  ['field_name_transform', 'a function of Python cannot be run; write the names out with field_name_mapping'],
  [
    'query_expression_placeholders',
    'a piece of query text has no meaning in a rule; give the values with value_placeholders',
  ],
  ['file_placeholders', 'values are not read from elsewhere; give them under "vars" with value_placeholders'],
  ['http_placeholders', 'values are not read from elsewhere; give them under "vars" with value_placeholders'],
  ['command_placeholders', 'no commands are run; give the values under "vars" with value_placeholders'],
])

export function decodeTransformation(
  reader: MapReader,
  diagnostics: Diagnostics,
  nested: (reader: MapReader) => Transformation | undefined,
): Transformation | undefined {
  reader.require('type')
  const type = reader.text('type')
  if (type === undefined) return undefined
  if (type === 'nest') return nested(reader)
  const decode = DECODERS.get(type)
  if (decode !== undefined) return decode(reader, diagnostics)
  const at = reader.node('type')?.span
  const refusal = REFUSED.get(type)
  const message = refusal === undefined ? `there is no transformation "${type}"` : `"${type}" cannot be honoured`
  const hint = refusal ?? didYouMean(type, [...DECODERS.keys(), 'nest'])
  diagnostics.push(error('mapping/unknown-transformation', message, at, { hint }))
  return undefined
}
