import { schemaField } from '../event/schema.ts'
import type { FieldInfo, Mapping } from './mapping.ts'
import { mapProgram } from './program.ts'

/**
 * detpack's own events: ECS names and the fields below `detpack.`. Rules for `product: linux, service: detpack` use
 * these names; Sigma's Linux categories are translated to them.
 */
export const ecs: Mapping = {
  name: 'ecs',
  purpose: "detpack's events: their own ECS names, and Sigma's Linux categories translated to them",
  closed: true,
  field: fieldInfo,
  mapProgram,
}

function fieldInfo(name: string): FieldInfo | undefined {
  const known = schemaField(name)
  if (known === undefined) return undefined
  const { type, multi, values } = known
  return values === null ? { type, multi } : { type, multi, values }
}
