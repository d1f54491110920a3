/** Whether a list of `IPAddressDeny=` denies every IPv4 and every IPv6 address. */
export function blocksEverything(list: readonly string[]): boolean {
  const every = new Set(list)
  return every.has('any') || (hasAll(every, '0.0.0.0/0') && hasAll(every, '::/0'))
}

function hasAll(list: ReadonlySet<string>, network: string): boolean {
  return list.has(network)
}

/** Whether a list of `IPAddressAllow=` names addresses of the host itself only. */
export function onlyLocal(list: readonly string[]): boolean {
  return list.every((one) => one === 'localhost' || one === '::1' || one.startsWith('127.') || one === '::1/128')
}
