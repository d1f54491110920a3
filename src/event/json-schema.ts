import type { JsonObject } from './field.ts'
import { type FieldTree, fieldTree, isField, isRequired } from './field-tree.ts'
import { type SchemaField, schemaFields } from './schema.ts'

/**
 * The JSON Schema (2020-12) of one event. Below `detpack` unknown names are refused, so that a misspelt field of ours is
 * seen; elsewhere they are allowed, because shippers and pipelines add ECS fields of their own.
 */
export function emitJsonSchema(): JsonObject {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Capability-use event of detpack',
    ...objectSchema(fieldTree(schemaFields), []),
  }
}

function objectSchema(tree: FieldTree, path: readonly string[]): JsonObject {
  const properties: Record<string, JsonObject> = {}
  for (const [name, node] of tree)
    properties[name] = isField(node) ? fieldSchema(node) : objectSchema(node, [...path, name])
  const required = [...tree].filter(([, node]) => isRequired(node)).map(([name]) => name)
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    properties,
    ...(path[0] === 'detpack' && { additionalProperties: false }),
  }
}

function fieldSchema(field: SchemaField): JsonObject {
  const one = valueSchema(field)
  return field.multi
    ? { description: field.meaning, type: 'array', items: one }
    : { description: field.meaning, ...one }
}

function valueSchema({ type, values, unsigned }: SchemaField): JsonObject {
  switch (type) {
    case 'keyword':
      return values === null ? { type: 'string' } : { enum: values }
    case 'long':
      return { type: 'integer', minimum: unsigned ? 0 : Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }
    case 'ip':
      return { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] }
    case 'date':
      return { type: 'string', format: 'date-time' }
    case 'boolean':
      return { type: 'boolean' }
  }
}
