import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { EventRecord } from '../../event/record.ts'
import type { Program, RuleId } from '../../ir/rule.ts'
import { runRuleTest } from '../../prove/rule-test.ts'
import type { Exception } from './exception.ts'
import { scopeTest } from './scope.ts'

/**
 * Runs the rule of an exception on its two recordings without the events in its scope: `govern/exception-hides-attack` where
 * the attack is no longer found, `govern/exception-not-silent` where the benign run still is. `govern/exception-needless` (a
 * warning): the rule is silent on the benign run anyhow.
 *
 * @param program the mapped program that holds the rule
 */
export function tryException(
  { id, scope, tests }: Exception,
  program: Program,
  rule: RuleId,
  attack: readonly EventRecord[],
  benign: readonly EventRecord[],
): readonly Diagnostic[] {
  const isOut = scopeTest(scope)
  const alerts = (events: readonly EventRecord[]): number => runRuleTest(program, rule, events, 0).alerts.length
  const without = (events: readonly EventRecord[]): number => alerts(events.filter(({ fields }) => !isOut(fields)))
  const found: Diagnostic[] = []
  if (without(attack) === 0) {
    const [message, hint] =
      alerts(attack) === 0
        ? [`the rule does not find the attack that "${id}" is tried on`, 'name a recording on which it fires']
        : [`with the exception "${id}" the rule no longer finds the attack (DP-8)`, 'make the scope narrower']
    found.push(error('govern/exception-hides-attack', message, tests.fires.span, { hint }))
  }
  if (without(benign) > 0) {
    const message = `with the exception "${id}" the rule still reports the benign run`
    found.push(error('govern/exception-not-silent', message, tests.silent.span))
  } else if (alerts(benign) === 0) {
    const message = `the rule is silent on the benign run without the exception "${id}" too`
    found.push(warning('govern/exception-needless', message, tests.silent.span))
  }
  return found
}
