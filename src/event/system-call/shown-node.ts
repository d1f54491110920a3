import { unquote } from './quoted.ts'
import { parseEndpoint, type Node } from '../recording/node.ts'
import type { DescriptorValue } from './value.ts'

const NAMESPACES: ReadonlySet<string> = new Set(['mnt', 'net', 'pid', 'user', 'uts', 'ipc', 'cgroup', 'time'])

/** Reads what stands between the angle brackets. */
export function parseNode(value: DescriptorValue): Node {
  const shown = value.shown
  if (shown.startsWith('/memfd:')) return { kind: 'memfd', key: undefined, path: shown }
  if (shown.startsWith('/')) return { kind: value.device ? 'device' : 'file', key: shown, path: shown }
  const colon = shown.indexOf(':')
  const name = colon < 0 ? shown : shown.slice(0, colon)
  const rest = colon < 0 ? '' : shown.slice(colon + 1)
  if (name === 'pid') return { kind: 'process', key: undefined, ...(/^\d{1,10}$/.test(rest) && { pid: Number(rest) }) }
  if (!rest.startsWith('[') || !rest.endsWith(']')) return { kind: 'other', key: undefined }
  const inside = rest.slice(1, -1)
  if (name === 'pipe') return { kind: 'pipe', key: shown }
  if (name === 'socket')
    return { kind: 'socket', key: `socket:${inside}`, socket: { transport: 'unknown', inode: inside } }
  if (NAMESPACES.has(name)) return { kind: 'namespace', key: shown }
  if (name.startsWith('UNIX')) return unixNode(inside)
  if (name === 'NETLINK') return plainSocket('netlink', inside)
  if (/^(?:TCP|UDP|UDPLITE|RAW|PING|SCTP|ICMP|DCCP|MPTCP)(?:v6)?$/.test(name)) return internetNode(name, inside)
  return { kind: 'other', key: undefined }
}

/** `123->456,"/run/x"`, `123,"/run/x"`, `123` */
function unixNode(inside: string): Node {
  const read = /^(\d{1,20})(?:->(\d{1,20}))?(?:,@?"((?:[^"\\]|\\.)*)")?/.exec(inside)
  if (!read) return { kind: 'socket', key: undefined, socket: { transport: 'unix' } }
  const [, inode = '', peer, path] = read
  return {
    kind: 'socket',
    key: `socket:${inode}`,
    socket: {
      transport: 'unix',
      inode,
      ...(peer !== undefined && { peer }),
      ...(path !== undefined && { local: { address: unquote(path) } }),
    },
  }
}

/** `123` before it is bound, `192.0.2.1:80` when it listens, `192.0.2.1:80->192.0.2.2:5000`, `[::1]:80->[::1]:5000` */
function internetNode(name: string, inside: string): Node {
  const transport = name.replace(/v6$/, '').toLowerCase()
  if (/^\d{1,20}$/.test(inside)) return plainSocket(transport, inside)
  const arrow = inside.indexOf('->')
  const local = parseEndpoint(arrow < 0 ? inside : inside.slice(0, arrow))
  const remote = arrow < 0 ? undefined : parseEndpoint(inside.slice(arrow + 2))
  return {
    kind: 'socket',
    key: undefined,
    socket: { transport, ...(local && { local }), ...(remote && { remote }) },
  }
}

function plainSocket(transport: string, inside: string): Node {
  const inode = /(\d{1,20})$/.exec(inside)?.[1]
  if (inode === undefined || transport === 'netlink') return { kind: 'socket', key: undefined, socket: { transport } }
  return { kind: 'socket', key: `socket:${inode}`, socket: { transport, inode } }
}
