import { X86_64_CALLS } from '../../event/system-call/number-table.ts'
import { knownCalls, membersOf } from '../systemd/read-setting.ts'
import { SYSCALL_GROUPS } from '../systemd/syscall-group.ts'

/** A line of `strace -f`, with or without process id and time, and the name of its call. */
const STRACE_LINE = /^(?:\[pid\s+)?(?:\d+\]?\s+)?(?:[\d:.]+\s+)?([a-z_][a-z0-9_]*)\(/

/**
 * How often each system call was made, from a recording of `strace -f`, or a list of names, one on a line. What is no
 * name that systemd knows is left out.
 */
export function countSystemCalls(text: string): ReadonlyMap<string, number> {
  const known = knownCalls()
  const counts = new Map<string, number>()
  for (const line of text.split('\n')) {
    const name = STRACE_LINE.exec(line)?.[1] ?? /^\s*([a-z_][a-z0-9_]*)\s*$/.exec(line)?.[1]
    if (name !== undefined && known.has(name)) counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return counts
}

/**
 * Values of SystemCallFilter= that let these calls through: `@system-service` and the calls beside it, then without every
 * group of which none was made. By groups and not by name, since another version of a library makes other calls of the
 * same kind.
 */
export function filterFor(made: Iterable<string>): readonly string[] {
  const calls = new Set(made)
  const base = new Set([...membersOf('@system-service'), ...membersOf('@default')])
  const beside = [...calls].filter((name) => !base.has(name)).sort()
  const always = new Set(membersOf('@default'))
  const unused = [...SYSCALL_GROUPS.keys()].filter((group) => {
    if (KINDS.has(group)) return false
    const members = membersOf(group).filter((name) => !always.has(name))
    return members.some((name) => base.has(name)) && !members.some((name) => calls.has(name))
  })
  return [['@system-service', ...beside].join(' '), ...(unused.length > 0 ? [`~${unused.sort().join(' ')}`] : [])]
}

/**
 * The value of SystemCallFilter= that lets exactly these calls of x86-64 through: by group where all of a group were made,
 * else by name. What systemd lets every service do (`@default`) goes without saying.
 */
export function exactFilter(made: Iterable<string>): string {
  const calls = new Set(made)
  const always = new Set(membersOf('@default'))
  const rest = new Set([...calls].filter((name) => !always.has(name)))
  const native = new Set(X86_64_CALLS.values())
  const whole = [...SYSCALL_GROUPS.keys()]
    .map((group) => ({ group, members: membersOf(group).filter((name) => native.has(name) && !always.has(name)) }))
    .filter(({ members }) => members.length > 1 && members.every((name) => calls.has(name)))
    .sort((a, b) => b.members.length - a.members.length)
  const groups: string[] = []
  for (const { group, members } of whole) {
    // A larger group may have it already.
    if (!members.some((name) => rest.has(name))) continue
    groups.push(group)
    for (const name of members) rest.delete(name)
  }
  return [...groups.sort(), ...[...rest].sort()].join(' ') || '@default'
}

/** Too wide to be taken away as one. */
const KINDS = new Set(['@default', '@known', '@system-service'])
