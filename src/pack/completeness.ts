import { warning, type Diagnostic } from '../diagnostic/diagnostic.ts'
import type { Rule } from '../ir/rule.ts'
import { inPack, type Configuration } from './configuration.ts'
import { findFiles, readSources } from './files.ts'
import { parseRuleTests, RULE_TEST_ENDING } from './rule-test.ts'

/**
 * What a rule of a pack should have before people are woken by it (ATT&CK tags, false positives, a triage guide, a
 * risk, a firing and a silent test), as warnings. Rules that only serve others are let be.
 *
 * @param rules of the pack
 */
export function checkCompleteness(rules: readonly Rule[], configuration: Configuration): Diagnostic[] {
  const tested = testedRules(configuration)
  const diagnostics: Diagnostic[] = []
  for (const rule of rules) {
    if (!rule.alone || rule.status === 'deprecated' || rule.status === 'unsupported') continue
    const missing = [
      ...(rule.tags.some((tag) => tag.startsWith('attack.')) ? [] : ['an ATT&CK tag']),
      ...(rule.level === null ? ['a level'] : []),
      ...(rule.falsepositives.length > 0 ? [] : ['false positives']),
      ...(rule.governance.triage.length > 0 ? [] : ['a triage guide (detpack: triage)']),
      ...(rule.governance.risk.length > 0 ? [] : ['a risk (detpack: risk)']),
      ...missingTests(rule, tested),
    ]
    if (missing.length === 0) continue
    const hint = 'an alert of this rule wakes somebody who needs this to decide; CONTRIBUTING.md shows a whole rule'
    const message = `"${rule.title}" lacks ${missing.join(', ')}`
    diagnostics.push(warning('pack/incomplete-rule', message, rule.span, { hint }))
  }
  return diagnostics
}

function missingTests(rule: Rule, tested: TestedRules): string[] {
  const names = [rule.id, rule.name, rule.title].filter((name) => name !== null)
  const has = (set: ReadonlySet<string>): boolean => names.some((name) => set.has(name))
  return [...(has(tested.firing) ? [] : ['a firing test']), ...(has(tested.silent) ? [] : ['a silent test'])]
}

interface TestedRules {
  readonly firing: ReadonlySet<string>
  readonly silent: ReadonlySet<string>
}

function testedRules(configuration: Configuration): TestedRules {
  const firing = new Set<string>()
  const silent = new Set<string>()
  const folders = configuration.tests.map((each) => inPack(configuration, each))
  for (const source of readSources(findFiles(folders, [RULE_TEST_ENDING]).files).sources) {
    for (const test of parseRuleTests(source).tests) {
      for (const one of test.cases) (one.alerts > 0 ? firing : silent).add(test.rule)
    }
  }
  return { firing, silent }
}
