import { renderAlertLine } from '../alert/ndjson.ts'
import type { TestResults } from './results.ts'

export function renderJson(results: TestResults): string {
  const cases = results.cases.map(({ rule, test, alerts, passed }) => ({
    rule: { id: rule.id, name: rule.name, title: rule.title },
    case: test.name,
    events: test.events,
    expected: test.alerts,
    alerts: alerts.map((alert) => JSON.parse(renderAlertLine(alert, rule)) as unknown),
    passed,
  }))
  const failed = cases.filter((one) => !one.passed).length
  return `${JSON.stringify({ cases, summary: { passed: cases.length - failed, failed } }, null, 2)}\n`
}
