import type { Mapping } from './mapping.ts'
import { mapProgram } from './program.ts'
import { cloudSources } from './sigma-ecs/cloud.ts'
import { fieldInfo } from './sigma-ecs/field.ts'
import { networkSources } from './sigma-ecs/network.ts'
import { unixSources } from './sigma-ecs/unix.ts'
import { windowsCategories } from './sigma-ecs/windows.ts'
import { windowsChannels } from './sigma-ecs/windows-channel.ts'
import { namedFields, tableEvents, type SourceTable } from './source-table.ts'

const tables = (): readonly SourceTable[] => [
  ...windowsCategories(),
  ...windowsChannels(),
  ...unixSources(),
  ...networkSources(),
  ...cloudSources(),
]

const named = namedFields(tables)
const events = tableEvents('sigma-ecs', "Elastic's integrations", tables, (name) => fieldInfo(name, named()))

/** Rules of SigmaHQ and others on events that Elastic's own agents and integrations index, by ECS 8. */
export const sigmaEcs: Mapping = {
  name: 'sigma-ecs',
  purpose: "Sigma's own log sources, as Elastic's agents and integrations index them (ECS): Windows, Linux, web, cloud",
  get sources() {
    return events.answered
  },
  store: { elasticIndex: 'logs-*,winlogbeat-*,filebeat-*,auditbeat-*' },
  field: (name) => events.field(name),
  mapProgram: (program) => mapProgram(program, events),
}
