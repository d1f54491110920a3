import { ECS_FIELDS } from './ecs-field.ts'
import type { FieldSpec } from './field-type.ts'
import { OWN_FIELDS } from './own-field.ts'

/** One field of the capability-use event (design §4). */
export interface SchemaField extends FieldSpec {
  /** Dotted; on the wire the event is nested JSON. */
  readonly name: string
  /** `ecs`: name and type are ECS's. `own`: below `detpack.`. */
  readonly origin: 'ecs' | 'own'
}

/** The fields by name, with their exact types: what `UseEvent` is made from. */
export const FIELDS = { ...ECS_FIELDS, ...OWN_FIELDS }

/** The schema: the one place from which the JSON Schema, the index template and the Splunk settings are generated. */
export const schemaFields: readonly SchemaField[] = [
  ...Object.entries(ECS_FIELDS).map(([name, field]) => ({ name, origin: 'ecs' as const, ...field })),
  ...Object.entries(OWN_FIELDS).map(([name, field]) => ({ name, origin: 'own' as const, ...field })),
]

const byName: ReadonlyMap<string, SchemaField> = new Map(schemaFields.map((field) => [field.name, field]))

/** The field of that dotted name; undefined when the event has no such field. */
export function schemaField(name: string): SchemaField | undefined {
  return byName.get(name)
}
