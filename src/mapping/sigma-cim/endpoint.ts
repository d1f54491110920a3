import { all, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { exactly, type Rewriting } from '../log-source.ts'
import { truth } from '../rewrite/truth.ts'
import type { SourceName, SourceTable } from '../source-table.ts'
import { sameName, tagged } from './tag.ts'

type Fields = Readonly<Record<string, FieldName | Rewriting | null>>

/** Fields of the model Endpoint.Processes, most of which the other models of Endpoint share. */
const ofProcess: Fields = {
  Computer: 'dest',
  EventID: 'EventCode',
  Image: 'process_path',
  ProcessId: 'process_id',
  ProcessGuid: 'process_guid',
  CommandLine: 'process',
  CurrentDirectory: 'process_current_directory',
  IntegrityLevel: 'process_integrity_level',
  OriginalFileName: 'original_file_name',
  ParentImage: 'parent_process_path',
  ParentCommandLine: 'parent_process',
  ParentProcessId: 'parent_process_id',
  ParentProcessGuid: 'parent_process_guid',
}

const ofFile: Fields = { ...ofProcess, TargetFilename: 'file_path', CreationUtcTime: 'file_create_time' }

const ofRegistry: Fields = { ...ofProcess, TargetObject: 'registry_path', Details: 'registry_value_data' }

const ofConnection: Fields = {
  ...ofProcess,
  DestinationIp: 'dest_ip',
  DestinationPort: 'dest_port',
  DestinationHostname: 'dest_host',
  SourceIp: 'src_ip',
  SourcePort: 'src_port',
  SourceHostname: 'src_host',
  Protocol: 'transport',
  Initiated: truth('direction', ['outbound'], ['inbound']),
}

const file = (action: string): Predicate => all(tagged('endpoint', 'filesystem'), exactly('action', action))
const registry = (action: string): Predicate => all(tagged('endpoint', 'registry'), exactly('action', action))

type Categories = Readonly<Record<string, readonly [where: Predicate, fields: Fields]>>

const categories = (): Categories => ({
  process_creation: [tagged('process', 'report'), ofProcess],
  file_event: [file('created'), ofFile],
  file_change: [file('modified'), ofFile],
  file_delete: [file('deleted'), ofFile],
  file_access: [file('read'), { ...ofFile, FileName: 'file_path' }],
  network_connection: [tagged('network', 'communicate'), ofConnection],
})

const ofWindows = (): Categories => ({
  registry_add: [registry('created'), ofRegistry],
  registry_delete: [registry('deleted'), ofRegistry],
  registry_set: [registry('modified'), ofRegistry],
  registry_event: [tagged('endpoint', 'registry'), ofRegistry],
  dns_query: [tagged('network', 'resolution', 'dns'), { ...ofProcess, QueryName: 'query', QueryResults: 'answer' }],
})

/**
 * Sigma's categories that have a data model. What a model has no field for keeps the name that Sysmon gives it, which
 * Splunk's add-ons extract too. Which machines are meant is said by the base search: the models do not tell.
 */
export const endpointSources = (): readonly SourceTable[] => [
  ...Object.entries(categories()).map(([category, found]) =>
    table(
      ['windows', 'linux', 'macos'].map((product) => ({ product, category })),
      found,
    ),
  ),
  ...Object.entries(ofWindows()).map(([category, found]) => table([{ product: 'windows', category }], found)),
]

function table(sources: readonly SourceName[], [where, fields]: readonly [Predicate, Fields]): SourceTable {
  return { sources, where, fields, rest: sameName, message: null }
}
