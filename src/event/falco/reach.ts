import {
  ARGUMENTS,
  BYTES,
  CLASS,
  DESTINATION,
  ENVELOPE,
  FLOW,
  IMPORTED,
  MEMORY,
  NETWORK,
  OBJECT,
  OF_SENSOR,
  ORIGIN,
  PARENT,
  PATH,
  PROGRAM,
  START,
  TASK,
  TASK_ASKED,
  USER_CHANGE,
} from '../field-group.ts'
import { reach } from '../reach.ts'

const HELD = ['detpack.descriptor.number', 'detpack.descriptor.flags']
const NUMBER = 'detpack.descriptor.number'
const INODE = ['file.inode', 'file.device']
const FILE = [...PATH, ...INODE, ...OBJECT, CLASS]
const NAMED = [...PATH, ...OBJECT, CLASS]
const CONNECTION = [...NETWORK, ...DESTINATION, ...ORIGIN, 'detpack.socket.family', ...OBJECT, NUMBER]
const OTHER = ['detpack.object.kind', 'detpack.object.process.pid', 'detpack.object.process.name']

const DESCRIPTORS = 'an alert tells the descriptor as it is, not where it came from'
const NO_CGROUP = 'an alert names the container and not the unit'
const NO_CLOCK = 'an alert has one time'
const SENSOR = 'Falco tells nothing of the kind of itself'
const BY_NUMBER = {
  'detpack.object.id': 'an argument names a process by its number',
  'detpack.object.identity': 'an argument names a process by its number',
  'detpack.object.process.entity_id': 'an argument names a process by its number',
  'detpack.object.process.executable': 'an argument names a process by its number',
}
const NO_FLAGS = { 'detpack.descriptor.flags': 'the flags are an argument of the opening only' }
const NO_MODE = { 'file.mode': 'an alert tells a mode only where it is changed' }
const NO_INODE = { 'file.inode': 'an argument tells the name only', 'file.device': 'an argument tells the name only' }
const NO_OBJECT = { 'detpack.object': 'no field names it', 'detpack.descriptor': 'no field names it' }
const rules = (types: string, fields: string): string => `a rule for ${types} with ${fields} in its output`
const RESULT = 'evt.res'

/** What alerts of Falco tell, as far as the outputs of its rules ask for it. */
export const FALCO_REACH = reach({
  name: 'falco',
  purpose: 'alerts of Falco in JSON',
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
    'process.user.name',
    'process.group.id',
    'process.interactive',
    'user.id',
    'user.name',
    'container.id',
    'orchestrator.resource.id',
    'detpack.lost',
    'detpack.syscall',
  ],
  never: {
    'service.name': NO_CGROUP,
    'detpack.cgroup': NO_CGROUP,
    'detpack.clock.epoch': NO_CLOCK,
    'detpack.time.boot': NO_CLOCK,
    'detpack.process.namespace.mount': 'no field names the mount namespace',
    'detpack.description': DESCRIPTORS,
    'detpack.descriptor.origin': DESCRIPTORS,
    'detpack.descriptor.opened_by': DESCRIPTORS,
    'detpack.descriptor.opened_at': DESCRIPTORS,
    'detpack.descriptor.from': DESCRIPTORS,
    'detpack.descriptor.raced': DESCRIPTORS,
    'detpack.descriptor.candidates': DESCRIPTORS,
    'detpack.descriptor.truncated': DESCRIPTORS,
    'detpack.peer': 'an alert names the other end by its address',
    'detpack.source': 'an alert is about one descriptor, that data goes to',
    'detpack.socket.type': 'an alert tells the protocol of a socket',
    'file.gid': 'an alert does not tell the owner of a file',
    'file.size': 'an alert does not tell the size of a file',
    'file.uid': 'an alert does not tell the owner of a file',
    'process.entry_leader': 'the ancestors of an alert have numbers only',
    'process.session_leader': 'the ancestors of an alert have numbers only',
  },
  asks: TASK_ASKED,
  needless: {
    ...OF_SENSOR,
    'event.start': 'equal uses are not folded',
  },
  actions: {
    file_open: {
      fields: [...FILE, ...HELD],
      needs: rules('open, openat and openat2', `fd.name, fd.num, evt.arg.flags and ${RESULT}`),
      lacks: NO_MODE,
    },
    file_read: {
      fields: [...FILE, NUMBER, BYTES],
      needs: `base_syscalls with read, and ${rules('read', `fd.name, fd.type and ${RESULT}`)}`,
      lacks: { ...NO_MODE, ...NO_FLAGS },
    },
    file_write: {
      fields: [...FILE, NUMBER, BYTES],
      needs: `base_syscalls with write, and ${rules('write', `fd.name, fd.type and ${RESULT}`)}`,
      lacks: { ...NO_MODE, ...NO_FLAGS },
    },
    file_create: {
      fields: [...FILE, ...HELD, 'file.target_path'],
      needs: rules('openat, mkdir, link and symlink', `evt.args and ${RESULT}`),
      lacks: NO_MODE,
    },
    file_delete: {
      fields: NAMED,
      needs: rules('unlink, unlinkat and rmdir', 'evt.args'),
      lacks: { ...NO_MODE, ...NO_INODE },
    },
    file_rename: {
      fields: [...NAMED, 'detpack.file.previous_path'],
      needs: rules('rename, renameat and renameat2', 'evt.args'),
      lacks: { ...NO_MODE, ...NO_INODE },
    },
    file_attribute: {
      fields: [...FILE, 'file.mode', NUMBER],
      needs: rules('chmod, fchmod, fchmodat and chown', 'evt.args'),
      lacks: NO_FLAGS,
    },
    file_map: {
      fields: [...FILE, NUMBER, ...MEMORY],
      needs: rules('mmap', `fd.name, evt.args and ${RESULT}`),
      lacks: { ...NO_MODE, ...NO_FLAGS, [BYTES]: 'the length of a mapping is not taken from its text' },
    },
    process_exec: {
      fields: [...NAMED, 'file.inode', ...ARGUMENTS, 'process.working_directory'],
      needs: rules('execve and execveat', 'proc.exepath, proc.cmdline and proc.cwd'),
      lacks: { ...NO_MODE, 'file.device': 'an alert tells the inode of a program only' },
    },
    process_exit: { fields: ['process.end', 'process.exit_code'], needs: rules('procexit', 'evt.args') },
    process_signal: {
      fields: [...OTHER, 'detpack.signal'],
      needs: rules('kill, tkill and tgkill', 'evt.args'),
      lacks: BY_NUMBER,
    },
    process_inspect: {
      fields: OTHER,
      needs: rules('ptrace and process_vm_readv', 'evt.args'),
      lacks: { ...BY_NUMBER, 'detpack.descriptor': 'ptrace names a process', [BYTES]: 'ptrace names a process' },
    },
    network_connect: {
      fields: CONNECTION,
      needs: rules('connect', `fd.name, fd.l4proto and ${RESULT}`),
      lacks: NO_FLAGS,
    },
    network_accept: {
      fields: CONNECTION,
      needs: rules('accept and accept4', `fd.name, fd.l4proto and ${RESULT}`),
      lacks: NO_FLAGS,
    },
    network_listen: { fields: CONNECTION, needs: rules('listen', `fd.name and ${RESULT}`), lacks: NO_FLAGS },
    network_send: {
      fields: [...CONNECTION, BYTES],
      needs: `base_syscalls with the sends, and ${rules('sendto, sendmsg and write', `fd.name, fd.l4proto and ${RESULT}`)}`,
      lacks: NO_FLAGS,
    },
    network_receive: {
      fields: [...CONNECTION, BYTES],
      needs: `base_syscalls with the receives, and ${rules('recvfrom, recvmsg and read', `fd.name, fd.l4proto and ${RESULT}`)}`,
      lacks: NO_FLAGS,
    },
    descriptor_create: {
      fields: [...PATH, ...INODE, ...OBJECT, 'detpack.socket.family', NUMBER],
      needs: rules('memfd_create, pipe and socket', 'evt.args'),
      lacks: {
        ...NO_MODE,
        ...NO_FLAGS,
        [CLASS]: 'what has no name has no class',
        network: 'a new socket has no address yet',
        'detpack.object.process': 'an alert does not tell the process of a pidfd',
      },
    },
    descriptor_duplicate: {
      fields: [...FILE, NUMBER, 'detpack.socket.family', ...NETWORK],
      needs: rules('dup, dup2 and dup3', 'fd.name'),
      lacks: { ...NO_MODE, ...NO_FLAGS },
    },
    descriptor_take: {
      fields: [...FILE, NUMBER, 'detpack.socket.family', ...NETWORK],
      needs: rules('pidfd_getfd', 'fd.name'),
      lacks: { ...NO_MODE, ...NO_FLAGS, 'detpack.object.process': 'an alert does not tell the process of a pidfd' },
    },
    memory_exec: {
      fields: ['detpack.memory.protection'],
      needs: rules('mmap and mprotect', 'evt.args'),
      lacks: { 'detpack.memory.shared': 'mprotect does not tell it' },
    },
    privilege_change: {
      fields: [...USER_CHANGE, 'process.thread.capabilities.effective'],
      needs: rules('setuid, setresuid and capset', 'evt.args and thread.cap_effective'),
      lacks: { 'process.thread.capabilities.permitted': 'the effective set is what is read' },
    },
    namespace_change: {
      fields: ['detpack.namespace.kind'],
      needs: rules('unshare and setns', 'evt.args'),
      lacks: { ...NO_OBJECT, 'detpack.namespace.id': 'no field names it' },
    },
    mount: {
      fields: [
        ...PATH,
        'detpack.object.identity',
        CLASS,
        'detpack.mount.source',
        'detpack.mount.type',
        'detpack.mount.flags',
      ],
      needs: rules('mount and umount2', 'evt.args'),
      lacks: {
        'detpack.object.id': 'a mount point is told by its path',
        'detpack.object.kind': 'a mount point is told by its path',
      },
    },
    module_load: {
      fields: ['detpack.module.name', ...FILE, NUMBER],
      needs: rules('finit_module', 'fd.name'),
      lacks: { ...NO_MODE, ...NO_FLAGS },
    },
    bpf_use: {
      fields: ['detpack.bpf.command'],
      needs: rules('bpf', 'evt.args'),
      lacks: {
        ...NO_OBJECT,
        'detpack.bpf.program': 'the argument tells the command only',
        'detpack.bpf.type': 'the argument tells the command only',
      },
    },
    sensor_loss: {
      fields: ['detpack.loss.count'],
      needs: 'syscall_event_drops with log or alert',
      lacks: {
        'detpack.loss.action': 'a count of dropped events does not say of what',
        'detpack.loss.class': 'a count of dropped events does not say of what',
      },
    },
  },
  without: {
    process_fork: 'Falco follows forks itself and alerts on calls that a process makes',
    privilege_use: 'a system call does not tell which Linux capability the kernel asked for',
    descriptor_send: 'no field tells which descriptors go over a socket',
    descriptor_receive: 'no field tells which descriptors go over a socket',
    audit_change: 'no field tells what the audit system is asked for',
    task_start: SENSOR,
    task_end: SENSOR,
    sensor_start: SENSOR,
    sensor_stop: SENSOR,
    sensor_coverage: SENSOR,
    sensor_health: SENSOR,
    sensor_clock: SENSOR,
    sensor_canary: SENSOR,
    sensor_syscalls: SENSOR,
  },
})
