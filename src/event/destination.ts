/**
 * From this port on the kernel gives them to who asks for any (net.ipv4.ip_local_port_range, its default): clients have
 * those, servers take one below.
 */
export const FIRST_OF_CLIENTS = 32768

/** From this port on who asks takes one at random itself (RFC 6056, 3.2); those below are for root. */
export const FIRST_AT_RANDOM = 1024

/** @param address of IPv4 or IPv6, as text */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** The fields that say where a use goes; of what is received the source is who sent it. */
export const DESTINATION_FIELDS = {
  address: 'destination.ip',
  port: 'destination.port',
  ownPort: 'source.port',
} as const
export type DestinationField = keyof typeof DESTINATION_FIELDS

/**
 * Where a use goes beyond this host: `ADDRESS:PORT`, of a server's answer the address of its client, whose ports are many.
 * Empty where it stays on this host, or says nothing of where it goes.
 *
 * @param read gives the texts of one field
 */
export function destinationOf(read: (field: DestinationField) => readonly string[]): string {
  const [address = ''] = read('address')
  if (address === '' || isLoopback(address)) return ''
  const [port = ''] = read('port')
  const [ownPort = ''] = read('ownPort')
  return isServed(ownPort, port) || port === '' ? address : `${address}:${port}`
}

/**
 * Whether what was received is what a client beyond this host asks a server for: it comes from a port of clients to one of
 * servers.
 *
 * @param read gives the texts of one field
 */
export function isFromClient(read: (field: DestinationField) => readonly string[]): boolean {
  const [address = ''] = read('address')
  const [port = ''] = read('port')
  const [from = ''] = read('ownPort')
  return address !== '' && !isLoopback(address) && isServed(port, from)
}

/** Whether the one port is a server's, and the other its client's. */
function isServed(server: string, client: string): boolean {
  return server !== '' && Number(server) < FIRST_OF_CLIENTS && Number(client) >= FIRST_OF_CLIENTS
}
