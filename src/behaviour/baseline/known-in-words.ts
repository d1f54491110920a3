import type { Task, TaskHost } from '../task.ts'
import { entriesOf, type Baseline, type Destination, type SetName } from './baseline.ts'

/** So many entries of a set are named in an alert. */
const NAMED = 6

/**
 * What a baseline has in a set, for people: hosts by the names that the task declares. Those without one are counted, since
 * what a rule says is shipped, and an address in it tells of the network (Splunk's AppInspect refuses that).
 */
export function knownInWords(baseline: Baseline, set: SetName, task: Task): string {
  const all = entries(baseline, set, task)
  const named = [...new Set(all.filter((entry) => entry !== null))]
  const nameless = all.filter((entry) => entry === null).length
  const more = nameless + Math.max(named.length - NAMED, 0)
  if (all.length === 0) return `which has no ${set}`
  if (named.length === 0) return `which has ${set} to no host that is declared: ${nameless}`
  return `which has as ${set}: ${named.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** Null: a host without a name. */
function entries(baseline: Baseline, set: SetName, task: Task): readonly (string | null)[] {
  if (set === 'destinations') return baseline.destinations.map((to) => hostName(to, task))
  if (set !== 'flows') return entriesOf(baseline, set)
  return baseline.flows.map(({ objectClass, to }) => {
    const name = hostName(to, task)
    return name === null ? null : `${objectClass} > ${name}`
  })
}

function hostName(to: Destination, { hosts }: Task): string | null {
  if (to.kind === 'bound') return `{${to.parameter}}`
  return hosts.find((host) => isHost(host, to))?.name ?? null
}

function isHost({ at }: TaskHost, { address, port }: Extract<Destination, { kind: 'host' }>): boolean {
  if (at.is !== 'network' || (at.port !== null && at.port !== port)) return false
  return at.network === `${address}/${address.includes(':') ? 128 : 32}`
}
