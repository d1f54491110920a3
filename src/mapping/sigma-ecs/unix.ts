import { all, not, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { exactly, type Rewriting } from '../log-source.ts'
import { truth } from '../rewrite/truth.ts'
import type { SourceTable } from '../source-table.ts'

type Fields = Readonly<Record<string, FieldName | Rewriting | null>>

/**
 * Linux and macOS by ECS's own categories, as Elastic Defend, Auditbeat, Auditd Manager and Sysmon for Linux fill them.
 * A fork is no program that was started.
 */
const ofProcess: Fields = {
  Image: 'process.executable',
  ProcessId: 'process.pid',
  ProcessGuid: 'process.entity_id',
  User: 'user.name',
  CommandLine: 'process.command_line',
  CurrentDirectory: 'process.working_directory',
  ParentImage: 'process.parent.executable',
  ParentCommandLine: 'process.parent.command_line',
  ParentProcessId: 'process.parent.pid',
  ParentProcessGuid: 'process.parent.entity_id',
  md5: 'process.hash.md5',
  sha1: 'process.hash.sha1',
  sha256: 'process.hash.sha256',
}

const ofFile: Fields = { ...ofProcess, TargetFilename: 'file.path' }

const ofConnection: Fields = {
  ...ofProcess,
  DestinationIp: 'destination.ip',
  DestinationPort: 'destination.port',
  DestinationHostname: 'destination.domain',
  SourceIp: 'source.ip',
  SourcePort: 'source.port',
  SourceHostname: 'source.domain',
  Protocol: 'network.transport',
  Initiated: truth('network.direction', ['egress', 'outbound'], ['ingress', 'inbound']),
}

const categories = (): Readonly<Record<string, readonly [Predicate, Fields]>> => ({
  process_creation: [
    all(exactly('event.category', 'process'), exactly('event.type', 'start'), not(exactly('event.action', 'fork'))),
    ofProcess,
  ],
  process_termination: [all(exactly('event.category', 'process'), exactly('event.type', 'end')), ofProcess],
  file_event: [all(exactly('event.category', 'file'), exactly('event.type', 'creation')), ofFile],
  file_change: [all(exactly('event.category', 'file'), exactly('event.type', 'change')), ofFile],
  file_delete: [all(exactly('event.category', 'file'), exactly('event.type', 'deletion')), ofFile],
  file_rename: [
    all(exactly('event.category', 'file'), exactly('event.action', 'rename')),
    { ...ofFile, SourceFilename: 'file.Ext.original.path' },
  ],
  network_connection: [
    all(exactly('event.category', 'network'), exactly('event.type', 'start', 'connection')),
    ofConnection,
  ],
})

/** The ingest pipeline `auditd.log`: each record is an event, and what has no ECS name stays below `auditd.log`. */
const auditd = (): SourceTable => ({
  sources: [{ product: 'linux', service: 'auditd' }],
  where: exactly('event.dataset', 'auditd.log'),
  fields: {
    type: 'event.action',
    acct: 'user.name',
    uid: 'user.id',
    gid: 'user.group.id',
    auid: 'user.audit.id',
    euid: 'user.effective.id',
    egid: 'user.effective.group.id',
    suid: 'user.saved.id',
    fsuid: 'user.filesystem.id',
    comm: 'process.name',
    exe: 'process.executable',
    pid: 'process.pid',
    ppid: null,
    cwd: 'process.working_directory',
    exit: 'process.exit_code',
    res: 'event.outcome',
    // Taken apart into arguments.
    cmd: null,
    msg: 'message',
  },
  rest: (name) => `auditd.log.${name}`,
  message: null,
})

/** The System integration: authentication, and everything else that syslog gets. */
const AUTH = ['auth', 'sshd', 'sudo', 'pam', 'su'] as const
const SYSLOG = ['syslog', 'cron', 'clamav', 'guacamole', 'vsftpd', 'modsecurity'] as const

const ofLog: Fields = {
  hostname: 'host.hostname',
  program: 'process.name',
  process: 'process.name',
  pid: 'process.pid',
}

export const unixSources = (): readonly SourceTable[] => [
  ...(['linux', 'macos'] as const).flatMap((product) =>
    Object.entries(categories()).map(([category, [where, fields]]) => ({
      sources: [{ product, category }],
      where: all(exactly('host.os.type', product), where),
      fields,
      message: null,
    })),
  ),
  auditd(),
  ...AUTH.map((service) => log(service, exactly('event.dataset', 'system.auth'))),
  ...SYSLOG.map((service) => log(service, exactly('event.dataset', 'system.syslog'))),
  {
    sources: [{ product: 'linux' }],
    where: exactly('event.dataset', 'system.auth', 'system.syslog'),
    fields: ofLog,
    message: 'message',
  },
]

function log(service: string, where: Predicate): SourceTable {
  return { sources: [{ product: 'linux', service }], where, fields: ofLog, message: 'message' }
}
