import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { Alert } from '../../../event/alert.ts'
import type { RuleTestCase } from '../../../pack/rule-test.ts'
import type { Rule } from '../../../ir/rule.ts'

/** What `test` found: a rule tried on a recording. */
export interface CaseResult {
  readonly rule: Rule
  readonly test: RuleTestCase
  readonly alerts: readonly Alert[]
  readonly passed: boolean
}

export interface TestResults {
  readonly cases: readonly CaseResult[]
  /** What kept a case from running: a rule or a recording that is not there. */
  readonly diagnostics: readonly Diagnostic[]
}

/** `expected 1 alert, got 3 (lines 4-9, …)`. */
export function disagreement(result: CaseResult): string {
  const expected = result.test.alerts
  const got = result.alerts.length
  const where = result.alerts.slice(0, 5).map((alert) => {
    const lines = alert.steps.flatMap((step) => step.event?.line ?? [])
    return `${lines[0] ?? '?'}-${lines.at(-1) ?? '?'}`
  })
  return `expected ${expected} ${expected === 1 ? 'alert' : 'alerts'}, got ${got}${got > 0 ? ` (lines ${where.join(', ')}${got > 5 ? ', …' : ''})` : ''}`
}
