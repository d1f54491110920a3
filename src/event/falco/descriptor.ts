import type { TracedObject } from '../recording/descriptor.ts'
import { internetEndpoint, parseEndpoint, type Endpoint } from '../recording/node.ts'
import type { SocketEnds, ToldHost } from '../recording/told-host.ts'
import type { UsePart } from '../use-event.ts'
import type { FalcoAlert } from './alert.ts'

/** What `fd.*` tells of the descriptor that an event is about. */
export interface ToldDescriptor {
  readonly number: number | undefined
  readonly object: TracedObject
  readonly file: Partial<UsePart<'file'>> | undefined
  /** Where data goes to and comes from; of sockets. */
  readonly ends: SocketEnds | undefined
}

const KINDS: Readonly<Record<string, TracedObject['kind']>> = {
  f: 'file',
  file: 'file',
  d: 'directory',
  directory: 'directory',
  p: 'pipe',
  pipe: 'pipe',
  m: 'memfd',
  memfd: 'memfd',
  '4': 'socket',
  '6': 'socket',
  u: 'socket',
  ipv4: 'socket',
  ipv6: 'socket',
  ipv4serv: 'socket',
  ipv6serv: 'socket',
  unix: 'socket',
  pidfd: 'process',
}

/** Undefined where the alert does not tell, or where it is no object that carries data (eventfd, timerfd). */
export function descriptorOf(host: ToldHost, alert: FalcoAlert): ToldDescriptor | undefined {
  const name = alert.text('fd.name')
  const type = alert.first('fd.typechar', 'fd.type')
  const kind = KINDS[type ?? ''] ?? (type === undefined ? kindOfName(alert, name) : undefined)
  const number = alert.number('fd.num')
  switch (kind) {
    case undefined:
      return undefined
    case 'socket': {
      const ends = endsOf(alert, name)
      return { number, object: host.socket(ends), file: undefined, ends }
    }
    case 'file':
    case 'directory':
      if (name === undefined) return undefined
      return { number, object: host.file(name, 'kernel', kindOfPath(name, kind)), file: fileOf(alert), ends: undefined }
    case 'pipe':
    case 'memfd': {
      // Falco tells no number of a pipe's inode but in fd.ino.
      const inode = alert.text('fd.ino')
      const key = inode === undefined ? undefined : `${kind}:${inode}`
      const object = host.objects.shown({ kind, key, ...(kind === 'memfd' && name !== undefined && { path: name }) })
      return { number, object, file: undefined, ends: undefined }
    }
    case 'device':
    case 'process':
    case 'namespace':
    case 'other':
      return undefined
  }
}

function kindOfPath(path: string, kind: TracedObject['kind']): TracedObject['kind'] {
  if (path.startsWith('/memfd:')) return 'memfd'
  return path.startsWith('/dev/') && !path.startsWith('/dev/shm/') && kind === 'file' ? 'device' : kind
}

/** Without a type the other fields tell: addresses are of sockets, a path of a file. */
function kindOfName(alert: FalcoAlert, name: string | undefined): TracedObject['kind'] | undefined {
  if (alert.first('fd.rip', 'fd.sip', 'fd.cip', 'fd.l4proto') !== undefined) return 'socket'
  if (name === undefined) return undefined
  if (name.startsWith('/')) return 'file'
  return name.includes('->') ? 'socket' : undefined
}

function fileOf(alert: FalcoAlert): Partial<UsePart<'file'>> | undefined {
  const [inode, major, minor] = [alert.text('fd.ino'), alert.text('fd.dev.major'), alert.text('fd.dev.minor')]
  if (inode === undefined && major === undefined) return undefined
  return {
    ...(inode !== undefined && { inode }),
    ...(major !== undefined && minor !== undefined && { device: `${major}:${minor}` }),
  }
}

/**
 * Local and remote end. Falco tells them as such (`fd.lip`, `fd.rip`), as client and server (`fd.cip`, `fd.sip`), or in
 * the name: `192.0.2.1:4000->203.0.113.9:443`, the client first.
 */
function endsOf(alert: FalcoAlert, name: string | undefined): SocketEnds {
  const type = alert.first('fd.typechar', 'fd.type')
  const protocol = alert.text('fd.l4proto')
  const unix = type === 'u' || type === 'unix'
  const path = unix ? name?.replace(/^.*->\S* ?/, '') : undefined
  if (unix) {
    const remote = path === undefined || path === '' ? undefined : { address: path }
    return { transport: 'unix', family: 'unix', remote, local: undefined }
  }
  const named = name?.split('->').map(parseEndpoint) ?? []
  const client = endOf(alert, 'fd.cip', 'fd.cport') ?? named[0]
  const server = endOf(alert, 'fd.sip', 'fd.sport') ?? named[1] ?? (named.length === 1 ? named[0] : undefined)
  const serves = alert.text('fd.is_server') === 'true' || SERVER_CALLS.has(alert.text('evt.type') ?? '')
  const family = type === '6' || type === 'ipv6' ? 'inet6' : 'inet'
  return {
    transport: protocol !== undefined && protocol !== 'unknown' ? protocol : 'unknown',
    family,
    local: endOf(alert, 'fd.lip', 'fd.lport') ?? (serves ? server : client),
    remote: endOf(alert, 'fd.rip', 'fd.rport') ?? (serves ? client : server),
  }
}

const SERVER_CALLS: ReadonlySet<string> = new Set(['accept', 'accept4', 'listen', 'bind'])

function endOf(alert: FalcoAlert, address: string, port: string): Endpoint | undefined {
  const text = alert.text(address)
  const number = alert.number(port)
  return text === undefined ? undefined : internetEndpoint(text, number)
}
