import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Duration } from '../ir/duration.ts'
import type { Chain, Condition, Grant, Target, Task } from './task.ts'
import { waysOf } from './use.ts'

/**
 * Chains that cannot happen without breaking a grant on the way (`behaviour/impossible-chain`): a step excludes the one
 * after it, sends it where it may not go, or needs something that must not come before it.
 */
export function checkChains(task: Task): Diagnostic[] {
  const grants = new Map(task.grants.map((grant) => [grant.id, grant]))
  return task.chains.flatMap((chain) => checkChain(chain, grants))
}

function checkChain({ id, steps }: Chain, grants: ReadonlyMap<string, Grant>): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  for (const [at, step] of steps.entries()) {
    const next = grants.get(step.grant.text)
    if (next === undefined) continue
    for (let first = at - 1, gap = step.within ?? 0; first >= 0; gap += steps[first]?.within ?? 0, first--) {
      const before = steps[first]
      if (before === undefined) continue
      const grant = grants.get(before.grant.text)
      const broken = grant?.conditions.find((condition) => excludes(condition, grant, next, gap as Duration))
      if (grant === undefined || broken === undefined) continue
      const message = `the chain "${id}" cannot happen: "${grant.id}" is broken when "${next.id}" follows`
      const notes = [{ message: 'by this', span: broken.span }]
      const hint = 'lengthen the gap, or let the grant have it'
      diagnostics.push(error('behaviour/impossible-chain', message, step.grant.span, { hint, notes }))
    }
  }
  return diagnostics
}

/** Every use of `next` within the gap breaks the condition. */
function excludes(condition: Condition, grant: Grant, next: Grant, gap: Duration): boolean {
  switch (condition.kind) {
    case 'only_to': {
      if (grant.capabilities.every((each) => each.startsWith('network_'))) return false
      const hosts = next.on.hosts?.map(({ text }) => text)
      const sends = next.capabilities.every((each) => each === 'network_send')
      const allowed = condition.hosts.map(({ text }) => text)
      return (
        sends &&
        gap <= condition.within &&
        hosts?.every((host) => !allowed.includes(host) && host !== 'loopback') === true
      )
    }
    case 'unless': {
      const ways = waysOf(condition.capabilities)
      return (
        gap <= condition.within &&
        waysOf(next.capabilities).every((each) => ways.includes(each)) &&
        includes(condition.on, next.on)
      )
    }
    default:
      return false
  }
}

/** Whatever the second target means, the first means too; only where that is plain. */
function includes(wide: Target, narrow: Target): boolean {
  if (wide.except !== null || wide.paths !== null || wide.kinds !== null || wide.linkOf !== null) return false
  return (['classes', 'hosts', 'parameters'] as const).every((key) => {
    const [all, some] = [wide[key], narrow[key]]
    if (all === null) return true
    const names = all.map(({ text }) => text)
    const covers = (text: string): boolean =>
      names.includes(text) || (key === 'hosts' && names.includes('anywhere') && text !== 'loopback')
    return some !== null && some.every(({ text }) => covers(text))
  })
}
