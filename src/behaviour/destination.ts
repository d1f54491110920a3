import { all, anyOf, field, not, type Predicate } from '../ir/predicate.ts'
import { exists, isOne } from './field-test.ts'
import type { Parameter, Task, TaskHost } from './task.ts'

/** The names of a task's parameters of one kind. */
export function parametersOf(task: Task, kind: Parameter['kind']): string[] {
  return task.parameters.filter((each) => each.kind === kind).map(({ name }) => name)
}

/** The destination is one of these: hosts of the task, its parameters of kind host, `elsewhere`, `anywhere`, `loopback`. */
export function isAmong(names: readonly string[], task: Task): Predicate {
  return anyOf(...names.map((name) => isHost(name, task)))
}

/** A destination beyond this host that is none of these. What stays on loopback leaves by somebody's own send. */
export function isOtherThan(names: readonly string[], task: Task): Predicate {
  return names.length === 0 ? beyondLoopback : all(beyondLoopback, not(isAmong(names, task)))
}

function isHost(name: string, task: Task): Predicate {
  if (name === 'loopback') return loopback
  if (name === 'anywhere') return beyondLoopback
  if (name === 'elsewhere') return isOtherThan(declaredHosts(task), task)
  if (parametersOf(task, 'host').includes(name)) return isOne('detpack.destination.binding', [name])
  return anyOf(...task.hosts.filter((host) => host.name === name).map(isAt))
}

/** The hosts that a task declares, be it at the start of a run. */
export function declaredHosts(task: Task): string[] {
  return [...task.hosts.map(({ name }) => name), ...parametersOf(task, 'host')]
}

function isAt({ at }: TaskHost): Predicate {
  if (at.is === 'socket') return all(isOne('network.transport', ['unix']), isOne('destination.address', [at.path]))
  const inside = field('destination.ip', { is: 'cidr', network: at.network })
  return at.port === null ? inside : all(inside, field('destination.port', { is: 'number', value: at.port }))
}

export const loopback = anyOf(
  field('destination.ip', { is: 'cidr', network: '127.0.0.0/8' }),
  // As a text, because not every language has networks of IPv6.
  isOne('destination.address', ['::1']),
)

export const onNetwork = exists('destination.ip')

/** A socket of the network, and not one of this host only. */
export const beyondLoopback: Predicate = all(onNetwork, not(loopback))
