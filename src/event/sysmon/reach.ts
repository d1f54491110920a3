import {
  CLASS,
  DESTINATION,
  ENVELOPE,
  FLOW,
  IMPORTED,
  NETWORK,
  OBJECT,
  OF_SENSOR,
  ORIGIN,
  PARENT,
  PATH,
  PROGRAM,
  TASK,
  TASK_ASKED,
} from '../field-group.ts'
import { reach } from '../reach.ts'

const FILE = [...PATH, ...OBJECT, CLASS]
const CONNECTION = [...NETWORK, ...DESTINATION, ...ORIGIN, 'detpack.socket.family', ...OBJECT]

const NO_EVENT = 'Sysmon for Linux has no event of the kind'
const NO_CALL = 'an event is not of a system call'
const BY_PATH = 'a file is told by its path'
const NO_DESCRIPTOR = 'an event does not tell the descriptor'
const NO_CONTAINER = 'an event does not tell the container or unit'
const NO_CLOCK = 'an event has one time'
const SENSOR = 'Sysmon tells nothing of the kind of itself'
const DONE = ['success']

/** What Sysmon for Linux logs. */
export const SYSMON_REACH = reach({
  name: 'sysmon',
  purpose: 'logs of Sysmon for Linux',
  fields: [
    ...ENVELOPE,
    ...IMPORTED,
    ...TASK,
    ...PROGRAM,
    ...PARENT,
    ...FLOW,
    'process.user.name',
    'user.name',
    'detpack.lost',
  ],
  never: {
    'event.reason': 'only what succeeded is told',
    'container.id': NO_CONTAINER,
    'orchestrator.resource.id': NO_CONTAINER,
    'service.name': NO_CONTAINER,
    'detpack.cgroup': NO_CONTAINER,
    'detpack.clock.epoch': NO_CLOCK,
    'detpack.time.boot': NO_CLOCK,
    'detpack.description': NO_DESCRIPTOR,
    'detpack.descriptor': NO_DESCRIPTOR,
    'detpack.peer': 'the other end is told by its address',
    'detpack.process.namespace.mount': 'an event does not tell namespaces',
    'detpack.socket.type': 'an event tells the protocol',
    'detpack.syscall': NO_CALL,
    'file.device': BY_PATH,
    'file.gid': BY_PATH,
    'file.inode': BY_PATH,
    'file.mode': BY_PATH,
    'file.size': BY_PATH,
    'file.uid': BY_PATH,
    'file.target_path': BY_PATH,
    'process.entry_leader': 'an event names the process, and an exec its parent',
    'process.group.id': 'an event names the user by the name',
    'process.parent.start': 'the start of a process is not told but within its GUID',
    'process.session_leader': 'an event names the process, and an exec its parent',
    'process.start': 'the start of a process is not told but within its GUID',
    'process.thread.id': 'an event names the process',
    'process.user.id': 'an event names the user by the name',
    'user.id': 'an event names the user by the name',
  },
  asks: TASK_ASKED,
  needless: {
    ...OF_SENSOR,
    'event.start': 'equal uses are not folded',
  },
  actions: {
    file_open: {
      fields: FILE,
      needs: 'RawAccessRead in the configuration, that tells block devices only',
      outcomes: DONE,
    },
    file_create: { fields: FILE, needs: 'FileCreate in the configuration', outcomes: DONE },
    file_delete: { fields: FILE, needs: 'FileDelete in the configuration', outcomes: DONE },
    process_exec: {
      fields: [...FILE, 'process.command_line', 'process.working_directory'],
      needs: 'ProcessCreate in the configuration',
      outcomes: DONE,
      lacks: {
        'process.args': 'the arguments come as one text',
        'process.args_count': 'the arguments come as one text',
      },
    },
    process_exit: {
      fields: ['process.end'],
      needs: 'ProcessTerminate in the configuration',
      outcomes: DONE,
      lacks: { 'process.exit_code': 'an event does not tell how a process ended' },
    },
    process_inspect: {
      fields: [
        'detpack.object.id',
        'detpack.object.kind',
        'detpack.object.process.pid',
        'detpack.object.process.entity_id',
        'detpack.object.process.name',
        'detpack.object.process.executable',
      ],
      needs: 'ProcessAccess in the configuration',
      outcomes: DONE,
      lacks: {
        'detpack.object.identity': 'a process is known by its GUID',
        'detpack.use.bytes': 'an attachment moves nothing yet',
      },
    },
    network_connect: {
      fields: [...CONNECTION, 'destination.domain'],
      needs: 'NetworkConnect in the configuration',
      outcomes: DONE,
    },
    network_accept: { fields: CONNECTION, needs: 'NetworkConnect in the configuration', outcomes: DONE },
    audit_change: {
      fields: ['detpack.audit.change'],
      outcomes: DONE,
      lacks: {
        network: 'the event is of the configuration',
        destination: 'the event is of the configuration',
        source: 'the event is of the configuration',
        'detpack.destination': 'the event is of the configuration',
        'detpack.object': 'the event is of the configuration',
        'detpack.socket': 'the event is of the configuration',
      },
    },
    sensor_start: { fields: [], outcomes: DONE },
    sensor_stop: { fields: [], outcomes: DONE },
    sensor_loss: {
      fields: ['detpack.loss.count'],
      outcomes: DONE,
      lacks: {
        'detpack.loss.action': 'drops are counted by events of Sysmon',
        'detpack.loss.class': 'drops are counted by events of Sysmon',
      },
    },
  },
  without: {
    file_read: NO_EVENT,
    file_write: NO_EVENT,
    file_rename: NO_EVENT,
    file_attribute: NO_EVENT,
    file_map: NO_EVENT,
    process_fork: NO_EVENT,
    process_signal: NO_EVENT,
    network_listen: NO_EVENT,
    network_send: NO_EVENT,
    network_receive: NO_EVENT,
    descriptor_create: NO_EVENT,
    descriptor_duplicate: NO_EVENT,
    descriptor_send: NO_EVENT,
    descriptor_receive: NO_EVENT,
    descriptor_take: NO_EVENT,
    memory_exec: NO_EVENT,
    privilege_use: NO_EVENT,
    privilege_change: NO_EVENT,
    namespace_change: NO_EVENT,
    mount: NO_EVENT,
    module_load: NO_EVENT,
    bpf_use: NO_EVENT,
    task_start: SENSOR,
    task_end: SENSOR,
    sensor_coverage: SENSOR,
    sensor_health: SENSOR,
    sensor_clock: SENSOR,
    sensor_canary: SENSOR,
    sensor_syscalls: SENSOR,
  },
})
