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

/** Whether a rule starts switched on: what is stable or in test does, anything else waits for a person. */
export function enabledByDefault(rule: Rule): boolean {
  return rule.status === 'stable' || rule.status === 'test'
}
