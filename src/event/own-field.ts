import { amount, boolean, date, keyword, keywords, long, required } from './field-type.ts'

/** What an object is. Nodes without a kind of their own (eventfd, timerfd, epoll, io_uring, BPF) are `other`. */
export const OBJECT_KINDS = [
  'file',
  'directory',
  'device',
  'socket',
  'pipe',
  'memfd',
  'process',
  'namespace',
  'other',
] as const

/** How sure the object is (contract §3). */
export const OBJECT_IDENTITIES = ['kernel', 'string', 'candidate'] as const

/**
 * How a process got a descriptor. `unseen`: before the recording began; `forgotten`: the sensor's state overflowed
 * (contract §3). A socket, pipe or memfd that the process made itself is `opened`.
 */
export const ORIGINS = ['opened', 'duplicated', 'inherited', 'received', 'taken', 'unseen', 'forgotten'] as const

/**
 * By which way the kernel was asked. `splice` also stands for tee, vmsplice and copy_file_range. `tool`: an agent's own
 * log says so, and nobody saw the kernel asked.
 */
export const ROUTES = ['syscall', 'io_uring', 'splice', 'sendfile', 'mmap', 'compat', 'tool'] as const

export const TASK_SOURCES = ['launcher', 'unit', 'import'] as const

export const NAMESPACE_KINDS = ['mnt', 'net', 'pid', 'user', 'uts', 'ipc', 'cgroup', 'time'] as const

/** `linux_capability`: one was used that the baseline does not allow. `unit`: the files of a unit are not what they were. */
export const DRIFT_KINDS = ['linux_capability', 'unit'] as const

/**
 * How it is known what a tool does: `declared` by a file of tools, `guessed` since its name or its arguments look like
 * it, or `unknown`.
 */
export const TOOL_MEANINGS = ['declared', 'guessed', 'unknown'] as const

/**
 * What the logs of agents and the sensor say of each other. Of a use that the sensor saw: `claimed` by a call, `within`
 * a call that may do more than its arguments say, `beyond` all calls that ran just then, `unclaimed` since none ran,
 * `own` where the file of tools says that the agent does so by itself. Of a call: all that it says was `seen`, something
 * was `unseen`, or it is `unchecked` since it says nothing that could be seen.
 */
export const TOOL_VIEWS = ['claimed', 'within', 'beyond', 'unclaimed', 'own', 'seen', 'unseen', 'unchecked'] as const

/** What the sensor remembers, each with room for so many. `classed`: descriptions of classed files, and what objects carry. */
export const MEMORIES = ['descriptions', 'descriptors', 'classed', 'flows', 'threads', 'calls'] as const

/** detpack's own fields. */
export const OWN_FIELDS = {
  'detpack.sensor.run': required(keyword('One life of one sensor process, or one import: 32 hex digits')),
  'detpack.sensor.before.run': keyword('The run of the sensor before this one; on sensor_start'),
  'detpack.sensor.before.seen': date('When that run ended, or when it last said that it works; on sensor_start'),
  'detpack.sensor.before.reason': keyword('Why that run ended; absent: it did not stop in order; on sensor_start'),
  'detpack.sensor.version': keyword('Version of the sensor; on sensor events'),
  'detpack.sensor.programs': keywords('Programs attached; on sensor_start, sensor_coverage and sensor_health'),
  'detpack.sensor.coverage': keywords('What is not seen here, one text each; on sensor_coverage'),
  'detpack.unknown': keywords(
    'Fields, or names that they lie below, that the source of this event cannot know; importers only',
  ),
  'detpack.resources.digest': keyword('SHA-256 of the classes in force; on sensor_health and imported events'),
  'detpack.pack.digest': keyword('SHA-256 of the pack in force; on sensor_health'),
  'detpack.late': boolean('Surfaced after later uses were numbered; only ever true'),
  'detpack.lost': long('Events lost before this one since the event before it'),
  'detpack.time.boot': long('Time since boot, microseconds, suspended time included'),
  'detpack.clock.epoch': long('Raised by one when the clock of the host is stepped'),
  'detpack.clock.error': long('Bound on the error of `@timestamp` against UTC, microseconds'),
  'detpack.clock.offset.before': long('Wall clock minus boot time before the step, microseconds; on sensor_clock'),
  'detpack.clock.offset.after': long('Wall clock minus boot time after the step, microseconds; on sensor_clock'),

  'detpack.task.id': keyword('The declared task of the process tree'),
  'detpack.task.name': keyword('Name of the task'),
  'detpack.task.run': keyword('This run of the task'),
  'detpack.task.source': keyword('Who declared it', TASK_SOURCES),
  'detpack.task.digest': keyword('SHA-256 of the task file; on task_start'),
  'detpack.task.launcher': keyword('Entity id of the process that declared it; on task_start'),
  'detpack.task.binding': keywords('What the parameters were bound to: `document=/home/a/report.txt`; on task_start'),
  'detpack.cgroup.id': keyword('The cgroup'),
  'detpack.cgroup.path': keyword('Path of the cgroup'),
  'detpack.process.image': long('Number of execs of this process before this event'),
  'detpack.process.namespace.mount': keyword('Mount namespace of the process; paths are as seen in it'),

  'detpack.object.id': keyword('The object at inode level: host, device, inode, generation'),
  'detpack.object.kind': keyword('What the object is', OBJECT_KINDS),
  'detpack.object.class': keyword('Class of the object by rules/resources.yml'),
  'detpack.object.identity': keyword('How sure the object is', OBJECT_IDENTITIES),
  'detpack.object.binding': keywords('Parameters of the task that were bound to the object at the start of this run'),
  'detpack.object.process.entity_id': keyword('The other process, where the object is a process'),
  'detpack.object.process.pid': long('Its process id'),
  'detpack.object.process.name': keyword('Its name'),
  'detpack.object.process.executable': keyword('Its program'),
  'detpack.description.id': keyword('The open file description: survives dup, fork and passing; joins lineage'),
  'detpack.file.previous_path': keyword('Path before; on file_rename'),

  'detpack.source.object.id': keyword('The object that sendfile, splice or copy_file_range took from'),
  'detpack.source.object.kind': keyword('What it is', OBJECT_KINDS),
  'detpack.source.object.class': keyword('Its class'),
  'detpack.source.object.path': keyword('Its path'),
  'detpack.source.object.binding': keywords('Parameters of the task that were bound to it'),
  'detpack.destination.binding': keywords('Parameters of the task that were bound to the destination of this use'),
  'detpack.source.description.id': keyword('The open file description it was taken by'),
  'detpack.source.descriptor.number': long('The descriptor it was taken by'),

  'detpack.descriptor.number': long('The descriptor, in the process that used it'),
  'detpack.descriptor.flags': keywords(
    'Flags of the description and descriptor, such as `O_WRONLY`, `O_CLOEXEC`; of an open also those that act once, such as `O_TRUNC`',
  ),
  'detpack.descriptor.origin': keyword('How the process got the descriptor', ORIGINS),
  'detpack.descriptor.from': keyword('Entity id of the process that gave it or from which it was taken'),
  'detpack.descriptor.opened_by': keyword('Entity id of the process that opened the description'),
  'detpack.descriptor.opened_at': date('When the description was opened'),
  'detpack.descriptor.raced': boolean('Another thread changed the slot during the call; only ever true'),
  'detpack.descriptor.candidates': keywords('Objects the slot may have meant, when raced'),
  'detpack.descriptor.truncated': long('True number of descriptors passed, when not all are told'),

  'detpack.flow.object.id': keywords('Classed objects whose data or descriptor the process holds, at most 8'),
  'detpack.flow.object.class': keywords('Classes of those objects, each once'),
  'detpack.flow.age': long('Time since the youngest of them was read or received, nanoseconds'),
  'detpack.flow.overflow': long('Objects that did not find room in the 8'),

  'detpack.route': keyword('By which way the kernel was asked', ROUTES),
  'detpack.syscall': keyword('Name of the system call or of the io_uring operation'),
  'detpack.syscalls': keywords('System calls made between `event.start` and `@timestamp`; on sensor_syscalls'),
  'detpack.linux_capability': keyword(
    'The Linux capability asked for, such as `CAP_NET_RAW`; on privilege_use and service_drift',
  ),
  'detpack.granted': boolean('The Linux capability was granted; on privilege_use'),
  'detpack.use.count': amount('How many equal uses this event stands for; 1 when absent'),
  'detpack.use.bytes': amount('Bytes moved by these uses together'),

  'detpack.peer.entity_id': keyword('The process at the other end of a UNIX socket or pipe'),
  'detpack.peer.pid': long('Its process id'),
  'detpack.peer.name': keyword('Its name'),
  'detpack.peer.task.id': keyword('Its task; absent when it has none'),
  'detpack.socket.family': keyword('`inet`, `inet6`, `unix`, `netlink`, `packet`, `vsock` or another'),
  'detpack.socket.type': keyword('`stream`, `dgram`, `seqpacket` or `raw`'),

  'detpack.signal': keyword('Name of the signal, such as `SIGKILL`; on process_signal'),
  'detpack.memory.protection': keywords('`read`, `write`, `exec`; on file_map and memory_exec'),
  'detpack.memory.shared': boolean('The mapping is shared; on file_map'),
  'detpack.namespace.kind': keywords('Namespaces entered or made; on namespace_change', NAMESPACE_KINDS),
  'detpack.namespace.id': keyword('The namespace entered, where it is one'),
  'detpack.mount.source': keyword('What was mounted; on mount'),
  'detpack.mount.type': keyword('Type of the file system; on mount'),
  'detpack.mount.flags': keywords('Flags of the mount, such as `MS_BIND`; on mount'),
  'detpack.module.name': keyword('Name of the module; on module_load'),
  'detpack.bpf.command': keyword('Command of the bpf call, such as `BPF_PROG_LOAD`; on bpf_use'),
  'detpack.bpf.program': keyword('Name of the program or map; on bpf_use'),
  'detpack.bpf.type': keyword('Type of the program or map; on bpf_use'),
  'detpack.audit.change': keyword('What was changed; on audit_change'),

  'detpack.drift.kind': keyword('What went beyond the baseline; on service_drift', DRIFT_KINDS),
  'detpack.drift.baseline': keyword('The baseline; on service_drift'),
  'detpack.drift.finding': keywords('What `harden check` finds wrong with the unit; on service_drift of a unit'),

  'detpack.tool.server': keyword('Who offers the tool, as the log of the agent names it; a claim'),
  'detpack.tool.call': keyword('The call, unique; on tool_call and the uses that its log says it was'),
  'detpack.tool.run': keyword('The run of the task that the log is said to be of: what it is joined with'),
  'detpack.tool.meaning': keyword('How it is known what the tool does', TOOL_MEANINGS),
  'detpack.tool.open': boolean('Its arguments do not say all that it does, such as of a shell; only ever true'),
  'detpack.tool.view': keyword('What the agent and the sensor say of each other; where both were joined', TOOL_VIEWS),
  'detpack.tool.unseen': keywords('What the call says was used and the sensor did not see: `file_read /etc/motd`'),

  'detpack.loss.action': keyword('Action of the events lost; on sensor_loss'),
  'detpack.loss.class': keyword('Class of their objects; on sensor_loss'),
  'detpack.loss.memory': keyword(
    'Not events, but what the sensor remembers and had no room for; on sensor_loss',
    MEMORIES,
  ),
  'detpack.loss.count': long('How many; on sensor_loss'),
  'detpack.health.sequence': long('Highest sequence given; on sensor_health'),
  'detpack.health.lost': long('Events lost in this run; on sensor_health'),
  'detpack.health.folded': long('Uses folded into others in this run; on sensor_health'),
  'detpack.health.filtered': long('Events left out by the ship filter in this run; on sensor_health'),
  'detpack.health.lag': long('Age of the oldest event not yet shipped, milliseconds; on sensor_health'),
  'detpack.health.cpu': long('CPU time of the sensor in this run, milliseconds; on sensor_health'),
  'detpack.health.rss': long('Resident memory of the sensor, bytes; on sensor_health'),
  'detpack.health.uses': keywords(
    'By action, in this run: `file_read: 9 made, 7 folded, 0 lost`; on sensor_health and sensor_stop',
  ),
  'detpack.health.noted': keywords(
    'What was left out on purpose, or not remembered, in this run: `empty_polls: 9`; on sensor_health and sensor_stop',
  ),
  'detpack.lag.from': date('Earliest event that was delivered later than rules wait; on sensor_health of a shipper'),
  'detpack.lag.to': date('Latest such event: rules are to be run again over this time; on sensor_health of a shipper'),
  'detpack.lag.count': long('How many such events; on sensor_health of a shipper'),
} as const
