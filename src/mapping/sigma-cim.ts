import type { FieldName } from '../ir/predicate.ts'
import type { FieldInfo, FieldType, Mapping } from './mapping.ts'
import { mapProgram } from './program.ts'
import { endpointSources } from './sigma-cim/endpoint.ts'
import { otherSources } from './sigma-cim/other.ts'
import { windowsSources } from './sigma-cim/windows.ts'
import { namedFields, tableEvents, type SourceTable } from './source-table.ts'

function tables(): readonly SourceTable[] {
  const endpoint = endpointSources()
  const modelled = new Set(endpoint.flatMap(({ sources }) => sources.map(({ category }) => category ?? '')))
  return [...endpoint, ...windowsSources(modelled), ...otherSources()]
}

/** What is no text of one value, by the field tables of the CIM. */
const TYPES: Readonly<Record<string, FieldType>> = {
  bytes_in: 'long',
  bytes_out: 'long',
  dest_ip: 'ip',
  dest_port: 'long',
  parent_process_id: 'long',
  process_id: 'long',
  src_ip: 'ip',
  src_port: 'long',
  status: 'long',
}
const SEVERAL: ReadonlySet<string> = new Set(['answer', 'tag'])

const named = namedFields(tables)

/** Of fields that keep the name of their source nothing is known. */
function fieldInfo(name: FieldName): FieldInfo | undefined {
  if (!named().has(name)) return undefined
  return { type: TYPES[name] ?? 'keyword', multi: SEVERAL.has(name) }
}

const events = tableEvents('sigma-cim', "Splunk's data models", tables, fieldInfo)

/** Rules of SigmaHQ and others on events in Splunk, by the data models of the Common Information Model. */
export const sigmaCim: Mapping = {
  name: 'sigma-cim',
  purpose: "Sigma's own log sources, by Splunk's data models (CIM) and the names of Splunk's add-ons",
  get sources() {
    return events.answered
  },
  store: { splunkBase: 'index=*' },
  field: (name) => events.field(name),
  mapProgram: (program) => mapProgram(program, events),
}
