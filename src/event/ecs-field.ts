import { ACTIONS } from './action.ts'
import { boolean, date, ip, keyword, keywords, long, required } from './field-type.ts'

/** The version of the Elastic Common Schema whose names the events use. */
export const ECS_VERSION = '9.5.0'

export const OUTCOMES = ['success', 'failure', 'unknown'] as const

/**
 * The fields whose names and types are those of ECS 9. Times are UTC. What stands here for `process` is said of the
 * process that used the capability.
 */
export const ECS_FIELDS = {
  '@timestamp': required(date('End of the use; rules see whole milliseconds')),
  'ecs.version': required(keyword('Version of ECS that the names follow')),
  'event.id': required(keyword('Unique for ever: `<sensor run>-<sequence>`; the document id everywhere')),
  'event.sequence': required(long('Consecutive within the run, in time order, from 1; decides ties of time')),
  'event.kind': required(keyword('Always `event`', ['event'])),
  'event.dataset': required(keyword('Always `detpack.use`', ['detpack.use'])),
  'event.action': required(keyword('The capability that was used', ACTIONS)),
  'event.category': required(keywords('ECS category of the action')),
  'event.type': required(keywords('ECS type of the action')),
  'event.outcome': required(keyword('How the use ended; `unknown` while a connection is in progress', OUTCOMES)),
  'event.provider': required(
    keyword(
      'What reported the use: `sensor`, `shipper`, `baseline` for service_drift, or the importer, such as `strace`',
    ),
  ),
  'event.reason': keyword('Name of the errno of a failure, such as `EACCES`'),
  'event.start': date('First use of a fold, or when a tool was called; absent when the event is a single use'),
  'event.ingested': date('When the search system took the event in; never in the event as written'),
  'data_stream.type': keyword('Always `logs` where set'),
  'data_stream.dataset': keyword('Always `detpack.use` where set'),
  'data_stream.namespace': keyword('Namespace of the data stream'),
  'agent.id': keyword('Identity of the shipping installation'),
  'agent.type': keyword('Always `detpack` where set'),
  'agent.version': keyword('Version of detpack that wrote the event'),
  'host.id': required(keyword('Identity of the host, the machine id')),
  'host.name': required(keyword('Name of the host')),
  'host.boot.id': required(keyword('Identity of this boot of the host')),
  'host.os.type': keyword('Always `linux` where set'),

  'process.entity_id': required(keyword('Stable identity of the process: host, boot, pid, start time')),
  'process.pid': required(long('Process id in the initial namespace')),
  'process.name': keyword('Name of the process, at most 15 bytes as the kernel keeps it, or the base name'),
  'process.executable': keyword('Path of the program'),
  'process.start': date('When the process started'),
  'process.end': date('When the process ended; on process_exit'),
  'process.exit_code': long('Exit status; on process_exit'),
  'process.args': keywords('Arguments, redacted; on process_exec only'),
  'process.command_line': keyword('The arguments as one text, a space between them, redacted; on process_exec only'),
  'process.args_count': long('Number of arguments; on process_exec only'),
  'process.working_directory': keyword('Working directory; on process_exec only'),
  'process.thread.id': long('Thread that made the call'),
  'process.thread.capabilities.effective': keywords(
    'Effective Linux capabilities after a change, such as `CAP_NET_RAW`',
  ),
  'process.thread.capabilities.permitted': keywords('Permitted Linux capabilities after a change'),
  'process.user.id': keyword('Effective user id'),
  'process.user.name': keyword('Name of the effective user'),
  'process.group.id': keyword('Effective group id'),
  'process.group.name': keyword('Name of the effective group'),
  'process.parent.entity_id': keyword('Identity of the parent'),
  'process.parent.pid': long('Process id of the parent'),
  'process.parent.name': keyword('Name of the parent'),
  'process.parent.executable': keyword('Program of the parent'),
  'process.parent.start': date('When the parent started'),
  'process.entry_leader.entity_id': keyword('Identity of the first process of the login, service or container'),
  'process.entry_leader.pid': long('Process id of the entry leader'),
  'process.entry_leader.name': keyword('Name of the entry leader'),
  'process.entry_leader.start': date('When the entry leader started'),
  'process.session_leader.entity_id': keyword('Identity of the session leader'),
  'process.session_leader.pid': long('Process id of the session leader'),
  'process.session_leader.name': keyword('Name of the session leader'),
  'process.session_leader.start': date('When the session leader started'),

  'user.id': keyword('Effective user id, as SIEM apps look for it'),
  'user.name': keyword('Name of the effective user'),
  'user.effective.id': keyword('Effective user id after a change; on privilege_change'),
  'user.changes.id': keyword('Real user id after a change; on privilege_change'),
  'service.name': keyword('The systemd unit'),
  'container.id': keyword('The container, from the cgroup path'),
  'orchestrator.resource.id': keyword('The pod, from the cgroup path'),

  'file.path': keyword('Path as the process sees it; also the path of a UNIX socket or of a mount point'),
  'file.name': keyword('Last part of the path'),
  'file.directory': keyword('Path without its last part'),
  'file.extension': keyword('What follows the last dot of the name'),
  'file.target_path': keyword('Where a link points'),
  'file.type': keyword('`file`, `dir`, `symlink`, `device`, `fifo` or `socket`'),
  'file.inode': keyword('Inode number'),
  'file.device': keyword('Device number, `major:minor`'),
  'file.mode': keyword('Permissions in octal, four digits'),
  'file.uid': keyword('Owner of the file'),
  'file.gid': keyword('Group of the file'),
  'file.size': long('Length in bytes'),

  'destination.address': keyword('Where data goes, as text: an address or the path of a UNIX socket'),
  'destination.ip': ip('Where data goes'),
  'destination.port': long('Port there'),
  'destination.domain': keyword('Name of the destination, where one was seen'),
  'source.address': keyword('Where data comes from, as text'),
  'source.ip': ip('Where data comes from'),
  'source.port': long('Port there'),
  'network.transport': keyword('`tcp`, `udp`, `icmp`, `unix`, `netlink` or another'),
  'network.type': keyword('`ipv4`, `ipv6` or `unix`'),
  'network.direction': keyword('As the host sees it', ['ingress', 'egress', 'internal', 'unknown']),

  'gen_ai.agent.id': keyword('The agent, where known; a claim'),
  'gen_ai.agent.name': keyword('Name of the agent; a claim'),
  'gen_ai.tool.name': keyword('The tool the agent called; a claim'),
  'gen_ai.tool.call.id': keyword('That call of the tool; a claim'),

  'process.interactive': boolean('The process has a terminal'),
} as const
