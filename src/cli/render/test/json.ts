import type { Alert } from '../../../event/alert.ts'
import type { Rule } from '../../../ir/rule.ts'
import { renderAlertLine } from '../alert/ndjson.ts'
import { verdictText, type TestResults } from './results.ts'

export function renderJson(results: TestResults): string {
  const cases = results.cases.map(({ rule, test, alerts, verdicts, passed }) => ({
    rule: { id: rule.id, name: rule.name, title: rule.title },
    case: test.name,
    events: test.events,
    expected: test.alerts,
    alerts: alerts.map(lineOf(rule)),
    languages: verdicts.map((verdict) => ({
      language: verdict.language,
      on: verdict.on,
      verdict: verdict.kind,
      ...(verdict.kind !== 'agrees' && { why: verdictText(verdict) }),
      ...(verdict.kind === 'differs' && {
        doubled: verdict.doubled,
        accepted: verdict.accepted,
        missing: verdict.missing.map(lineOf(rule)),
        extra: verdict.extra.map(lineOf(rule)),
      }),
    })),
    passed,
  }))
  const failed = cases.filter((one) => !one.passed).length
  return `${JSON.stringify({ cases, summary: { passed: cases.length - failed, failed } }, null, 2)}\n`
}

function lineOf(rule: Rule): (alert: Alert) => unknown {
  return (alert) => JSON.parse(renderAlertLine(alert, rule)) as unknown
}
