import type { Alert } from '../../event/alert.ts'
import type { Program, RuleId } from '../../ir/rule.ts'

/** One alert for display, and how many it stands for. */
export interface Repeated {
  readonly alert: Alert
  /** From 1, the alert itself included. */
  readonly repeats: number
}

/**
 * Folds repeats for display (semantics §2): alerts of one correlation and group of which each begins no later than a
 * timespan after the one before ended are shown as the first of them. Single-event rules have no timespan; each of
 * their alerts is shown.
 *
 * @param alerts by closing event
 */
export function foldRepeats(alerts: readonly Alert[], program: Program): readonly Repeated[] {
  const shown: { alert: Alert; repeats: number; last: number }[] = []
  const latest = new Map<string, { alert: Alert; repeats: number; last: number }>()
  for (const alert of alerts) {
    const rule = program.rules.get(alert.rule as RuleId)
    const entry = { alert, repeats: 1, last: alert.last ?? 0 }
    if (rule?.kind !== 'correlation') {
      shown.push(entry)
      continue
    }
    const key = JSON.stringify([alert.rule, Object.entries(alert.group).sort()])
    const before = latest.get(key)
    if (before && alert.first !== null && alert.first <= before.last + rule.timespan) {
      before.repeats++
      before.last = Math.max(before.last, entry.last)
    } else {
      latest.set(key, entry)
      shown.push(entry)
    }
  }
  return shown.map(({ alert, repeats }) => ({ alert, repeats }))
}
