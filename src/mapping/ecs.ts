import type { Mapping } from './mapping.ts'
import { ownEvents } from './own-source.ts'
import { mapProgram } from './program.ts'

/**
 * detpack's own events: ECS names and the fields below `detpack.`. Rules for `product: linux, service: detpack` use
 * these names; Sigma's Linux categories are translated to them.
 */
export const ecs: Mapping = {
  name: 'ecs',
  purpose: "detpack's events: their own ECS names, and Sigma's Linux categories translated to them",
  closed: true,
  sources: ownEvents.answered,
  field: (name) => ownEvents.field(name),
  mapProgram: (program) => mapProgram(program, ownEvents),
}
