import { error, warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Rule } from '../ir/rule.ts'

/**
 * What keeps a rule out of every target; nothing when it may be deployed.
 *
 * - `artifact/retired` (warning): its status is deprecated or unsupported.
 * - `artifact/not-alone`: it is only there to be named by correlations.
 * - `artifact/unstable-id`: it has neither an id nor a name, so that a new title would make it another rule.
 */
export function undeployable(rule: Rule): readonly Diagnostic[] {
  const found: Diagnostic[] = []
  if (rule.status === 'deprecated' || rule.status === 'unsupported')
    found.push(
      warning('artifact/retired', `"${rule.title}" is ${rule.status} and is not deployed`, rule.span, {
        hint: 'give it another status, or take it out of the pack',
      }),
    )
  if (!rule.alone)
    found.push(
      error('artifact/not-alone', `"${rule.title}" gives no alerts of its own: a correlation uses it`, rule.span, {
        hint: 'deploy the correlation, or say "generate: true" in it',
      }),
    )
  if (rule.name === null && rule.id === rule.title)
    found.push(
      error('artifact/unstable-id', `"${rule.title}" has neither an id nor a name to be known by`, rule.span, {
        hint: 'add "id:" with a new UUID, such as uuidgen prints',
      }),
    )
  return found
}

/** How a rule is deployed: switched on, switched off, or not at all. */
export type Wish = 'enabled' | 'disabled' | 'none'

/** What holds for a status or a level where a target says nothing else. Anything that is not named here is on. */
const WISHES: Readonly<Record<string, Wish>> = {
  // What is stable or in test starts switched on; anything else waits for a person.
  experimental: 'disabled',
  'no-status': 'disabled',
  // Sigma's level of events that are there to enrich others, not to alert.
  informational: 'disabled',
}
const LESS: readonly Wish[] = ['enabled', 'disabled', 'none']

/**
 * How a rule is deployed by its status and its level: the less of the two.
 *
 * @param wishes what a target says of single statuses and levels; `no-status` and `no-level` for rules without
 */
export function wishFor(rule: Rule, wishes: Readonly<Record<string, Wish>> = {}): Wish {
  const of = (name: string): Wish => wishes[name] ?? WISHES[name] ?? 'enabled'
  const found = [of(rule.status ?? 'no-status'), of(rule.level ?? 'no-level')]
  return found.reduce((least, each) => (LESS.indexOf(each) > LESS.indexOf(least) ? each : least))
}
