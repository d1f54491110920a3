import { ecs } from './ecs.ts'
import type { Mapping } from './mapping.ts'
import { none } from './none.ts'
import { sigmaEcs } from './sigma-ecs.ts'

/** All mappings, the default first. */
export const mappings: readonly Mapping[] = [ecs, sigmaEcs, none]

/** The mapping of that name; undefined when there is none. */
export function mappingNamed(name: string): Mapping | undefined {
  return mappings.find((mapping) => mapping.name === name)
}
