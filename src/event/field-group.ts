/** Fields that go together, for the tables that say how far a source reaches. A name stands for all below it. */

/** On each event, whoever wrote it. */
export const ENVELOPE = [
  '@timestamp',
  'ecs.version',
  'event.id',
  'event.sequence',
  'event.kind',
  'event.dataset',
  'event.action',
  'event.category',
  'event.type',
  'event.outcome',
  'event.provider',
  'host.id',
  'host.name',
  'host.boot.id',
  'process.entity_id',
  'process.pid',
  'detpack.sensor.run',
  'detpack.late',
  'detpack.use.count',
  'detpack.process.image',
  'detpack.route',
] as const

/** Whoever imports says for which task a recording was made. */
export const TASK = ['detpack.task', 'gen_ai.agent'] as const

const BIND = '--bind NAME=VALUE at the import, for each parameter of the task'

export const TASK_ASKED = {
  'detpack.task': '--task NAME at the import, since the source knows no tasks',
  'gen_ai.agent': '--agent NAME at the import, since the source knows no agents',
  'detpack.object.binding': BIND,
  'detpack.source.object.binding': BIND,
  'detpack.destination.binding': BIND,
} as const

/** On each event that is imported. */
export const IMPORTED = ['detpack.resources.digest', 'detpack.unknown'] as const

const NO_SENSOR = 'an import has no sensor of its own to report on'
/** Why nobody who imports says what the sensor says of itself. */
export const OF_SENSOR_ITSELF = {
  'detpack.clock.error': NO_SENSOR,
  'detpack.clock.offset': NO_SENSOR,
  'detpack.health': NO_SENSOR,
  'detpack.loss.memory': NO_SENSOR,
  'detpack.pack': NO_SENSOR,
  'detpack.sensor.before': NO_SENSOR,
  'detpack.sensor.coverage': NO_SENSOR,
  'detpack.sensor.programs': NO_SENSOR,
  'detpack.sensor.version': NO_SENSOR,
} as const

/** What is known once events of the sensor and the log of an agent are joined. */
export const JOINED = ['gen_ai.tool', 'detpack.tool.call', 'detpack.tool.view'] as const
export const NOT_JOINED = '"detpack join" says it, of what the sensor saw and the log of an agent'

export const OF_SENSOR = { ...OF_SENSOR_ITSELF, 'gen_ai.tool': NOT_JOINED, 'detpack.tool': NOT_JOINED } as const

export const PROGRAM = ['process.name', 'process.executable'] as const
export const PARENT = [
  'process.parent.entity_id',
  'process.parent.pid',
  'process.parent.name',
  'process.parent.executable',
] as const
export const START = ['process.start', 'process.parent.start'] as const
export const FLOW = [
  'detpack.flow.object.id',
  'detpack.flow.object.class',
  'detpack.flow.age',
  'detpack.flow.overflow',
] as const

/** What has a path may be bound to a parameter of the task. */
export const PATH = [
  'file.path',
  'file.name',
  'file.directory',
  'file.extension',
  'file.type',
  'detpack.object.binding',
] as const
export const INODE = ['file.inode', 'file.device', 'file.mode', 'file.uid', 'file.gid'] as const
export const OBJECT = ['detpack.object.id', 'detpack.object.kind', 'detpack.object.identity'] as const
export const CLASS = 'detpack.object.class'
export const DESCRIPTION = [
  'detpack.description.id',
  'detpack.descriptor.number',
  'detpack.descriptor.flags',
  'detpack.descriptor.origin',
  'detpack.descriptor.opened_by',
  'detpack.descriptor.opened_at',
] as const
export const GIVER = 'detpack.descriptor.from'
export const RACED = [
  'detpack.descriptor.raced',
  'detpack.descriptor.candidates',
  'detpack.descriptor.truncated',
] as const
export const SOURCE = [
  'detpack.source.object.id',
  'detpack.source.object.kind',
  'detpack.source.object.class',
  'detpack.source.object.path',
  'detpack.source.object.binding',
  'detpack.source.description.id',
  'detpack.source.descriptor.number',
] as const
export const BYTES = 'detpack.use.bytes'

export const DESTINATION = [
  'destination.address',
  'destination.ip',
  'destination.port',
  'detpack.destination.binding',
] as const
export const ORIGIN = ['source.address', 'source.ip', 'source.port'] as const
export const NETWORK = ['network.transport', 'network.type', 'network.direction'] as const
export const SOCKET = ['detpack.socket.family', 'detpack.socket.type'] as const
export const PEER = ['detpack.peer.entity_id', 'detpack.peer.pid', 'detpack.peer.name', 'detpack.peer.task.id'] as const

export const ARGUMENTS = ['process.args', 'process.args_count', 'process.command_line'] as const
export const TARGET = [
  'detpack.object.process.pid',
  'detpack.object.process.entity_id',
  'detpack.object.process.name',
  'detpack.object.process.executable',
] as const
export const LINUX_CAPABILITIES = [
  'process.thread.capabilities.effective',
  'process.thread.capabilities.permitted',
] as const
export const USER_CHANGE = ['user.effective.id', 'user.changes.id'] as const
export const MEMORY = ['detpack.memory.protection', 'detpack.memory.shared'] as const
