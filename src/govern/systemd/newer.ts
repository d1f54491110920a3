import type { Switch } from './setting.ts'

/**
 * What systemd 257 knows and 252 does not, as far as a service is judged by it (both asked: `systemd-analyze security`,
 * `systemd-analyze syscall-filter`). An older one leaves it out without stopping.
 */
const SINCE = 'systemd 257'

/** Words that mean more than yes. */
const WORDS: Readonly<Partial<Record<Switch, readonly string[]>>> = {
  PrivateTmp: ['disconnected'],
  PrivateUsers: ['self', 'identity'],
  ProtectControlGroups: ['private', 'strict'],
}

/** A group of system calls that was there before by name only. */
const GROUPS: ReadonlyMap<string, readonly string[]> = new Map([
  ['@sandbox', ['landlock_add_rule', 'landlock_create_ruleset', 'landlock_restrict_self', 'seccomp']],
])

const CALLS: ReadonlySet<string> = new Set([
  ...['cachestat', 'file_getattr', 'file_setattr', 'getxattrat', 'listmount', 'listxattrat', 'lsm_get_self_attr'],
  ...['lsm_list_modules', 'lsm_set_self_attr', 'mseal', 'removexattrat', 'setxattrat', 'statmount', 'uretprobe'],
])

/** Whether a switch is on by a word of a newer systemd. */
export function isNewerWord(key: Switch, word: string): boolean {
  return WORDS[key]?.includes(word) === true
}

/** The calls behind a name of a newer systemd; undefined for any other name. */
export function newerCalls(name: string): readonly string[] | undefined {
  return GROUPS.get(name) ?? (CALLS.has(name) ? [name] : undefined)
}

export function newerMessage(key: string, word: string): string {
  return `${key}= knows "${word}" from ${SINCE} on, and an older one leaves it out without stopping`
}
