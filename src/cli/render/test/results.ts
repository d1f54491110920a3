import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { languageTitle } from '../../../backend/refusal.ts'
import type { Alert } from '../../../event/alert.ts'
import type { RuleTestCase } from '../../../pack/rule-test.ts'
import type { Rule } from '../../../ir/rule.ts'
import { isFailure, type Verdict } from '../../../prove/agreement.ts'
import { plural } from '../plural.ts'

/** What `test` found: a rule tried on a recording. */
export interface CaseResult {
  readonly rule: Rule
  readonly test: RuleTestCase
  readonly alerts: readonly Alert[]
  /** Whether there were as many as expected. */
  readonly counted: boolean
  /** What each language's text gave on the same events. */
  readonly verdicts: readonly Verdict[]
  /** Counted, and no text gave anything else. */
  readonly passed: boolean
}

export interface TestResults {
  readonly cases: readonly CaseResult[]
  /** What kept a case from running: a rule or a recording that is not there. */
  readonly diagnostics: readonly Diagnostic[]
}

/** A line for each thing that is wrong with a case: the count, and each text that found something else. */
export function problems(result: CaseResult): readonly string[] {
  const counts = result.counted ? [] : [disagreement(result)]
  return [...counts, ...result.verdicts.filter(isFailure).map(verdictText)]
}

/** A language's text, and what it found otherwise than the rule means. */
export function verdictText(verdict: Verdict): string {
  const language = `${languageTitle[verdict.language]}${verdict.on === 'cluster' ? ' (on the cluster)' : ''}`
  switch (verdict.kind) {
    case 'agrees':
      return `${language} agrees`
    case 'refused':
      return `${language} does not say this rule: ${verdict.diagnostics[0]?.message ?? ''}`
    case 'failed':
      return `the ${language} text could not be run whole: ${verdict.diagnostics[0]?.message ?? ''}`
    case 'differs': {
      const when = verdict.doubled && verdict.on === 'engine' ? ' when every event comes twice' : ''
      const parts = [
        verdict.missing.length > 0 ? `does not find ${alertsAt(verdict.missing)}` : '',
        verdict.extra.length > 0 ? `also finds ${alertsAt(verdict.extra)}` : '',
      ]
      const why = verdict.accepted.map(({ node, why }) => `; accepted: ${node}, ${why}`).join('')
      return `the ${language} text${when} ${parts.filter((part) => part !== '').join(' and ')}${why}`
    }
  }
}

/** `2 alerts (lines 4-9, 5-9)`. */
function alertsAt(alerts: readonly Alert[]): string {
  const where = alerts.slice(0, SHOWN).map((alert) => {
    const lines = alert.steps.flatMap((step) => step.event?.line ?? [])
    return `${lines[0] ?? '?'}-${lines.at(-1) ?? '?'}`
  })
  return `${plural(alerts.length, 'alert')} (lines ${where.join(', ')}${alerts.length > SHOWN ? ', …' : ''})`
}

const SHOWN = 5

/** `expected 1 alert, got 3 (lines 4-9, …)`. */
function disagreement({ test, alerts }: CaseResult): string {
  const got = alerts.length > 0 ? alertsAt(alerts).replace(/ alerts?/, '') : '0'
  return `expected ${plural(test.alerts, 'alert')}, got ${got}`
}
