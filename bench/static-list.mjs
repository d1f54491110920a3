// What people have today: a list that says of each use by itself whether it is allowed, made of what the task is granted.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { parse } from 'yaml'

/** Uses that such lists are about. */
const GOVERNED = /^(?:file_(?:read|map|write|create|delete|rename|attribute)|network_(?:connect|send|listen))$/
const AS = { file_map: 'file_read', network_connect: 'network_send' }

/**
 * @param by `capabilities`: which may be used at all; `objects`: on which classes and with which hosts
 * @returns of the events of a run those that are not allowed, each as an alert
 */
export function staticList(root, by) {
  const lists = new Map()
  const listOf = (name) => {
    const known = lists.get(name)
    if (known !== undefined) return known
    const task = parse(readFileSync(path.join(root, `rules/tasks/${name}.yml`), 'utf8'))
    const allowed = task.grants.flatMap((grant) =>
      [grant.capability].flat().map((capability) => ({ ...grant, capability })),
    )
    const hosts = new Map(
      (task.hosts ?? []).map((host) => [host.name, host.socket ?? `${host.network.split('/')[0]}:${host.port}`]),
    )
    const list = { allowed, hosts }
    lists.set(name, list)
    return list
  }
  return (name, events) =>
    events
      .filter((event) => isGoverned(event) && !isAllowed(event, listOf(name), by))
      .map((event) => ({ events: [event], time: Date.parse(event['@timestamp']) }))
}

function isGoverned({ event, detpack, destination }) {
  if (!GOVERNED.test(event.action) || event.outcome === 'failure') return false
  if (event.action.startsWith('file_')) return detpack.object?.class !== undefined
  return destination?.ip !== undefined && !destination.ip.startsWith('127.')
}

function isAllowed({ event, detpack, destination }, { allowed, hosts }, by) {
  const capability = AS[event.action] ?? event.action
  const granted = allowed.filter((grant) => grant.capability === capability)
  if (by === 'capabilities') return granted.length > 0
  return granted.some(({ on }) =>
    capability.startsWith('file_')
      ? (on.class ?? []).includes(detpack.object.class)
      : // What is bound when a run starts a list cannot say: any host.
        (on.hosts ?? []).some(
          (host) => !hosts.has(host) || hosts.get(host) === `${destination.ip}:${destination.port}`,
        ),
  )
}
