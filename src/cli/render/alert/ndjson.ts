import type { Alert } from '../../../event/alert.ts'
import { formatTime, type Time } from '../../../event/record.ts'
import type { Rule } from '../../../ir/rule.ts'

/** One alert as other programs read it (semantics §5): a line of JSON, line break included. */
export function renderAlertLine(alert: Alert, rule: Rule): string {
  const first = time(alert.first)
  const last = alert.last === alert.first ? first : time(alert.last)
  const group = JSON.stringify(alert.group)
  const events = alert.steps.map((step) => step.event?.line ?? 'null').join(',')
  return `{"id":"${alert.id}","rule":${ruleText(rule)},"group":${group},"first":${first},"last":${last},"events":[${events}]}\n`
}

/** A rule is the same text in all its alerts. */
const ruleTexts = new WeakMap<Rule, string>()

function ruleText(rule: Rule): string {
  const known = ruleTexts.get(rule)
  if (known !== undefined) return known
  const text = JSON.stringify({ id: rule.id, name: rule.name, title: rule.title })
  ruleTexts.set(rule, text)
  return text
}

function time(of: Time | null): string {
  return of === null ? 'null' : `"${formatTime(of)}"`
}
