import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { checkChains } from './check-chain.ts'
import { checkContradictions } from './contradiction.ts'
import { joiningOf } from './joining.ts'
import type { Surroundings } from './surroundings.ts'
import { deniesOthers, type Condition, type Grant, type Task, type Word } from './task.ts'
import { KNOWN_BY_NAME } from './without-other.ts'

/**
 * What is wrong with a task although each word of it can be read: it grants everything, its grants contradict each
 * other, a chain cannot happen, something is declared for nothing, or a draft was not finished.
 */
export function checkTask(task: Task, around: Surroundings): Diagnostic[] {
  return [
    ...checkBreadth(task, around),
    ...checkContradictions(task),
    ...checkChains(task),
    ...checkUnused(task),
    ...checkUnbound(task),
    ...checkIdentity(task, around),
    ...task.todo.map(({ text, span }) =>
      warning('behaviour/todo', `"${task.name}" is not finished: ${text}`, span, {
        hint: 'decide, write it into the grants, and take the line out',
      }),
    ),
  ]
}

/**
 * A task that may take any secret and send it anywhere tells nothing apart (`behaviour/grants-everything`), be it by several
 * grants, nor does one without conditions that lets be what it does not grant. A single grant that is as wide is a warning
 * (`behaviour/broad-grant`), unless it names a host that is every host, which says why. A condition that every host fulfils
 * is none.
 */
function checkBreadth(task: Task, { followed }: Surroundings): Diagnostic[] {
  const free = task.grants.filter(({ conditions }) => conditions.every((one) => holdsAlways(one, task)))
  const takings = free.filter((grant) => grant.capabilities.includes('file_read') && takesWhole(grant))
  const reads = takings.filter((grant) => takesAll([grant], followed))
  const sends = free.filter((grant) => grant.capabilities.includes('network_send') && reachesAll(grant, task))
  const hint = 'narrow "on", or say where it may go: only_to, unless'
  const [read] = takesAll(takings, followed) ? [...reads, ...takings] : []
  const [send] = sends
  if (read !== undefined && send !== undefined) {
    const notes = [{ message: 'and may send it anywhere', span: send.span }]
    const message = `"${task.name}" grants everything: it may take any classed object`
    return [error('behaviour/grants-everything', message, read.span, { hint, notes })]
  }
  if (
    !deniesOthers(task) &&
    task.holder.kind !== 'undeclared' &&
    task.grants.every((one) => one.conditions.length === 0)
  ) {
    const message = `"${task.name}" grants everything: what it does not grant is let be, and no grant has a condition`
    return [error('behaviour/grants-everything', message, task.span, { hint: 'leave "otherwise: allow" out' })]
  }
  const unnamed = sends.filter(({ on }) => on.hosts === null || on.hosts.some(isAnywhere))
  return [...reads, ...unnamed].map((grant) => {
    const what = grant.capabilities.includes('file_read') ? 'objects of every class' : 'every host'
    return warning('behaviour/broad-grant', `"${grant.id}" is about ${what}, without a condition`, grant.span, { hint })
  })
}

/** Whatever object of its classes. */
function takesWhole({ on: { paths, parameters, hosts, kinds } }: Grant): boolean {
  return paths === null && hosts === null && parameters === null && (kinds === null || kinds.includes('file'))
}

function takesAll(grants: readonly Grant[], followed: readonly string[]): boolean {
  const isTaken = (name: string): boolean =>
    grants.some(({ on: { classes } }) => classes === null || classes.some(({ text }) => text === name))
  return grants.length > 0 && followed.every(isTaken)
}

function reachesAll({ on }: Grant, task: Task): boolean {
  const { hosts, ...rest } = on
  const whole = Object.values(rest).every((each) => each === null)
  return whole && (hosts === null || isEverywhere(hosts, task))
}

function holdsAlways(condition: Condition, task: Task): boolean {
  return condition.kind === 'only_to' && isEverywhere(condition.hosts, task)
}

/** Half of all addresses is as good as all. */
function isEverywhere(hosts: readonly Word[], task: Task): boolean {
  return hosts.some(
    (host) =>
      isAnywhere(host) ||
      task.hosts.some(
        ({ name, at }) => name === host.text && at.is === 'network' && Number(at.network.split('/')[1] ?? 32) < 2,
      ),
  )
}

function isAnywhere({ text }: Word): boolean {
  return text === 'anywhere'
}

/** Only a launcher binds parameters (`behaviour/unbound`): grants about them never apply to a unit, or where nothing is declared. */
function checkUnbound({ name, holder, parameters }: Task): Diagnostic[] {
  if (holder.kind === 'label') return []
  return parameters.map((parameter) => {
    const message = `nobody binds "${parameter.name}": no launcher starts the processes of "${name}"`
    const hint = 'write the path or host itself, or make it a task that "detpack run --bind" starts'
    return error('behaviour/unbound', message, parameter.span, { hint })
  })
}

/**
 * Conditions about one object of uses whose object may be known by its name alone (`behaviour/by-name`): nothing is told of
 * those. `only_after`, `only_before` and `or_after` join them by the name.
 */
function checkIdentity(task: Task, { followed }: Surroundings): Diagnostic[] {
  return task.grants.flatMap(({ id, capabilities, conditions, on }) => {
    const named = capabilities.filter((each) => KNOWN_BY_NAME.includes(each))
    if (named.length === 0) return []
    const isByObject = (condition: Condition): boolean => {
      if (condition.kind === 'at_most') return condition.of === 'objects' || condition.by === 'object'
      if (condition.kind === 'only_to') return joiningOf(null, on, task, followed) === 'object'
      return condition.kind === 'unless' && joiningOf(condition.by, on, task, followed) === 'object'
    }
    return conditions.filter(isByObject).map(({ span }) => {
      const message = `"${id}" is about one object, and of ${named.join(', ')} the object may be known by its name alone`
      const hint = 'let another grant say it of these, by: run, or count uses'
      return warning('behaviour/by-name', message, span, { hint })
    })
  })
}

/** Hosts and parameters that no grant names, and `only_to` hosts that the task may not send to. */
function checkUnused(task: Task): Diagnostic[] {
  const named = new Set(task.grants.flatMap(wordsOf).map(({ text }) => text))
  const elsewhere = named.has('elsewhere')
  const diagnostics: Diagnostic[] = []
  for (const { name, span } of [...task.hosts, ...task.parameters.filter(({ kind }) => kind !== 'text')]) {
    if (named.has(name) || (elsewhere && task.hosts.some((host) => host.name === name))) continue
    diagnostics.push(warning('behaviour/unused', `"${task.name}" declares "${name}", and no grant names it`, span))
  }
  const reached = new Set(
    task.grants
      .filter(({ capabilities }) => capabilities.includes('network_send'))
      .flatMap(({ on }) => on.hosts?.map(({ text }) => text) ?? ['anywhere']),
  )
  if (reached.has('anywhere')) return diagnostics
  for (const { conditions } of task.grants) {
    for (const host of conditions.flatMap((one) => (one.kind === 'only_to' ? one.hosts : []))) {
      if (reached.has(host.text) || host.text === 'loopback') continue
      const hint = 'grant network_send to it, or take it out'
      const message = `it may go to "${host.text}", and "${task.name}" may not send there`
      diagnostics.push(warning('behaviour/unreachable-host', message, host.span, { hint }))
    }
  }
  return diagnostics
}

function wordsOf({ on, conditions, orAfter }: Grant): readonly Word[] {
  const of = (target: Grant['on'] | null): readonly Word[] =>
    target === null ? [] : [...(target.hosts ?? []), ...(target.parameters ?? []), ...(target.except ?? []).flatMap(of)]
  const inside = (condition: Condition): readonly Word[] => {
    if (condition.kind === 'only_to') return condition.hosts
    return 'on' in condition ? of(condition.on) : []
  }
  return [...of(on), ...of(orAfter?.on ?? null), ...conditions.flatMap(inside)]
}
