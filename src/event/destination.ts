/**
 * From this port on the kernel gives them to who asks for any (net.ipv4.ip_local_port_range, its default): clients have
 * those, servers take one below.
 */
export const FIRST_OF_CLIENTS = 32768

/** @param address of IPv4 or IPv6, as text */
export function isLoopback(address: string): boolean {
  return address === '::1' || address.startsWith('127.')
}

/** The fields that say where a use goes. */
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
  const isAnswer = ownPort !== '' && Number(ownPort) < FIRST_OF_CLIENTS && Number(port) >= FIRST_OF_CLIENTS
  return isAnswer || port === '' ? address : `${address}:${port}`
}
