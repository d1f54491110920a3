import {
  ARGUMENTS,
  BYTES,
  CLASS,
  DESTINATION,
  ENVELOPE,
  FLOW,
  IMPORTED,
  OBJECT,
  NOT_JOINED,
  OF_SENSOR_ITSELF,
  ORIGIN,
  PATH,
  TASK,
  TASK_ASKED,
} from '../field-group.ts'
import { reach, type Reach } from '../reach.ts'
import type { SourceName } from '../source-name.ts'
import { TOOL_CAPABILITIES } from './tool.ts'
import { ACTIONS, type Action } from '../action.ts'

const BY_NAME = 'an agent names what it uses by a text'
const NO_DESCRIPTOR = 'a call of a tool has no descriptor'
const NO_PROCESS = 'an agent says which tool it called, not which process did the work'
const NO_PLACE = 'an agent does not say where in the system it runs'
const NO_KERNEL = 'an agent does not see what the kernel does'
const CONNECTION = [...DESTINATION, 'destination.domain', 'network.type', 'network.direction', ...OBJECT]
const FILE = [...PATH, ...OBJECT, CLASS]
const DECLARED = 'a file of tools that says which tools do it'

const NO_FILE = {
  'file.device': BY_NAME,
  'file.gid': BY_NAME,
  'file.inode': BY_NAME,
  'file.mode': BY_NAME,
  'file.size': BY_NAME,
  'file.uid': BY_NAME,
}
const NO_SOCKET = {
  'network.transport': 'a URL does not say by which transport',
  'detpack.socket': 'a URL says a destination, not a socket',
  'detpack.peer': 'a URL says a destination, not a process',
}
const NO_SOURCE = 'a call says what is used, not from which end'

/**
 * What the logs of agents tell, whatever their format: calls of tools, and what the tools and their arguments say of
 * capabilities. All of it is a claim.
 */
export function toolReach(name: SourceName, purpose: string): Reach {
  return reach({
    name,
    purpose,
    fields: [
      ...ENVELOPE,
      ...IMPORTED,
      ...TASK,
      ...FLOW,
      'event.start',
      'process.name',
      'process.executable',
      'gen_ai.tool',
      'detpack.tool.server',
      'detpack.tool.call',
      'detpack.tool.run',
      'detpack.tool.meaning',
      'detpack.tool.open',
    ],
    never: {
      'process.start': NO_PROCESS,
      'process.thread': NO_PROCESS,
      'process.user': NO_PROCESS,
      'process.group': NO_PROCESS,
      'process.parent': NO_PROCESS,
      'process.entry_leader': NO_PROCESS,
      'process.session_leader': NO_PROCESS,
      'process.interactive': NO_PROCESS,
      user: NO_PROCESS,
      'service.name': NO_PLACE,
      'container.id': NO_PLACE,
      'orchestrator.resource.id': NO_PLACE,
      'detpack.cgroup': NO_PLACE,
      'detpack.clock.epoch': 'a line has one time',
      'detpack.time.boot': 'a line has one time',
      'detpack.process.namespace': NO_PLACE,
      'detpack.lost': 'a log does not say what it left out',
      'detpack.syscall': NO_KERNEL,
      'detpack.description': NO_DESCRIPTOR,
      'detpack.descriptor': NO_DESCRIPTOR,
      'detpack.source': 'a call says what is read and what is sent, not what went from the one to the other',
      'event.reason': 'an agent says that a tool failed, not by which errno',
    },
    needless: { ...OF_SENSOR_ITSELF, 'detpack.tool.view': NOT_JOINED, 'detpack.tool.unseen': NOT_JOINED },
    asks: {
      'detpack.task': TASK_ASKED['detpack.task'],
      'detpack.tool.run': '--run ID at the import, unless the log says it',
    },
    actions: {
      tool_call: { fields: [] },
      file_open: { fields: FILE, needs: DECLARED, lacks: NO_FILE },
      file_read: { fields: [...FILE, BYTES], needs: DECLARED, lacks: NO_FILE },
      file_write: { fields: [...FILE, BYTES], needs: DECLARED, lacks: NO_FILE },
      file_create: {
        fields: [...FILE, BYTES],
        needs: DECLARED,
        lacks: { ...NO_FILE, 'file.target_path': 'a call does not say that what is made is a link' },
      },
      file_delete: { fields: FILE, needs: DECLARED, lacks: NO_FILE },
      file_rename: { fields: [...FILE, 'detpack.file.previous_path'], needs: DECLARED, lacks: NO_FILE },
      file_attribute: { fields: FILE, needs: DECLARED, lacks: NO_FILE },
      process_exec: {
        fields: [...FILE, ...ARGUMENTS],
        needs: DECLARED,
        lacks: { ...NO_FILE, 'process.working_directory': 'a call does not say from where a command runs' },
      },
      network_connect: {
        fields: CONNECTION,
        needs: DECLARED,
        lacks: { ...NO_SOCKET, source: NO_SOURCE },
      },
      network_send: { fields: [...CONNECTION, BYTES], needs: DECLARED, lacks: { ...NO_SOCKET, source: NO_SOURCE } },
      network_receive: {
        fields: [...ORIGIN, 'network.type', 'network.direction', ...OBJECT],
        needs: DECLARED,
        lacks: {
          ...NO_SOCKET,
          destination: NO_SOURCE,
          'detpack.destination': NO_SOURCE,
          [BYTES]: 'a log does not say how much came',
        },
      },
    },
    without: Object.fromEntries(
      ACTIONS.filter((action) => action !== 'tool_call' && !Object.hasOwn(TOOL_CAPABILITIES, action)).map(
        (action): [Action, string] => [action, NO_KERNEL],
      ),
    ),
  })
}
