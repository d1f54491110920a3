import { ecs } from './ecs.ts'
import { ecsFields } from './ecs-fields.ts'
import type { Mapping } from './mapping.ts'
import { none } from './none.ts'
import { sigmaCim } from './sigma-cim.ts'
import { sigmaEcs } from './sigma-ecs.ts'

/** All mappings, the default first. */
export const mappings: readonly Mapping[] = [ecs, sigmaEcs, sigmaCim, ecsFields, none]

/** The mapping of that name; undefined when there is none. */
export function mappingNamed(name: string): Mapping | undefined {
  return mappings.find((mapping) => mapping.name === name)
}
