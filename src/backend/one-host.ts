import type { FieldName } from '../ir/predicate.ts'
import type { Approximation } from './backend.ts'

/** Keys of which a value belongs to one host: events that share one are of one host. */
export const oneHostFields: ReadonlySet<FieldName> = new Set([
  'host.id',
  'process.entity_id',
  'process.parent.entity_id',
  'process.entry_leader.entity_id',
  'process.session_leader.entity_id',
  'detpack.object.id',
  'detpack.object.process.entity_id',
  'detpack.source.object.id',
  'detpack.flow.object.id',
  'detpack.description.id',
  'detpack.source.description.id',
  'detpack.task.run',
])

/** What is not exact where no key of a chain names the host (event contract §1). */
export const manyHosts: Approximation = {
  node: 'boots',
  why: 'no key names the host, so that a chain may span two boots or clock epochs of one',
}
