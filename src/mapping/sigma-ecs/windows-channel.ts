import { all, type FieldName } from '../../ir/predicate.ts'
import { exactly, type Rewriting } from '../log-source.ts'
import { account } from '../rewrite/account.ts'
import type { SourceTable } from '../source-table.ts'
import { POWERSHELL_EVENTS, WINDOWS_CHANNELS } from '../windows-channel.ts'
import { ofEvent, rest } from './windows.ts'

type Fields = Readonly<Record<string, FieldName | Rewriting | null>>

/**
 * Fields that the ingest pipelines of Winlogbeat 8 and the Windows and System integrations move or drop; the others stay
 * below `winlog.event_data`. Unnamed data become `param1`, `param2` and so on, which Sigma's `Data` cannot name.
 */
const ofChannel: Readonly<Record<string, Fields>> = {
  security: {
    CommandLine: 'process.command_line',
    IpAddress: 'source.ip',
    IpPort: 'source.port',
    NewProcessName: 'process.executable',
    ParentProcessName: 'process.parent.executable',
    ProcessName: 'process.executable',
    WorkstationName: 'source.domain',
    // The numbers become words.
    FailureReason: null,
  },
  powershell: {
    ScriptBlockText: 'powershell.file.script_block_text',
    ScriptBlockId: 'powershell.file.script_block_id',
    MessageNumber: 'powershell.sequence',
    MessageTotal: 'powershell.total',
    Path: 'file.path',
    HostApplication: 'process.command_line',
    CommandName: 'powershell.command.name',
    CommandPath: 'powershell.command.path',
    CommandType: 'powershell.command.type',
    User: account('user.domain', 'user.name'),
    // Taken apart, and gone as a whole.
    ContextInfo: null,
    Payload: null,
  },
  'powershell-classic': {
    CommandLine: 'powershell.command.value',
    CommandName: 'powershell.command.name',
    CommandPath: 'powershell.command.path',
    CommandType: 'powershell.command.type',
    EngineVersion: 'powershell.engine.version',
    HostApplication: 'process.command_line',
    HostName: 'process.title',
    HostVersion: 'powershell.process.executable_version',
    NewEngineState: 'powershell.engine.new_state',
    PreviousEngineState: 'powershell.engine.previous_state',
    NewProviderState: 'powershell.provider.new_state',
    ProviderName: 'powershell.provider.name',
    ScriptName: 'file.path',
  },
}

const fieldsOf = (service: string): Fields => ({ ...ofEvent, Data: null, ...ofChannel[service] })

/** Every channel of the event log that has a service in Sigma. */
export const windowsChannels = (): readonly SourceTable[] => [
  ...Object.entries(WINDOWS_CHANNELS).map(([service, channels]) => ({
    sources: [{ product: 'windows', service }],
    where: exactly('winlog.channel', ...channels),
    fields: fieldsOf(service),
    rest,
    message: 'message',
  })),
  ...Object.entries(POWERSHELL_EVENTS).map(([category, [service, code]]) => ({
    sources: [
      { product: 'windows', category },
      { product: 'windows', category, service },
    ],
    where: all(exactly('winlog.channel', ...(WINDOWS_CHANNELS[service] ?? [])), exactly('event.code', String(code))),
    fields: fieldsOf(service),
    rest,
    message: 'message',
  })),
]
