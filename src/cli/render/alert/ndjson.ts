import type { Alert } from '../../../event/alert.ts'
import { formatTime, type Time } from '../../../event/record.ts'
import type { Rule } from '../../../ir/rule.ts'

/** One alert as other programs read it (semantics §5): a line of JSON, line break included. */
export function renderAlertLine(alert: Alert, rule: Rule): string {
  const first = time(alert.first)
  return `${JSON.stringify({
    id: alert.id,
    rule: { id: rule.id, name: rule.name, title: rule.title },
    group: alert.group,
    first,
    last: alert.last === alert.first ? first : time(alert.last),
    events: alert.steps.map((step) => step.event?.line ?? null),
  })}\n`
}

function time(of: Time | null): string | null {
  return of === null ? null : formatTime(of)
}
