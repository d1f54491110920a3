import type { SchemaField } from './schema.ts'

/** The schema as the nesting of an event has it: a field, or what lies below a name. */
export type FieldTree = ReadonlyMap<string, FieldTree | SchemaField>

/** Nests fields by the dots of their names; the order is that of the fields. */
export function fieldTree(fields: readonly SchemaField[]): FieldTree {
  const root = new Map<string, FieldTree | SchemaField>()
  for (const field of fields) {
    const parts = field.name.split('.')
    const last = parts.pop() ?? field.name
    let level = root
    for (const part of parts) {
      const next = level.get(part)
      if (next instanceof Map) level = next as typeof root
      else {
        const made: typeof root = new Map()
        level.set(part, made)
        level = made
      }
    }
    level.set(last, field)
  }
  return root
}

export function isField(node: FieldTree | SchemaField): node is SchemaField {
  return !(node instanceof Map)
}

/** Whether a field that every event carries is here or below. */
export function isRequired(node: FieldTree | SchemaField): boolean {
  return isField(node) ? node.required : [...node.values()].some(isRequired)
}
