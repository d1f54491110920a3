import ipaddr from 'ipaddr.js'
import { parsePathPattern, type PathPattern } from '../../event/path-pattern.ts'
import { ResourceTable, type HomePattern } from '../../event/resource.ts'
import { parametersOf } from '../destination.ts'
import type { Task } from '../task.ts'
import { waysOf } from '../use.ts'
import { nounsOf } from './nouns.ts'
import type { SeenUse } from './use.ts'

/** What is expected of a subject before anything was learned of it. */
export interface Prior {
  /** A host that is declared, bound, or named in what the task was asked. */
  readonly isDestination: (use: SeenUse) => boolean
  /** An object that a grant is about, or that was named. */
  readonly isObject: (use: SeenUse) => boolean
  /** Names of the declared hosts, for people. */
  readonly hosts: readonly string[]
}

/** Of what nobody declared nothing is expected. */
export const NOTHING_EXPECTED: Prior = { isDestination: () => false, isObject: () => false, hosts: [] }

/**
 * The declaration of a task as what is normal: its hosts, what its grants are about, what was bound, and the paths and
 * addresses that its purpose, or what it was asked (`texts`), name.
 */
export function priorOf(task: Task, texts: readonly string[], homes: readonly HomePattern[]): Prior {
  const nouns = nounsOf([task.purpose, ...texts].join('\n'))
  const networks = [
    ...task.hosts.flatMap(({ at }) => (at.is === 'network' ? [{ network: networkOf(at.network), port: at.port }] : [])),
    ...nouns.addresses.map((address) => ({ network: networkOf(wholeNetwork(address)), port: null })),
  ]
  const bound = new Set(parametersOf(task, 'host').map((name) => `{${name}}`))
  const names = new Set(nouns.hosts)
  const named = table(nouns.paths, homes)
  const grants = task.grants.map(({ capabilities, on }) => ({
    actions: new Set<string>(waysOf(capabilities)),
    classes: on.classes === null ? null : new Set(on.classes.map(({ text }) => text)),
    parameters: new Set(on.parameters?.map(({ text }) => text) ?? []),
    paths:
      on.paths === null
        ? null
        : table(
            on.paths.map(({ pattern }) => written(pattern)),
            homes,
          ),
  }))
  return {
    hosts: task.hosts.map(({ name }) => name),
    isDestination: ({ destination, address, port, domain }) =>
      destination !== null &&
      (bound.has(destination) ||
        names.has(domain) ||
        networks.some((one) => isInside(address, port, one.network, one.port))),
    isObject: ({ capability, objectClass, path, binding }) =>
      named.classOf(path) !== undefined ||
      grants.some(
        ({ actions, classes, parameters, paths }) =>
          capability !== null &&
          actions.has(capability) &&
          (classes?.has(objectClass) === true || parameters.has(binding) || paths?.classOf(path) !== undefined),
      ),
  }
}

type Network = readonly [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number]

function networkOf(cidr: string): Network {
  return ipaddr.parseCIDR(cidr)
}

function wholeNetwork(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`
}

function isInside(address: string, port: string, [network, bits]: Network, wanted: number | null): boolean {
  if (!ipaddr.isValid(address) || (wanted !== null && String(wanted) !== port)) return false
  const parsed = ipaddr.process(address)
  return parsed.kind() === network.kind() && parsed.match([network, bits] as [typeof parsed, number])
}

/** Patterns of paths in the form that they are looked up in. */
function table(paths: readonly string[], homes: readonly HomePattern[]): ResourceTable {
  const patterns = paths.filter((path) => !('refused' in parsePathPattern(path)))
  return new ResourceTable([{ name: 'named', meaning: '', follow: false, paths: patterns, except: [] }], homes)
}

function written(pattern: PathPattern): string {
  if (pattern.kind === 'exact') return pattern.path
  if (pattern.name === null) return pattern.directory
  const name = pattern.name.kind === 'name' ? pattern.name.text : `*${pattern.name.text}`
  return `${pattern.directory ?? ''}**/${name}`
}
