import ipaddr from 'ipaddr.js'
import { isAmong, loopback } from '../../behaviour/destination.ts'
import { parametersOf } from '../../behaviour/destination.ts'
import type { Task } from '../../behaviour/task.ts'
import type { JsonObject } from '../../event/field.ts'
import { asked } from './asked.ts'

/** A destination as an event has it, and whose it is. */
export interface SampleHost {
  /** Hosts of the task that it is of, also those bound at the start of a run; of none: elsewhere. */
  readonly hosts: readonly string[]
  readonly fields: JsonObject
}

/** Documentation addresses (RFC 5737, RFC 3849): tried first for a host that nobody declared. */
const UNDECLARED = ['203.0.113.99', '198.51.100.99', '192.0.2.99', '2001:db8::99']
const UNDECLARED_PORT = 4443

/**
 * Destinations beyond this host that meet the hosts of a task in every way: what lies in which networks changes only at the
 * first and behind the last address of each, and of ports only those that are named are told from others.
 */
export function sampleHosts(task: Task): SampleHost[] {
  const names = task.hosts.filter(({ at }) => at.is === 'network').map(({ name }) => name)
  const networks = task.hosts.flatMap(({ at }) => (at.is === 'network' ? [at] : []))
  const ports = [...new Set([UNDECLARED_PORT, ...networks.flatMap(({ port }) => port ?? [])])]
  const addresses = [...new Set([...UNDECLARED, ...networks.flatMap(({ network }) => edges(network))])]
  const matched = asked([...names.map((name) => isAmong([name], task)), loopback])
  const found = new Map<string, SampleHost>()
  for (const ip of addresses) {
    for (const port of ports) {
      const fields = { 'destination.ip': ip, 'destination.address': ip, 'destination.port': port }
      const places = matched(fields)
      const key = places.join(' ')
      if (places.includes(names.length) || found.has(key)) continue
      found.set(key, { hosts: places.flatMap((place) => names[place] ?? []), fields })
    }
  }
  const bound = parametersOf(task, 'host').flatMap((name) =>
    [...found.values()].map(({ hosts, fields }) => ({
      hosts: [...hosts, name],
      fields: { ...fields, 'detpack.destination.binding': [name] },
    })),
  )
  return [...found.values(), ...bound]
}

/** The first and last address of a network, and those beside it. */
function edges(network: string): string[] {
  const [address, bits] = ipaddr.parseCIDR(network)
  const bytes = address.toByteArray()
  const free = bytes.map((_, at) => 0xff >> Math.min(8, Math.max(0, bits - 8 * at)))
  const first = bytes.map((byte, at) => byte & ~(free[at] ?? 0))
  const last = bytes.map((byte, at) => byte | (free[at] ?? 0))
  return [first, last, beside(first, -1), beside(last, 1)].flatMap((each) => (each === null ? [] : textOf(each)))
}

/** The address before or after; null at the end of all. */
function beside(bytes: readonly number[], step: 1 | -1): number[] | null {
  const next = [...bytes]
  for (let at = next.length - 1; at >= 0; at--) {
    const sum = (next[at] ?? 0) + step
    next[at] = sum & 0xff
    if (sum === next[at]) return next
  }
  return null
}

function textOf(bytes: number[]): string {
  return ipaddr.fromByteArray(bytes).toString()
}
