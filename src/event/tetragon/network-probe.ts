import { socketFamily, socketType } from '../system-call/flag-name.ts'
import type { TracedObject } from '../recording/descriptor.ts'
import type { SocketEnds } from '../recording/told-host.ts'
import type { Use } from '../recording/use.ts'
import { Arguments } from './argument.ts'
import { tell, type Probe, type ProbeHandler } from './probe.ts'

/** Functions on sockets: what each was used for. */
export const NETWORK_PROBES: readonly (readonly [names: string, handler: ProbeHandler])[] = [
  [
    'tcp_connect tcp_v4_connect tcp_v6_connect ip4_datagram_connect ip6_datagram_connect security_socket_connect sys_connect unix_stream_connect',
    (probe) => outward(probe, 'network_connect'),
  ],
  ['inet_csk_accept security_socket_accept sys_accept sys_accept4', accept],
  ['inet_csk_listen_start inet_listen security_socket_listen sys_listen', listen],
  [
    'tcp_sendmsg tcp_sendmsg_locked udp_sendmsg udpv6_sendmsg sock_sendmsg security_socket_sendmsg sys_sendto sys_sendmsg',
    (probe) => outward(probe, 'network_send'),
  ],
  [
    'tcp_recvmsg udp_recvmsg udpv6_recvmsg sock_recvmsg security_socket_recvmsg sys_recvfrom sys_recvmsg tcp_cleanup_rbuf',
    receive,
  ],
  ['security_socket_create sys_socket __sock_create', create],
]

function ofSocket(probe: Probe, ends: SocketEnds | undefined): { object?: TracedObject; unknown?: readonly string[] } {
  return ends === undefined ? { unknown: ['detpack.object.id'] } : { object: probe.host.socket(ends) }
}

/** What was moved, where the function says so; else what it was asked to move. */
function bytesOf({ args, returned }: Probe): number | undefined {
  return returned === undefined ? (args.size ?? args.numbers.at(-1)) : Math.max(0, returned)
}

function outward(probe: Probe, action: 'network_connect' | 'network_send'): void {
  const { args } = probe
  const ends = args.socket
  tell(probe, {
    action,
    ...ofSocket(probe, ends),
    from: ends?.local,
    to: args.address ?? ends?.remote,
    inward: false,
    ...(action === 'network_send' && { bytes: bytesOf(probe) }),
  })
}

function receive(probe: Probe): void {
  const ends = probe.args.socket
  const use: Use = { action: 'network_receive', from: ends?.remote, to: ends?.local, inward: true }
  tell(probe, { ...use, ...ofSocket(probe, ends), bytes: bytesOf(probe) })
}

/** The connection is what the function gives back; before that only the listening socket is known. */
function accept(probe: Probe): void {
  const { args, returnedArgument } = probe
  const ends = (returnedArgument && new Arguments([returnedArgument]).socket) ?? args.socket
  tell(probe, { action: 'network_accept', ...ofSocket(probe, ends), from: ends?.remote, to: ends?.local, inward: true })
}

function listen(probe: Probe): void {
  const ends = probe.args.socket
  tell(probe, { action: 'network_listen', ...ofSocket(probe, ends), to: ends?.local, inward: true })
}

function create(probe: Probe): void {
  const [family, type] = probe.args.numbers
  tell(probe, {
    action: 'descriptor_create',
    detpack: {
      object: { kind: 'socket' },
      socket: {
        ...(family !== undefined && { family: socketFamily(family).replace('AF_', '').toLowerCase() }),
        ...(type !== undefined && { type: socketType(type).replace(/\|.*$/, '').replace('SOCK_', '').toLowerCase() }),
      },
    },
    unknown: ['detpack.object.id'],
  })
}
