import { all, anyOf, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { exactly, type Rewriting } from '../log-source.ts'
import { account } from '../rewrite/account.ts'
import { hashes } from '../rewrite/hashes.ts'
import { registryData } from '../rewrite/registry-data.ts'
import { truth } from '../rewrite/truth.ts'
import type { SourceTable } from '../source-table.ts'
import { SYSMON_EVENTS, WINDOWS_CHANNELS } from '../windows-channel.ts'

/**
 * Sysmon as Winlogbeat 8 and the Windows integration of Elastic Agent index it (the ingest pipeline `sysmon`): fields
 * that have an ECS name move there and are gone under their own; the others stay below `winlog.event_data`. Where
 * Elastic Defend or the Security log tell the same under the same names, they answer too.
 */
type Fields = Readonly<Record<string, FieldName | Rewriting | null>>

export const rest = (name: string): FieldName => `winlog.event_data.${name}`

/** What every event of the Windows event log has. */
export const ofEvent: Fields = {
  EventID: 'event.code',
  Channel: 'winlog.channel',
  Provider_Name: 'winlog.provider_name',
  Computer: 'winlog.computer_name',
  ComputerName: 'winlog.computer_name',
  Keywords: 'winlog.keywords',
  RuleName: 'rule.name',
  Message: 'message',
}

const ofProcess: Fields = {
  ...ofEvent,
  Image: 'process.executable',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  User: account('user.domain', 'user.name'),
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ParentProcessId: 'process.parent.pid',
  ParentProcessGuid: 'process.parent.entity_id',
  UtcTime: null,
}

const ofProgram: Fields = {
  OriginalFileName: 'process.pe.original_file_name',
  Company: 'process.pe.company',
  Description: 'process.pe.description',
  FileVersion: 'process.pe.file_version',
  Product: 'process.pe.product',
  ...hashFields('process'),
}

const ofFile: Fields = { ...ofProcess, TargetFilename: 'file.path' }

const ofImage: Fields = {
  ...ofProcess,
  ImageLoaded: 'file.path',
  OriginalFileName: 'file.pe.original_file_name',
  Company: 'file.pe.company',
  Description: 'file.pe.description',
  FileVersion: 'file.pe.file_version',
  Product: 'file.pe.product',
  ...hashFields('file'),
}

const ofAnother: Fields = {
  ...ofProcess,
  SourceImage: 'process.executable',
  SourceProcessId: 'process.pid',
  SourceProcessGuid: 'process.entity_id',
  SourceProcessGUID: 'process.entity_id',
  SourceThreadId: 'process.thread.id',
  TargetProcessGuid: rest('TargetProcessGUID'),
}

const ofRegistry: Fields = {
  ...ofProcess,
  TargetObject: 'registry.path',
  Details: registryData('registry.data.strings', 'registry.data.type'),
}

const ofConnection: Fields = {
  ...ofProcess,
  DestinationIp: 'destination.ip',
  DestinationPort: 'destination.port',
  DestinationHostname: 'destination.domain',
  SourceIp: 'source.ip',
  SourcePort: 'source.port',
  SourceHostname: 'source.domain',
  Protocol: 'network.transport',
  Initiated: truth('network.direction', ['egress'], ['ingress']),
  SourceIsIpv6: truth('network.type', ['ipv6'], ['ipv4']),
  // One field holds the name of either port.
  DestinationPortName: null,
  SourcePortName: null,
  DestinationIsIpv6: null,
}

function hashFields(of: 'process' | 'file'): Fields {
  const names = {
    MD5: `${of}.hash.md5`,
    SHA1: `${of}.hash.sha1`,
    SHA256: `${of}.hash.sha256`,
    IMPHASH: `${of}.pe.imphash`,
  }
  return {
    Hashes: hashes(names),
    Imphash: names.IMPHASH,
    imphash: names.IMPHASH,
    md5: names.MD5,
    sha1: names.SHA1,
    sha256: names.SHA256,
  }
}

function sysmon(category: string): Predicate {
  const codes = (SYSMON_EVENTS[category] ?? []).map(String)
  return all(exactly('winlog.channel', ...(WINDOWS_CHANNELS.sysmon ?? [])), exactly('event.code', ...codes))
}

function defend(category: string, ...more: readonly Predicate[]): Predicate {
  return all(
    exactly('event.module', 'endpoint'),
    exactly('host.os.type', 'windows'),
    exactly('event.category', category),
    ...more,
  )
}

function category(name: string, fields: Fields, ...others: readonly Predicate[]): SourceTable {
  const own = SYSMON_EVENTS[name] === undefined ? [] : [sysmon(name)]
  return {
    sources: [
      { product: 'windows', category: name },
      ...(own.length > 0 ? [{ product: 'windows', category: name, service: 'sysmon' }] : []),
    ],
    where: anyOf(...own, ...others),
    fields,
    rest,
    message: 'message',
  }
}

export const windowsCategories = (): readonly SourceTable[] => [
  category(
    'process_creation',
    { ...ofProcess, ...ofProgram },
    all(exactly('winlog.channel', 'Security'), exactly('event.code', '4688')),
    defend('process', exactly('event.type', 'start')),
  ),
  category('process_termination', ofProcess, defend('process', exactly('event.type', 'end'))),
  category('process_tampering', { ...ofProcess, Type: 'message' }),
  category('file_event', ofFile, defend('file', exactly('event.type', 'creation'))),
  category('file_change', ofFile),
  category(
    'file_rename',
    { ...ofFile, SourceFilename: 'file.Ext.original.path' },
    defend('file', exactly('event.action', 'rename')),
  ),
  category(
    'file_delete',
    {
      ...ofFile,
      ...hashFields('process'),
      IsExecutable: 'sysmon.file.is_executable',
      Archived: 'sysmon.file.archived',
    },
    defend('file', exactly('event.type', 'deletion')),
  ),
  category('file_delete_detected', { ...ofFile, ...hashFields('process') }),
  category('file_block_executable', ofFile),
  category('file_block_shredding', ofFile),
  category('file_executable_detected', { ...ofFile, ...hashFields('file') }),
  category('create_stream_hash', { ...ofFile, ...hashFields('file') }),
  category('raw_access_thread', { ...ofProcess, Device: 'file.path' }),
  category('image_load', ofImage),
  category('driver_load', ofImage),
  category('create_remote_thread', ofAnother),
  category('process_access', ofAnother),
  category('registry_add', ofRegistry),
  category('registry_delete', ofRegistry),
  category('registry_rename', ofRegistry),
  category('registry_set', ofRegistry, defend('registry', exactly('event.action', 'modification'))),
  category('registry_event', ofRegistry, defend('registry')),
  category('pipe_created', { ...ofProcess, PipeName: 'file.name' }),
  category('wmi_event', { ...ofProcess, Destination: 'process.executable' }),
  category('network_connection', ofConnection, defend('network', exactly('event.type', 'start', 'connection'))),
  category(
    'dns_query',
    { ...ofProcess, QueryName: 'dns.question.name', QueryResults: null, QueryStatus: null },
    defend('network', exactly('event.action', 'lookup_requested')),
  ),
  category('clipboard_capture', ofProcess),
  category('sysmon_status', ofEvent),
  category('sysmon_error', ofEvent),
]
