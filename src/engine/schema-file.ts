import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { MapReader } from '../diagnostic/map-reader.ts'
import type { Source } from '../diagnostic/source.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { parseYaml, type Node, type ScalarNode } from '../diagnostic/yaml.ts'
import type { Scalar } from '../event/field.ts'
import { fieldTypes, type FieldType } from './field-type.ts'

/** What a schema says of fields. */
export interface Schema {
  readonly types: ReadonlyMap<string, FieldType>
  /** What stands for a null of a field. */
  readonly nullValues: ReadonlyMap<string, Scalar>
}

/**
 * Reads a schema, YAML or JSON: the type of each field by its whole name, `file.path: keyword`; or, as a mapping of
 * Elasticsearch has it, `file.path: {type: keyword, null_value: none}`. Codes: `engine/schema` and those of YAML and maps.
 */
export function decodeSchema(source: Source): { readonly schema: Schema; readonly diagnostics: readonly Diagnostic[] } {
  const { documents, diagnostics } = parseYaml(source)
  const types = new Map<string, FieldType>()
  const nullValues = new Map<string, Scalar>()
  const [document, second] = documents
  if (second) diagnostics.push(error('engine/schema', 'a schema is one document', second.span))
  const root = document?.root
  if (root && root.kind !== 'map')
    diagnostics.push(error('engine/schema', 'a schema is a map from fields to types', root.span))
  for (const { key, value } of root?.kind === 'map' ? root.entries : []) {
    const reader = value.kind === 'map' ? new MapReader(value, 'engine', 'a field of a schema', diagnostics) : undefined
    reader?.require('type')
    const type = reader ? reader.node('type') : value
    const known = type && typeOf(type, diagnostics)
    if (known) types.set(key.text, known)
    const nullValue = reader?.node('null_value')
    if (nullValue?.kind === 'scalar' && nullValue.value !== null) nullValues.set(key.text, nullValue.value)
    reader?.finish()
  }
  return { schema: { types, nullValues }, diagnostics }
}

function typeOf(node: Node, diagnostics: Diagnostic[]): FieldType | undefined {
  const known = node.kind === 'scalar' ? fieldTypes.find((type) => type === node.text) : undefined
  if (known) return known
  const message = node.kind === 'scalar' ? `there is no type "${node.text}"` : 'a type is one word'
  diagnostics.push(
    error('engine/schema', message, node.span, { hint: hintFor(node.kind === 'scalar' ? node : undefined) }),
  )
  return undefined
}

function hintFor(node: ScalarNode | undefined): string | undefined {
  return didYouMean(node?.text ?? '', fieldTypes)
}
