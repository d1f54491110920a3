import {
  ARGUMENTS,
  BYTES,
  CLASS,
  DESCRIPTION,
  DESTINATION,
  ENVELOPE,
  FLOW,
  GIVER,
  IMPORTED,
  LINUX_CAPABILITIES,
  MEMORY,
  NETWORK,
  OBJECT,
  OF_SENSOR,
  ORIGIN,
  PARENT,
  PATH,
  PROGRAM,
  SOCKET,
  SOURCE,
  START,
  TARGET,
  TASK,
  TASK_ASKED,
  USER_CHANGE,
} from '../field-group.ts'
import { reach } from '../reach.ts'

const HELD = [...DESCRIPTION, GIVER]
const FILE = [...PATH, ...OBJECT, CLASS]
const CONNECTION = [...NETWORK, ...DESTINATION, ...ORIGIN, ...SOCKET, ...OBJECT, ...HELD]
const OF_CALLS = 'a recording of system calls has nothing of the sensor'
const PEER = 'strace names the other end of a socket only where descriptors are passed'
const NO_PEER = { 'detpack.peer': PEER }
const NO_MODE = { 'file.mode': 'strace tells a mode only where it is changed' }
const BY_NUMBER = { 'detpack.object.identity': 'a process is known by its number' }

/** What `strace -f -yy -ttt` tells. */
export const STRACE_REACH = reach({
  name: 'strace',
  purpose: 'recordings of strace -f -yy -ttt',
  fields: [
    ...ENVELOPE,
    ...IMPORTED,
    ...TASK,
    ...PROGRAM,
    ...PARENT,
    ...START,
    ...FLOW,
    'event.reason',
    'process.thread.id',
    'process.user.id',
    'user.id',
    'detpack.syscall',
  ],
  never: {
    'container.id': 'strace does not name the cgroup of a process',
    'orchestrator.resource.id': 'strace does not name the cgroup of a process',
    'service.name': 'strace does not name the cgroup of a process',
    'detpack.cgroup': 'strace does not name the cgroup of a process',
    'detpack.clock.epoch': 'strace has one clock and does not say when it is stepped',
    'detpack.time.boot': 'strace has one clock and does not say when it is stepped',
    'detpack.process.namespace.mount': 'strace does not name the namespaces of a process',
    'file.device': 'strace names a file by its path',
    'file.gid': 'strace names a file by its path',
    'file.inode': 'strace names a file by its path',
    'file.size': 'strace names a file by its path',
    'file.uid': 'strace names a file by its path',
    'process.entry_leader': 'strace does not tell what was there before it began',
    'process.group.id': 'strace does not tell the group of a process',
    'process.session_leader': 'strace does not tell what was there before it began',
  },
  asks: TASK_ASKED,
  needless: {
    ...OF_SENSOR,
    'detpack.lost': 'strace stops a program rather than lose a call of it',
    'event.start': 'equal uses are not folded',
    'detpack.descriptor.raced': 'strace tells descriptors as they are when the call ends',
    'detpack.descriptor.candidates': 'strace tells descriptors as they are when the call ends',
    'detpack.descriptor.truncated': 'strace tells all descriptors that are passed',
  },
  actions: {
    file_open: { fields: [...FILE, ...HELD], lacks: NO_MODE },
    file_read: { fields: [...FILE, ...HELD, BYTES], lacks: NO_MODE },
    file_write: {
      fields: [...FILE, ...HELD, ...SOURCE, BYTES],
      lacks: NO_MODE,
    },
    file_create: {
      fields: [...FILE, ...HELD, 'file.target_path'],
      lacks: NO_MODE,
    },
    file_delete: { fields: FILE, lacks: NO_MODE },
    file_rename: {
      fields: [...FILE, 'detpack.file.previous_path'],
      lacks: NO_MODE,
    },
    file_attribute: { fields: [...FILE, ...HELD, 'file.mode'] },
    file_map: {
      fields: [...FILE, ...HELD, ...MEMORY, BYTES],
      lacks: NO_MODE,
    },
    process_exec: {
      fields: [...FILE, ...ARGUMENTS, 'process.working_directory'],
      lacks: NO_MODE,
    },
    process_fork: {
      fields: ['detpack.object.id', 'detpack.object.kind', ...TARGET],
      lacks: BY_NUMBER,
    },
    process_exit: { fields: ['process.end', 'process.exit_code', 'detpack.signal'] },
    process_signal: {
      fields: ['detpack.object.id', 'detpack.object.kind', ...TARGET, 'detpack.signal'],
      lacks: BY_NUMBER,
    },
    process_inspect: {
      fields: ['detpack.object.id', 'detpack.object.kind', ...TARGET, BYTES],
      lacks: {
        ...BY_NUMBER,
        'detpack.description': 'ptrace and process_vm_readv name a process by its number',
        'detpack.descriptor': 'ptrace and process_vm_readv name a process by its number',
      },
    },
    network_connect: { fields: CONNECTION, lacks: NO_PEER },
    network_accept: { fields: CONNECTION, lacks: NO_PEER },
    network_listen: { fields: CONNECTION, lacks: NO_PEER },
    network_send: { fields: [...CONNECTION, ...SOURCE, BYTES], lacks: NO_PEER },
    network_receive: { fields: [...CONNECTION, BYTES], lacks: NO_PEER },
    descriptor_create: {
      fields: [...FILE, ...HELD, ...SOCKET, ...NETWORK],
      lacks: {
        ...NO_MODE,
        ...NO_PEER,
        'detpack.object.process': 'a pidfd is told by its number',
      },
    },
    descriptor_duplicate: {
      fields: [...FILE, ...HELD, ...SOCKET, ...NETWORK],
      lacks: NO_MODE,
    },
    descriptor_send: {
      fields: [...FILE, ...HELD, ...SOCKET, ...NETWORK, ...DESTINATION, 'detpack.peer.entity_id', 'detpack.peer.pid'],
      lacks: {
        ...NO_MODE,
        'detpack.peer.name': PEER,
        'detpack.peer.task.id': 'the label of a task is of the sensor',
      },
    },
    descriptor_receive: {
      fields: [...FILE, ...HELD, ...SOCKET, ...NETWORK, ...ORIGIN],
      lacks: { ...NO_MODE, ...NO_PEER },
    },
    descriptor_take: {
      fields: [...FILE, ...HELD, ...SOCKET, ...NETWORK, ...TARGET],
      lacks: NO_MODE,
    },
    memory_exec: { fields: MEMORY },
    privilege_change: { fields: [...USER_CHANGE, ...LINUX_CAPABILITIES] },
    namespace_change: { fields: ['detpack.namespace.kind', 'detpack.namespace.id', ...OBJECT, ...HELD] },
    mount: {
      fields: [
        ...PATH,
        'detpack.mount.source',
        'detpack.mount.type',
        'detpack.mount.flags',
        'detpack.object.identity',
        CLASS,
      ],
      lacks: {
        'detpack.object.id': 'a mount point is told by its path',
        'detpack.object.kind': 'a mount point is told by its path',
      },
    },
    module_load: {
      fields: [...FILE, ...HELD, 'detpack.module.name'],
      lacks: NO_MODE,
    },
    bpf_use: { fields: [...OBJECT, ...HELD, 'detpack.bpf.command', 'detpack.bpf.program', 'detpack.bpf.type'] },
    audit_change: { fields: [...CONNECTION, 'detpack.audit.change'], lacks: NO_PEER },
  },
  without: {
    privilege_use: 'a system call does not tell which Linux capability the kernel asked for',
    task_start: OF_CALLS,
    task_end: OF_CALLS,
    sensor_start: OF_CALLS,
    sensor_stop: OF_CALLS,
    sensor_coverage: OF_CALLS,
    sensor_health: OF_CALLS,
    sensor_loss: 'strace stops a program rather than lose a call of it',
    sensor_clock: OF_CALLS,
    sensor_canary: OF_CALLS,
    sensor_syscalls: OF_CALLS,
  },
})
