import type { Mapping } from './mapping.ts'
import { sigmaEcs } from './sigma-ecs.ts'

/** Rules that have ECS's field names already, from a pipeline for instance: only the types of the fields are known. */
export const ecsFields: Mapping = {
  name: 'ecs-fields',
  purpose: 'rules as written, in ECS names already (after a pipeline, say): field types known, no log-source filter',
  ...(sigmaEcs.store && { store: sigmaEcs.store }),
  field: (name) => sigmaEcs.field(name),
  mapProgram: (program) => ({ program, diagnostics: [] }),
}
