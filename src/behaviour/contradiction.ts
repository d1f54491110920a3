import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { formatDuration } from '../ir/duration.ts'
import type { Capability, Condition, Grant, Task } from './task.ts'
import { mayUse, waysOf } from './use.ts'

type OnlyTo = Extract<Condition, { kind: 'only_to' }>

/** Grants that cannot hold, alone or together (`behaviour/contradiction`), or that can never apply. */
export function checkContradictions(task: Task): Diagnostic[] {
  return [...task.grants.flatMap((grant) => checkGrant(grant, task)), ...checkPairs(task), ...checkOrder(task)]
}

function checkGrant(grant: Grant, task: Task): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const condition of grant.conditions) {
    if (condition.kind !== 'at_most' || condition.count > 0) continue
    const message = `"${grant.id}" may be used at most 0 times`
    diagnostics.push(error('behaviour/contradiction', message, condition.span, { hint: 'take the grant out' }))
  }
  const network = grant.capabilities.every((each) => each.startsWith('network_'))
  const { hosts, classes, paths } = grant.on
  if (hosts !== null && !grant.capabilities.some((each) => each.startsWith('network_'))) {
    const message = `"${grant.id}" never applies: ${grant.capabilities.join(', ')} has no destination`
    diagnostics.push(
      error('behaviour/never-applies', message, hosts[0]?.span ?? grant.span, {
        hint: 'say where it may go by only_to',
      }),
    )
  }
  if (network && ((classes?.length ?? 0) > 0 || paths !== null)) {
    const message = `"${grant.id}" never applies: what the network is used on has no class and no path`
    const hint = 'grant file_read on the class or path, with only_to'
    diagnostics.push(error('behaviour/never-applies', message, classes?.[0]?.span ?? grant.span, { hint }))
  }
  for (const capability of grant.capabilities) {
    const whole = Object.values(grant.on).every((each) => each === null)
    if (!task.deny.includes(capability) || !whole || grant.conditions.length > 0) continue
    const message = `"${task.name}" denies ${capability}, and "${grant.id}" grants every use of it`
    diagnostics.push(error('behaviour/contradiction', message, grant.span, { hint: 'take one of them out' }))
  }
  return diagnostics
}

/** The conditions of every grant hold for a use that falls under several: places that exclude each other leave none. */
function checkPairs({ grants }: Task): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const [at, second] of grants.entries()) {
    for (const first of grants.slice(0, at)) {
      if (!overlaps(first, second)) continue
      const [left, right] = [onlyTo(first), onlyTo(second)]
      if (left === undefined || right === undefined) continue
      const common = left.hosts.some(({ text }) => right.hosts.some((host) => host.text === text))
      if (common || left.hosts.length === 0 || right.hosts.length === 0) continue
      const notes = [{ message: 'the other', span: left.span }]
      const message = `"${first.id}" and "${second.id}" are about the same, and allow it no common host`
      const hint = 'conditions of both hold; name a host in both, or take the one out of the other by "except"'
      diagnostics.push(error('behaviour/contradiction', message, right.span, { hint, notes }))
    }
  }
  return diagnostics
}

function onlyTo({ conditions }: Grant): OnlyTo | undefined {
  return conditions.find((one): one is OnlyTo => one.kind === 'only_to')
}

/** Certainly about some common use: a common capability, and each is about a common class or about everything. */
function overlaps(first: Grant, second: Grant): boolean {
  const ways = waysOf(first.capabilities)
  if (!waysOf(second.capabilities).some((each) => ways.includes(each))) return false
  if (
    ![first, second].every(({ on: { paths, parameters, kinds, linkOf, except, hosts } }) =>
      [paths, parameters, kinds, linkOf, except, hosts].every((each) => each === null),
    )
  )
    return false
  const [left, right] = [first.on.classes, second.on.classes]
  if (left === null || right === null) return true
  return left.some(({ text }) => right.some((other) => other.text === text))
}

/** Grants of which each may only be used after the other, so that none can ever be the first. */
function checkOrder({ grants, name }: Task): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const possible = new Set<Grant>()
  for (let before = -1; before < possible.size;) {
    before = possible.size
    for (const grant of grants)
      if (grant.conditions.every((one) => canBeMet(one, grants, possible))) possible.add(grant)
  }
  for (const { id, orAfter } of grants) {
    if (orAfter === null || grantsOf(orAfter.capabilities, grants).length > 0) continue
    const message = `"${id}" may be otherwise after ${orAfter.capabilities.join(' or ')}, which "${name}" does not grant`
    diagnostics.push(warning('behaviour/ungranted-step', message, orAfter.span))
  }
  for (const grant of grants) {
    for (const condition of grant.conditions) {
      if (condition.kind !== 'only_after' && condition.kind !== 'only_before') continue
      const side = condition.kind === 'only_after' ? 'before' : 'after'
      const others = grantsOf(condition.capabilities, grants)
      if (others.length === 0) {
        const message = `"${grant.id}" needs ${condition.capabilities.join(' or ')} ${side} it, which "${name}" does not grant`
        diagnostics.push(warning('behaviour/ungranted-step', message, condition.span))
      } else if (!canBeMet(condition, grants, possible)) {
        const notes = others.map(({ id, span }) => ({ message: `"${id}" would have to come first`, span }))
        const message = `"${grant.id}" can never be used: what must come within ${formatDuration(condition.within)} before it needs it first`
        diagnostics.push(error('behaviour/contradiction', message, condition.span, { notes }))
      }
    }
  }
  return diagnostics
}

function canBeMet(condition: Condition, grants: readonly Grant[], possible: ReadonlySet<Grant>): boolean {
  if (condition.kind !== 'only_after') return true
  const before = grantsOf(condition.capabilities, grants)
  return before.length === 0 || before.some((one) => possible.has(one))
}

/** Grants by which a task may use one of these capabilities. */
function grantsOf(capabilities: readonly Capability[], grants: readonly Grant[]): readonly Grant[] {
  return grants.filter((one) => capabilities.some((each) => mayUse(one, each)))
}
