import {
  BYTES,
  CLASS,
  DESTINATION,
  ENVELOPE,
  FLOW,
  IMPORTED,
  LINUX_CAPABILITIES,
  NETWORK,
  OBJECT,
  OF_SENSOR,
  ORIGIN,
  PARENT,
  PATH,
  PROGRAM,
  SOCKET,
  START,
  TASK,
  TASK_ASKED,
  USER_CHANGE,
} from '../field-group.ts'
import { reach } from '../reach.ts'

const NUMBER = 'detpack.descriptor.number'
const FLAGS = 'detpack.descriptor.flags'
const SOURCE = [
  'detpack.source.object.id',
  'detpack.source.object.kind',
  'detpack.source.object.class',
  'detpack.source.object.path',
  'detpack.source.object.binding',
  'detpack.source.description.id',
]
const FILE = [...PATH, 'file.mode', ...OBJECT, CLASS]
const CONNECTION = [...NETWORK, ...DESTINATION, ...ORIGIN, ...SOCKET, ...OBJECT]
const PROTECTION = 'detpack.memory.protection'

const DESCRIPTORS = 'a probe tells the file and not the descriptor that it was reached by'
const NO_CLOCK = 'an event has one time'
const NO_LEADER = 'an event names the process and its parent'
const SENSOR = 'an export has nothing of the kind'
const BY_NUMBER = {
  'detpack.object.id': 'an argument names a process by its number',
  'detpack.object.identity': 'an argument names a process by its number',
  'detpack.object.process.entity_id': 'an argument names a process by its number',
  'detpack.object.process.name': 'an argument names a process by its number',
  'detpack.object.process.executable': 'an argument names a process by its number',
}
const NO_OPENING = {
  [NUMBER]: DESCRIPTORS,
  [FLAGS]: DESCRIPTORS,
}
const NO_SOURCE = { 'detpack.source': 'a probe on a socket does not tell where the data came from' }
const NO_OBJECT = { 'detpack.object': 'no argument names it', ...NO_OPENING }
const policy = (functions: string): string => `a policy with ${functions}`
const RETURN = 'and returnArg, so that it is known how it ended'

/** What Tetragon exports as its policies ask for. */
export const TETRAGON_REACH = reach({
  name: 'tetragon',
  purpose: 'the JSON that Tetragon exports',
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
    'user.id',
    'user.name',
    'container.id',
    'orchestrator.resource.id',
    'detpack.lost',
    'detpack.process.namespace.mount',
    'detpack.syscall',
  ],
  never: {
    'service.name': 'an event names the container and not the unit',
    'detpack.cgroup': 'an event names the container and not the cgroup',
    'detpack.clock.epoch': NO_CLOCK,
    'detpack.time.boot': NO_CLOCK,
    'detpack.description': DESCRIPTORS,
    'detpack.descriptor.origin': DESCRIPTORS,
    'detpack.descriptor.opened_by': DESCRIPTORS,
    'detpack.descriptor.opened_at': DESCRIPTORS,
    'detpack.descriptor.from': DESCRIPTORS,
    'detpack.descriptor.raced': DESCRIPTORS,
    'detpack.descriptor.candidates': DESCRIPTORS,
    'detpack.descriptor.truncated': DESCRIPTORS,
    'detpack.source.descriptor.number': DESCRIPTORS,
    'detpack.memory.shared': 'the hook of a mapping tells the protection only',
    'detpack.peer': 'a socket is told by its addresses',
    'file.device': 'a file is told by its path',
    'file.gid': 'a file is told by its path',
    'file.size': 'a file is told by its path',
    'file.uid': 'a file is told by its path',
    'process.entry_leader': NO_LEADER,
    'process.session_leader': NO_LEADER,
  },
  asks: TASK_ASKED,
  needless: {
    ...OF_SENSOR,
    'event.start': 'equal uses are not folded',
  },
  actions: {
    file_open: {
      fields: [...FILE, NUMBER, FLAGS],
      needs: policy('fd_install, security_file_open or sys_openat'),
      lacks: { 'file.inode': 'a file is told by its path' },
    },
    file_read: {
      fields: [...FILE, BYTES],
      needs: policy(`security_file_permission, or sys_read with its file, ${RETURN}`),
      lacks: { 'file.inode': 'a file is told by its path', ...NO_OPENING },
    },
    file_write: {
      fields: [...FILE, ...SOURCE, BYTES],
      needs: policy(`security_file_permission, or sys_write with its file, ${RETURN}`),
      lacks: { 'file.inode': 'a file is told by its path', ...NO_OPENING },
    },
    file_create: {
      fields: [...FILE, NUMBER, FLAGS, 'file.target_path'],
      needs: policy('sys_openat, sys_mkdir, sys_link and sys_symlink'),
      lacks: { 'file.inode': 'a file is told by its path' },
    },
    file_delete: {
      fields: FILE,
      needs: policy('security_path_unlink or sys_unlink'),
      lacks: { 'file.inode': 'a file is told by its path' },
    },
    file_rename: {
      fields: [...FILE, 'detpack.file.previous_path'],
      needs: policy('sys_rename or security_path_rename'),
      lacks: { 'file.inode': 'a file is told by its path' },
    },
    file_attribute: {
      fields: FILE,
      needs: policy('security_path_truncate, security_path_chown, sys_fchmodat'),
      lacks: { 'file.inode': 'a file is told by its path', ...NO_OPENING },
    },
    file_map: {
      fields: [...FILE, PROTECTION],
      needs: policy(`security_mmap_file, ${RETURN}`),
      lacks: {
        'file.inode': 'a file is told by its path',
        ...NO_OPENING,
        [BYTES]: 'the hook of a mapping does not tell how much',
      },
    },
    process_exec: {
      fields: [...PATH, 'file.inode', ...OBJECT, CLASS, 'process.command_line', 'process.working_directory'],
      lacks: {
        'file.mode': 'a program is told by its path and its inode',
        'process.args': 'the arguments come as one text',
        'process.args_count': 'the arguments come as one text',
      },
    },
    process_exit: { fields: ['process.end', 'process.exit_code', 'detpack.signal'] },
    process_signal: {
      fields: ['detpack.object.kind', 'detpack.object.process.pid', 'detpack.signal'],
      needs: policy('sys_kill and sys_tgkill'),
      lacks: BY_NUMBER,
    },
    process_inspect: {
      fields: ['detpack.object.kind', 'detpack.object.process.pid'],
      needs: policy('sys_ptrace and sys_process_vm_readv'),
      lacks: { ...BY_NUMBER, ...NO_OPENING, [BYTES]: 'not asked for: the arguments tell the process' },
    },
    network_connect: { fields: CONNECTION, needs: policy('tcp_connect'), lacks: NO_OPENING },
    network_accept: { fields: CONNECTION, needs: policy(`inet_csk_accept, ${RETURN}`), lacks: NO_OPENING },
    network_listen: { fields: CONNECTION, needs: policy('inet_csk_listen_start'), lacks: NO_OPENING },
    network_send: {
      fields: [...CONNECTION, BYTES],
      needs: policy(`tcp_sendmsg and udp_sendmsg, ${RETURN}`),
      lacks: { ...NO_OPENING, ...NO_SOURCE },
    },
    network_receive: {
      fields: [...CONNECTION, BYTES],
      needs: policy(`tcp_recvmsg and udp_recvmsg, ${RETURN}`),
      lacks: NO_OPENING,
    },
    descriptor_create: {
      fields: [...PATH, 'file.mode', ...OBJECT, ...SOCKET, NUMBER],
      needs: policy('fd_install, security_socket_create, sys_memfd_create and sys_pipe'),
      lacks: {
        'file.inode': 'a file is told by its path',
        [FLAGS]: DESCRIPTORS,
        [CLASS]: 'what has no name has no class',
        network: 'a new socket has no address yet',
        'detpack.object.process': 'no argument of fd_install names the process of a pidfd',
      },
    },
    descriptor_duplicate: {
      fields: FILE,
      needs: policy('sys_dup, sys_dup2 and sys_dup3, with the file'),
      lacks: {
        'file.inode': 'a file is told by its path',
        ...NO_OPENING,
        network: DESCRIPTORS,
        'detpack.socket': DESCRIPTORS,
      },
    },
    descriptor_take: {
      fields: [],
      needs: policy('sys_pidfd_getfd'),
      lacks: {
        ...NO_OBJECT,
        file: 'no argument names it',
        network: 'no argument names it',
        'detpack.socket': 'no argument names it',
      },
    },
    memory_exec: { fields: [PROTECTION], needs: policy('security_mmap_file and security_file_mprotect') },
    privilege_use: {
      fields: ['detpack.linux_capability', 'detpack.granted'],
      needs: policy(`cap_capable, ${RETURN}`),
    },
    privilege_change: {
      fields: [...USER_CHANGE, ...LINUX_CAPABILITIES],
      needs: policy('commit_creds; programs that raise privileges come without one'),
    },
    namespace_change: {
      fields: ['detpack.namespace.kind'],
      needs: policy('sys_unshare and sys_setns'),
      lacks: { ...NO_OBJECT, 'detpack.namespace.id': 'no argument names it' },
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
      needs: policy('security_sb_mount or sys_mount'),
      lacks: {
        'detpack.object.id': 'a mount point is told by its path',
        'detpack.object.kind': 'a mount point is told by its path',
      },
    },
    module_load: {
      fields: ['detpack.module.name', ...FILE],
      needs: policy('do_init_module'),
      lacks: { 'file.inode': 'a file is told by its path', ...NO_OPENING },
    },
    bpf_use: {
      fields: ['detpack.bpf.command', 'detpack.bpf.program', 'detpack.bpf.type'],
      needs: policy('security_bpf, bpf_check and security_bpf_map_create'),
      lacks: NO_OBJECT,
    },
    sensor_loss: {
      fields: ['detpack.loss.count'],
      needs: 'rate limits of the export, which count what they drop',
      lacks: {
        'detpack.loss.action': 'a count of dropped events does not say of what',
        'detpack.loss.class': 'a count of dropped events does not say of what',
      },
    },
  },
  without: {
    process_fork: 'Tetragon tells a process when it execs; the parent is told with it',
    descriptor_send: 'no function that is known here tells which descriptors go over a socket',
    descriptor_receive: 'no function that is known here tells which descriptors go over a socket',
    audit_change: 'no function that is known here tells what the audit system is asked for',
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
