import ipaddr from 'ipaddr.js'
import { ResourceTable } from '../resource.ts'
import type { OwnUses } from '../tool/tool.ts'
import type { SeenUse } from './seen-use.ts'

/** Says of uses whether they are what an agent is known to do by itself. */
export function ownUses({ paths, hosts }: OwnUses, homes: readonly string[]): (use: SeenUse) => boolean {
  const files = new ResourceTable([{ name: 'own', meaning: '', follow: false, paths, except: [] }], homes)
  const networks = hosts.map((host) =>
    ipaddr.parseCIDR(host.includes('/') ? host : `${host}/${host.includes(':') ? 128 : 32}`),
  )
  return ({ action, path, source, ip }) => {
    if (action.startsWith('network_')) return source === undefined && ip !== undefined && isWithin(ip, networks)
    return path !== undefined && files.classOf(path) !== undefined
  }
}

function isWithin(ip: string, networks: readonly ReturnType<typeof ipaddr.parseCIDR>[]): boolean {
  if (!ipaddr.isValid(ip)) return false
  const address = ipaddr.parse(ip)
  return networks.some((network) => address.kind() === network[0].kind() && address.match(network))
}
