import type { Action } from '../event/action.ts'
import { schemaField, schemaFields } from '../event/schema.ts'
import { all, anyOf, type FieldName, type Predicate } from '../ir/predicate.ts'
import type { LogSource } from '../ir/rule.ts'
import { exactly, writtenSource, type AnsweredSource, type Events, type FieldSaying } from './log-source.ts'
import type { FieldInfo } from './mapping.ts'
import { truth } from './rewrite/truth.ts'

/** detpack's own events: which log sources they answer. */
export const ownEvents: Events = {
  mapping: 'ecs',
  whose: "detpack's events",
  answer(of) {
    if (of.product !== null && of.product.toLowerCase() !== 'linux') return undefined
    const category = of.category?.toLowerCase() ?? null
    const service = of.service?.toLowerCase() ?? null
    if (service !== null) return service === 'detpack' && category === null && of.product !== null ? own : undefined
    return category === null ? undefined : byCategory.get(category)
  },
  get answered() {
    return [own.written, ...[...byCategory.values()].map((source) => source.written)]
  },
  field(name): FieldInfo | undefined {
    const known = schemaField(name)
    if (known === undefined) return undefined
    const { type, multi, values, unsigned } = known
    return { type, multi, ...(values !== null && { values }), ...(unsigned && { unsigned }) }
  },
}

const dataset = exactly('event.dataset', 'detpack.use')

const own: AnsweredSource = {
  written: 'product: linux, service: detpack',
  where: dataset,
  saying: (name) => (schemaField(name) === undefined ? undefined : { kind: 'renamed', to: name }),
  names: schemaFields.map((field) => field.name),
  more: 'detpack list fields names every field',
}

const ofProcess = {
  Image: 'process.executable',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  User: 'user.name',
}

/**
 * Sigma's categories for Linux (SigmaHQ taxonomy, fields of Sysmon for Linux). Sysmon's CommandLine is one text; it is
 * only said by a field of one text, never by the list of arguments.
 */
const byCategory: ReadonlyMap<string, AnsweredSource> = new Map([
  category('process_creation', ['process_exec'], {
    ...ofProcess,
    CommandLine: 'process.command_line',
    CurrentDirectory: 'process.working_directory',
    ParentImage: 'process.parent.executable',
    ParentProcessId: 'process.parent.pid',
    ParentProcessGuid: 'process.parent.entity_id',
    ParentCommandLine: 'process.parent.command_line',
  }),
  category('process_termination', ['process_exit'], ofProcess),
  category('file_event', ['file_create'], { ...ofProcess, TargetFilename: 'file.path' }),
  category('file_delete', ['file_delete'], { ...ofProcess, TargetFilename: 'file.path' }),
  category('file_rename', ['file_rename'], {
    ...ofProcess,
    TargetFilename: 'file.path',
    SourceFilename: 'detpack.file.previous_path',
  }),
  category('network_connection', ['network_connect', 'network_accept'], {
    ...ofProcess,
    DestinationIp: 'destination.ip',
    DestinationPort: 'destination.port',
    DestinationHostname: 'destination.domain',
    SourceIp: 'source.ip',
    SourcePort: 'source.port',
    Protocol: 'network.transport',
    // Who opened the connection is told by the action.
    Initiated: truth('event.action', ['network_connect'], ['network_accept']),
  }),
])

function category(
  name: string,
  actions: readonly Action[],
  fields: Readonly<Record<string, FieldName | FieldSaying>>,
): [string, AnsweredSource] {
  const action: Predicate = anyOf(...actions.map((one) => exactly('event.action', one)))
  const saying = (of: FieldName): FieldSaying | undefined => {
    const said = Object.hasOwn(fields, of) ? fields[of] : undefined
    if (typeof said !== 'string') return said
    return schemaField(said) === undefined ? undefined : { kind: 'renamed', to: said }
  }
  const written = writtenSource({ product: 'linux', category: name } satisfies Partial<LogSource>)
  const more = 'detpack list fields names every field'
  return [name, { written, where: all(dataset, action), saying, names: Object.keys(fields), more }]
}
