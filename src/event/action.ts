/**
 * The capabilities and the sensor's own actions: the values of `event.action`. The names are those of the design (§4)
 * and of the event contract (§2); category and type are what ECS 9 allows for that pair.
 */
const ACTION_TABLE = {
  file_open: bulk('file', 'access', 'a file was opened'),
  file_read: folding('file', 'access', 'data was taken from a file'),
  file_write: folding('file', 'change', 'data was put into a file'),
  file_create: rare('file', 'creation', 'a file, directory, link or node was made'),
  file_delete: rare('file', 'deletion', 'a name was removed'),
  file_rename: rare('file', 'change', 'a name was changed or moved'),
  file_attribute: rare('file', 'change', 'mode, owner, times, length or extended attributes were changed'),
  file_map: bulk('file', 'access', 'a file was mapped into memory'),
  process_exec: rare('process', 'start', 'a process began to run another program'),
  process_fork: rare('process', 'start', 'a process made another'),
  process_exit: rare('process', 'end', 'a process ended'),
  process_signal: rare('process', 'change', 'a signal was sent to a process'),
  process_inspect: rare('process', 'access', 'memory or state of another process was read or written'),
  network_connect: rare('network', 'connection', 'a connection was asked for'),
  network_accept: rare('network', 'connection', 'a connection was accepted'),
  network_listen: rare('network', 'start', 'a socket took an address, or began to listen'),
  network_send: folding('network', 'protocol', 'data was sent on a socket that leaves the process'),
  network_receive: folding('network', 'protocol', 'data was received on a socket'),
  descriptor_create: bulk('process', 'info', 'a pipe, socket, memfd or other nameless object was made'),
  descriptor_duplicate: bulk('process', 'info', 'a second descriptor was made for the same description'),
  descriptor_send: rare('process', 'access', 'a descriptor was passed over a UNIX socket'),
  descriptor_receive: rare('process', 'access', 'a descriptor arrived over a UNIX socket'),
  descriptor_take: rare('process', 'access', 'a descriptor was taken from another process'),
  memory_exec: rare('process', 'change', 'memory became executable'),
  privilege_use: folding('process', 'info', 'a Linux capability was asked for'),
  privilege_change: rare('process', 'change', 'credentials or Linux capabilities were changed'),
  namespace_change: rare('process', 'change', 'a process entered or made a namespace'),
  mount: rare('host', 'change', 'a file system was mounted, moved or unmounted'),
  module_load: rare('driver', 'start', 'a kernel module was loaded'),
  bpf_use: rare('driver', 'start', 'a BPF program or map was made, loaded or attached'),
  audit_change: rare('configuration', 'change', 'auditing or logging was changed'),
  service_drift: rare(
    'configuration',
    'change',
    'a service went beyond its approved baseline, or its unit was changed',
  ),
  tool_call: rare('process', 'info', 'an agent called a tool, by what its own log says'),
  task_start: rare('session', 'start', 'a task was declared for a process'),
  task_end: rare('session', 'end', 'the last process of a task ended'),
  sensor_start: rare('host', 'start', 'a run of the sensor began'),
  sensor_stop: rare('host', 'end', 'a run of the sensor ended'),
  sensor_coverage: rare('host', 'info', 'what the sensor can and cannot see here'),
  sensor_health: rare('host', 'info', 'counters and digests of the sensor, every minute'),
  sensor_loss: rare('host', 'info', 'events were lost before they were numbered'),
  sensor_clock: rare('host', 'info', 'the clock of the host was stepped'),
  sensor_canary: rare('host', 'info', 'put in to be found again in the SIEM: proof that events get there'),
  sensor_syscalls: bulk('host', 'info', 'which system calls were made in a cgroup; only where that is asked for'),
} as const satisfies Readonly<Record<string, ActionInfo>>

export type Action = keyof typeof ACTION_TABLE

export type EventCategory = 'file' | 'process' | 'network' | 'host' | 'driver' | 'configuration' | 'session'
export type EventType =
  'access' | 'change' | 'connection' | 'creation' | 'deletion' | 'end' | 'info' | 'protocol' | 'start'

export interface ActionInfo {
  readonly category: EventCategory
  readonly type: EventType
  /** Which lane of rings, spool and batches carries it; under pressure `bulk` is dropped first (contract §7). */
  readonly lane: 'rare' | 'bulk'
  /** Equal uses in a row become one event with a count (contract §5). */
  readonly folds: boolean
  readonly meaning: string
}

/** Every action, in the order of the table. */
export const ACTIONS: readonly Action[] = Object.keys(ACTION_TABLE) as Action[]

export function actionInfo(action: Action): ActionInfo {
  return ACTION_TABLE[action]
}

export function isAction(text: string): text is Action {
  return Object.hasOwn(ACTION_TABLE, text)
}

function rare(category: EventCategory, type: EventType, meaning: string): ActionInfo {
  return { category, type, lane: 'rare', folds: false, meaning }
}

function bulk(category: EventCategory, type: EventType, meaning: string): ActionInfo {
  return { category, type, lane: 'bulk', folds: false, meaning }
}

function folding(category: EventCategory, type: EventType, meaning: string): ActionInfo {
  return { category, type, lane: 'bulk', folds: true, meaning }
}
