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
  INODE,
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
const FILE = [...PATH, ...INODE, ...OBJECT, CLASS]
const LINK = [...NETWORK, ...SOCKET, ...OBJECT, ...HELD]
const OTHER = ['detpack.object.id', 'detpack.object.kind', ...TARGET]

const REGISTERS = 'audit tells the numbers that a call was given, not what they point to'
const NO_CGROUP = 'no record names the cgroup of a process'
const NO_CLOCK = 'a record has one time, to the tick of the clock'
const NO_LEADER = 'records name the parent only'
const DESCRIPTORS = 'audit tells of a descriptor the number only'
const SENSOR = 'auditd tells nothing of the kind of itself'
const CONTROL = 'audit does not tell what comes with sendmsg and recvmsg'

const NO_SOURCE = { source: 'a socket that listens has no other end' }
const BY_NUMBER = { 'detpack.object.identity': 'a process is known by its number' }
const AFTER_OPEN = 'with one for open, close, dup, socket and fork, so that it is known of what'

/** What auditd logs where its rules ask for it. */
export const AUDITD_REACH = reach({
  name: 'auditd',
  purpose: 'logs of auditd, raw or enriched',
  fields: [
    ...ENVELOPE,
    ...IMPORTED,
    ...TASK,
    ...PROGRAM,
    ...PARENT,
    ...START,
    ...FLOW,
    'event.reason',
    'process.user.id',
    'process.user.name',
    'process.group.id',
    'process.interactive',
    'user.id',
    'user.name',
    'detpack.lost',
    'detpack.syscall',
  ],
  never: {
    'container.id': NO_CGROUP,
    'orchestrator.resource.id': NO_CGROUP,
    'service.name': NO_CGROUP,
    'detpack.cgroup': NO_CGROUP,
    'detpack.clock.epoch': NO_CLOCK,
    'detpack.time.boot': NO_CLOCK,
    'detpack.process.namespace.mount': 'no record names the namespaces of a process',
    'detpack.descriptor.raced': DESCRIPTORS,
    'detpack.descriptor.candidates': DESCRIPTORS,
    'detpack.descriptor.truncated': CONTROL,
    'detpack.peer': 'no record names the other end of a socket but its address',
    'file.size': 'the record of a path has no size',
    'process.entry_leader': NO_LEADER,
    'process.session_leader': NO_LEADER,
    'process.thread.id': 'the number in a record is that of the process',
  },
  asks: TASK_ASKED,
  needless: {
    ...OF_SENSOR,
    'event.start': 'equal uses are not folded',
  },
  actions: {
    file_open: { fields: [...FILE, ...HELD], needs: 'a rule for open, openat, openat2 and creat' },
    file_read: { fields: [...FILE, ...HELD, BYTES], needs: `a rule for read and its like, ${AFTER_OPEN}` },
    file_write: { fields: [...FILE, ...HELD, ...SOURCE, BYTES], needs: `a rule for write and its like, ${AFTER_OPEN}` },
    file_create: {
      fields: [...FILE, ...HELD, 'file.target_path'],
      needs: 'a rule for open, openat, mkdir, mknod, link and symlink',
    },
    file_delete: { fields: FILE, needs: 'a rule for unlink, unlinkat and rmdir' },
    file_rename: { fields: [...FILE, 'detpack.file.previous_path'], needs: 'a rule for rename and its like' },
    file_attribute: { fields: [...FILE, ...HELD], needs: 'a rule for chmod, chown, truncate and setxattr' },
    file_map: { fields: [...FILE, ...HELD, ...MEMORY, BYTES], needs: `a rule for mmap, ${AFTER_OPEN}` },
    process_exec: {
      fields: [...FILE, ...ARGUMENTS, 'process.working_directory'],
      needs: 'a rule for execve and execveat',
    },
    process_fork: { fields: OTHER, needs: 'a rule for fork, vfork, clone and clone3', lacks: BY_NUMBER },
    process_exit: { fields: ['process.end', 'process.exit_code', 'detpack.signal'], needs: 'a rule for exit_group' },
    process_signal: {
      fields: [...OTHER, 'detpack.signal'],
      needs: 'a rule for kill, tkill and tgkill',
      lacks: BY_NUMBER,
    },
    process_inspect: {
      fields: [...OTHER, BYTES],
      needs: 'a rule for ptrace and process_vm_readv',
      lacks: {
        ...BY_NUMBER,
        'detpack.description': 'ptrace and process_vm_readv name a process by its number',
        'detpack.descriptor': 'ptrace and process_vm_readv name a process by its number',
      },
    },
    network_connect: {
      fields: [...LINK, ...DESTINATION, ...ORIGIN],
      needs: 'a rule for connect, with one for bind to know from where',
    },
    network_accept: {
      fields: [...LINK, ...ORIGIN, ...DESTINATION],
      needs: 'a rule for accept and accept4, with one for bind to know where',
    },
    network_listen: {
      fields: [...LINK, ...DESTINATION],
      needs: 'a rule for listen, with one for bind to know where',
      lacks: NO_SOURCE,
    },
    network_send: {
      fields: [...LINK, ...DESTINATION, ...ORIGIN, ...SOURCE, BYTES],
      needs: 'a rule for sendto, sendmsg, sendfile, write and their like, with one for socket, connect and close',
    },
    network_receive: {
      fields: [...LINK, ...DESTINATION, ...ORIGIN, BYTES],
      needs: 'a rule for recvfrom, recvmsg, read and their like, with one for socket, connect and close',
    },
    descriptor_create: {
      fields: [...OBJECT, ...HELD, ...SOCKET, ...NETWORK, ...TARGET],
      needs: 'a rule for socket, pipe, memfd_create and their like',
      lacks: {
        file: 'what has no name has no record of a path',
        [CLASS]: 'what has no name has no class',
        'detpack.object.binding': 'what has no name cannot be bound',
      },
    },
    descriptor_duplicate: {
      fields: [...FILE, ...HELD, ...SOCKET, ...NETWORK],
      needs: 'a rule for dup, dup2, dup3 and fcntl',
    },
    descriptor_take: {
      fields: [...OBJECT, ...HELD, ...TARGET, ...SOCKET, ...NETWORK, ...FILE],
      needs: 'a rule for pidfd_open and pidfd_getfd',
    },
    memory_exec: { fields: MEMORY, needs: 'a rule for mmap and mprotect' },
    privilege_use: {
      fields: ['detpack.linux_capability', 'detpack.granted'],
      needs: 'rules with keys such as cap.sys_admin, or SELinux or AppArmor, that see the calls and not the decision',
    },
    privilege_change: {
      fields: [...USER_CHANGE, ...LINUX_CAPABILITIES],
      needs: 'a rule for setuid and its like, setgroups, capset and prctl',
    },
    namespace_change: {
      fields: ['detpack.namespace.kind', ...FILE, ...HELD],
      needs: 'a rule for unshare, setns and clone',
      lacks: { 'detpack.namespace.id': 'no record names a namespace' },
    },
    mount: {
      fields: [...PATH, 'detpack.mount.source', 'detpack.mount.flags', 'detpack.object.identity', CLASS],
      needs: 'a rule for mount, umount2, pivot_root and move_mount',
      lacks: {
        'detpack.object.id': 'a mount point is told by its path',
        'detpack.object.kind': 'a mount point is told by its path',
        'detpack.mount.type': REGISTERS,
      },
    },
    module_load: {
      fields: [...FILE, ...HELD, 'detpack.module.name'],
      needs: 'a rule for init_module and finit_module',
    },
    bpf_use: {
      fields: ['detpack.bpf.command'],
      needs: 'a rule for bpf; that a program is loaded comes without one',
      lacks: {
        'detpack.bpf.program': REGISTERS,
        'detpack.bpf.type': REGISTERS,
        'detpack.object': REGISTERS,
        'detpack.description': REGISTERS,
        'detpack.descriptor': REGISTERS,
      },
    },
    audit_change: {
      fields: ['detpack.audit.change'],
      lacks: {
        network: 'the record is of the change, not of the message that asks for it',
        destination: 'the record is of the change, not of the message that asks for it',
        source: 'the record is of the change, not of the message that asks for it',
        'detpack.destination': 'the record is of the change, not of the message that asks for it',
        'detpack.socket': 'the record is of the change, not of the message that asks for it',
        'detpack.object': 'the record is of the change, not of the message that asks for it',
        'detpack.description': 'the record is of the change, not of the message that asks for it',
        'detpack.descriptor': 'the record is of the change, not of the message that asks for it',
      },
    },
    sensor_start: { fields: [] },
    sensor_stop: { fields: [] },
    sensor_loss: {
      fields: ['detpack.loss.count'],
      lacks: {
        'detpack.loss.action': 'a count of lost records does not say of what',
        'detpack.loss.class': 'a count of lost records does not say of what',
      },
    },
  },
  without: {
    descriptor_send: CONTROL,
    descriptor_receive: CONTROL,
    task_start: SENSOR,
    task_end: SENSOR,
    sensor_coverage: SENSOR,
    sensor_health: SENSOR,
    sensor_clock: NO_CLOCK,
    sensor_canary: SENSOR,
    sensor_syscalls: SENSOR,
  },
})
