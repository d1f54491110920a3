import type { FieldName, Predicate } from '../ir/predicate.ts'
import type { Mapping } from './mapping.ts'
import { mapProgram } from './program.ts'
import { cloudSources } from './sigma-ecs/cloud.ts'
import { fieldInfo } from './sigma-ecs/field.ts'
import { networkSources } from './sigma-ecs/network.ts'
import { unixSources } from './sigma-ecs/unix.ts'
import { windowsCategories } from './sigma-ecs/windows.ts'
import { windowsChannels } from './sigma-ecs/windows-channel.ts'
import { tableEvents, type SourceTable } from './source-table.ts'

const tables: readonly SourceTable[] = [
  ...windowsCategories,
  ...windowsChannels,
  ...unixSources,
  ...networkSources,
  ...cloudSources,
]

let named: ReadonlySet<FieldName> | undefined

/** The fields that the tables name: those of their conditions, and those that Sigma's fields become. */
function namedFields(): ReadonlySet<FieldName> {
  return (named ??= new Set(
    tables.flatMap(({ where, fields }) => [
      ...fieldsOf(where),
      ...Object.values(fields).flatMap((said) => (typeof said === 'string' ? [said] : (said?.fields ?? []))),
    ]),
  ))
}

function fieldsOf(of: Predicate): readonly FieldName[] {
  switch (of.op) {
    case 'all':
    case 'any':
      return of.of.flatMap(fieldsOf)
    case 'not':
      return fieldsOf(of.of)
    case 'test':
      return of.subject.kind === 'field' ? [of.subject.name] : []
  }
}

const events = tableEvents('sigma-ecs', "Elastic's integrations", tables, (name) => fieldInfo(name, namedFields()))

/** Rules of SigmaHQ and others on events that Elastic's own agents and integrations index, by ECS 8. */
export const sigmaEcs: Mapping = {
  name: 'sigma-ecs',
  purpose: "Sigma's own log sources, as Elastic's agents and integrations index them (ECS): Windows, Linux, web, cloud",
  sources: events.answered,
  field: (name) => events.field(name),
  mapProgram: (program) => mapProgram(program, events),
}
