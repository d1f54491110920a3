import { exactText, fieldReader, type JsonObject } from '../../../event/field.ts'

/** One use of a capability in a person's words. Texts come from events: print them through `printable`. */
export interface UseInWords {
  /** `python3[812]` */
  readonly who: string
  readonly verb: string
  /** What it was done to, and by which way. */
  readonly what: string
  /** Class of the object, or empty. */
  readonly objectClass: string
  /** Where the descriptor came from, when that is not simply "opened by this process". */
  readonly lineage: string
}

const VERBS: Readonly<Record<string, string>> = {
  file_open: 'opened',
  file_read: 'read',
  file_write: 'wrote',
  file_create: 'created',
  file_delete: 'deleted',
  file_rename: 'renamed',
  file_attribute: 'changed',
  file_map: 'mapped',
  process_exec: 'ran',
  process_fork: 'forked',
  process_signal: 'signalled',
  process_inspect: 'inspected',
  network_connect: 'connected to',
  network_accept: 'accepted',
  network_listen: 'listened',
  network_send: 'sent',
  network_receive: 'received',
  descriptor_create: 'made',
  descriptor_duplicate: 'duplicated',
  descriptor_send: 'passed',
  descriptor_receive: 'was passed',
  descriptor_take: 'took',
  memory_exec: 'made executable',
  privilege_use: 'used',
  privilege_change: 'changed',
  namespace_change: 'entered',
  mount: 'mounted',
  module_load: 'loaded',
  bpf_use: 'used BPF',
  audit_change: 'changed auditing',
  tool_call: 'called',
}

/** Words for one event; an event that is not a capability use is told by its action or its first fields. */
export function useInWords(event: JsonObject): UseInWords {
  const get = (name: string): string => fieldReader(name)(event).map(exactText).join(',')
  const action = get('event.action')
  const pid = get('process.pid')
  const name = get('process.name') || get('process.executable') || 'process'
  return {
    who: pid === '' ? name : `${name}[${pid}]`,
    verb: verbOf(action, get) ?? (action === '' ? 'did' : action.replaceAll('_', ' ')),
    what: what(action, get) || firstFields(event),
    objectClass: get('detpack.object.class') || get('detpack.source.object.class'),
    lineage: join(lineage(get), ofCall(get)),
  }
}

type Get = (name: string) => string

function verbOf(action: string, get: Get): string | undefined {
  return action === 'network_listen' && /bind$/i.test(get('detpack.syscall')) ? 'bound' : VERBS[action]
}

function what(action: string, get: Get): string {
  const path = get('file.path')
  const descriptor = get('detpack.descriptor.number')
  const bytes = get('detpack.use.bytes')
  const amount = bytes === '' ? '' : `${bytes} B`
  switch (action) {
    case 'file_open':
      return join(path, get('detpack.descriptor.flags').replaceAll(',', '|'), descriptor && `-> fd ${descriptor}`)
    case 'file_write':
      return join(amount, source(get), 'to', path || nameless(get), by(descriptor))
    case 'file_read':
      return join(amount, 'from', path || nameless(get), by(descriptor))
    case 'network_receive':
      return join(amount, 'from', sender(get) || peer(get) || nameless(get), by(descriptor))
    case 'network_send':
      return join(amount, source(get), '->', peer(get) || nameless(get), route(get), by(descriptor))
    case 'network_connect':
    case 'network_accept':
    case 'network_listen':
      return join(peer(get), by(descriptor))
    case 'descriptor_send':
    case 'descriptor_receive':
      return join(
        path || get('detpack.object.kind'),
        by(descriptor),
        over(get, action === 'descriptor_send' ? 'to' : 'from'),
      )
    case 'process_exec':
      return join(get('process.executable'), get('process.command_line') || get('process.args').replaceAll(',', ' '))
    case 'process_inspect':
    case 'process_signal':
    case 'descriptor_take':
      return join(get('detpack.object.process.name'), get('detpack.object.process.pid'), get('detpack.signal'), path)
    case 'file_rename':
      return join(get('detpack.file.previous_path'), '->', path)
    case 'mount':
      return join(get('detpack.mount.source'), get('detpack.mount.type'), path && `on ${path}`)
    case 'tool_call':
      return join(get('gen_ai.tool.name'), server(get), unseen(get))
    case 'namespace_change':
      return join(get('detpack.namespace.kind'), 'namespace')
    case 'descriptor_duplicate':
      return join(path || nameless(get), by(descriptor))
    default:
      return join(path, by(descriptor), get('detpack.syscall') && `(${get('detpack.syscall')})`)
  }
}

function server(get: Get): string {
  const name = get('detpack.tool.server')
  return name === '' ? '' : `of ${name}`
}

/** What a call says and the sensor did not see. */
function unseen(get: Get): string {
  const uses = get('detpack.tool.unseen')
  return uses === '' ? '' : `not seen: ${uses}`
}

/** How a use stands to the calls of tools, where both were joined. */
function ofCall(get: Get): string {
  const name = get('gen_ai.tool.name')
  switch (get('detpack.tool.view')) {
    case 'claimed':
      return `as ${name} was called to`
    case 'within':
      return `while ${name} ran`
    case 'beyond':
      return `beyond the call of ${name}`
    case 'unclaimed':
      return 'no tool was called'
    default:
      return ''
  }
}

function peer(get: Get): string {
  const address = get('destination.domain') || get('destination.ip') || get('destination.address')
  const port = get('destination.port')
  if (address !== '') return port === '' ? address : `${address}:${port}`
  const own = get('source.ip')
  return own === '' ? '' : join(own, get('source.port')).replace(' ', ':')
}

/** Who sent what was received: the source. */
function sender(get: Get): string {
  const [address, port] = [get('source.ip'), get('source.port')]
  return port === '' ? address : `${address}:${port}`
}

/** What has no path: a pipe, or the process at the other end of a socket. */
function nameless(get: Get): string {
  const pid = get('detpack.peer.pid')
  if (pid !== '') return `${get('detpack.peer.name')}[${pid}]`
  const kind = get('detpack.object.kind')
  return kind === 'pipe' ? 'a pipe' : kind
}

/** The socket that a descriptor was passed over, or who is at its other end, where the event names one of them. */
function over(get: Get, way: 'to' | 'from'): string {
  const address = get('destination.address') || get('source.address')
  if (address !== '') return `over ${address}`
  const pid = get('detpack.peer.pid')
  return pid === '' ? '' : `${way} ${get('detpack.peer.name')}[${pid}]`
}

function source(get: Get): string {
  const path = get('detpack.source.object.path')
  return path === '' ? '' : `of ${path}`
}

function route(get: Get): string {
  const way = get('detpack.route')
  return way === '' || way === 'syscall' ? '' : `by ${way}`
}

function by(descriptor: string): string {
  return descriptor === '' ? '' : `fd ${descriptor}`
}

function lineage(get: Get): string {
  const origin = get('detpack.descriptor.origin')
  return origin === '' || origin === 'opened' ? '' : `descriptor ${origin}`
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ')
}

/** For events of other sources: the first few plain fields, so that the line says something. */
function firstFields(event: JsonObject): string {
  return Object.entries(event)
    .flatMap(([key, value]) =>
      typeof value === 'object' || key.endsWith('timestamp') ? [] : [`${key}=${String(value)}`],
    )
    .slice(0, 4)
    .join(' ')
    .slice(0, 200)
}
