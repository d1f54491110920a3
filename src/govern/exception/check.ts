import { error, warning, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { ScalarNode } from '../../diagnostic/yaml.ts'
import type { Time } from '../../event/record.ts'
import type { Rule } from '../../ir/rule.ts'
import { DAY, formatDay } from '../day.ts'
import { isSamePerson } from '../log/person.ts'
import type { Exception } from './exception.ts'

/** An exception is told of so long before its end. */
const SOON = 14 * DAY

/**
 * What is wrong with exceptions that can be read (DP-8): `govern/unknown-rule`, `govern/own-approval`,
 * `govern/exception-expired` (errors), `govern/exception-ends-soon` (a warning), `govern/duplicate-exception`,
 * `govern/residual` where what still sees the attack is the very rule.
 */
export function checkExceptions(
  exceptions: readonly Exception[],
  rules: readonly Rule[],
  now: Time,
): readonly Diagnostic[] {
  const first = new Map<string, Exception>()
  return exceptions.flatMap((exception) => {
    const before = first.get(exception.id)
    if (before === undefined) first.set(exception.id, exception)
    const notes = before && [{ message: 'first here', span: before.span }]
    const message = `there are two exceptions "${exception.id}"`
    return [
      ...(before ? [error('govern/duplicate-exception', message, exception.span, { notes })] : []),
      ...checkNames(exception, rules),
      ...checkTerm(exception, now),
    ]
  })
}

/** The rule that a name, an id or a title means. */
export function ruleNamed({ text }: Pick<ScalarNode, 'text'>, rules: readonly Rule[]): Rule | undefined {
  return rules.find(({ id, name, title }) => id === text || name === text || title === text)
}

function checkNames(exception: Exception, rules: readonly Rule[]): readonly Diagnostic[] {
  const { id, rule, residual, author, approver, span } = exception
  const found: Diagnostic[] = []
  for (const word of [rule, ...residual]) {
    if (ruleNamed(word, rules) !== undefined) continue
    const hint = didYouMean(
      word.text,
      rules.map((each) => each.name ?? each.title),
    )
    const message = `the exception "${id}" names the rule "${word.text}", which is not there`
    found.push(error('govern/unknown-rule', message, word.span, { hint }))
  }
  const own = ruleNamed(rule, rules)
  for (const word of residual)
    if (own !== undefined && ruleNamed(word, rules) === own)
      found.push(error('govern/residual', 'what still sees it cannot be the rule that no longer does', word.span))
  if (isSamePerson(author, approver)) {
    const hint = 'somebody else must approve it (DP-8)'
    found.push(error('govern/own-approval', `"${approver}" wrote the exception "${id}"`, span, { hint }))
  }
  return found
}

function checkTerm({ id, until, span }: Exception, now: Time): readonly Diagnostic[] {
  const day = formatDay(until)
  if (until < now) {
    const hint = 'take it out, or write it anew and let it be approved'
    return [error('govern/exception-expired', `the exception "${id}" ended on ${day} (DP-8)`, span, { hint })]
  }
  if (until > now + SOON) return []
  return [warning('govern/exception-ends-soon', `the exception "${id}" ends on ${day}`, span)]
}
