/** Address families by name (bits/socket.h of glibc 2.36); `AF_UNSPEC` is none, and each family has one name. */
export const ADDRESS_FAMILIES: readonly string[] = [
  'AF_UNIX',
  'AF_INET',
  'AF_AX25',
  'AF_IPX',
  'AF_APPLETALK',
  'AF_NETROM',
  'AF_BRIDGE',
  'AF_ATMPVC',
  'AF_X25',
  'AF_INET6',
  'AF_ROSE',
  'AF_NETBEUI',
  'AF_SECURITY',
  'AF_KEY',
  'AF_NETLINK',
  'AF_PACKET',
  'AF_ASH',
  'AF_ECONET',
  'AF_ATMSVC',
  'AF_RDS',
  'AF_SNA',
  'AF_IRDA',
  'AF_PPPOX',
  'AF_WANPIPE',
  'AF_LLC',
  'AF_IB',
  'AF_MPLS',
  'AF_CAN',
  'AF_TIPC',
  'AF_BLUETOOTH',
  'AF_IUCV',
  'AF_RXRPC',
  'AF_ISDN',
  'AF_PHONET',
  'AF_IEEE802154',
  'AF_CAIF',
  'AF_ALG',
  'AF_NFC',
  'AF_VSOCK',
  'AF_KCM',
  'AF_QIPCRTR',
  'AF_SMC',
  'AF_XDP',
  'AF_MCTP',
]

const ALIASES: ReadonlyMap<string, string> = new Map([
  ['AF_LOCAL', 'AF_UNIX'],
  ['AF_FILE', 'AF_UNIX'],
  ['AF_ROUTE', 'AF_NETLINK'],
])

/** The family of a name, by the one name that it has here; undefined when there is no such family. */
export function addressFamily(word: string): string | undefined {
  const name = ALIASES.get(word) ?? word
  return ADDRESS_FAMILIES.includes(name) ? name : undefined
}
