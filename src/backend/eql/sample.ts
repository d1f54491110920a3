import { keyField, type Correlation, type Presence, type Program, type RuleId, type Unordered } from '../../ir/rule.ts'
import { decideApproximation } from '../acceptance.ts'
import type { Approximation, CompileContext } from '../backend.ts'
import { elsewhere, refused } from '../refusal.ts'
import type { Scope } from './scope.ts'
import type { Sequence } from './sequence.ts'
import { checkKeyField, emitStage } from './stage.ts'

/** A sample looks at no times: it is for rules to whose author the timespan does not matter. */
const NO_TIMESPAN: Approximation = {
  node: 'timespan',
  why: 'a sample has no timespan: its events may lie any time apart, in the time that is searched',
}

const ONE_OF_MANY: Approximation = {
  node: 'identity',
  why: 'a sample is one set of different events for each group, not one for each event that completes such a set',
}

/** The server's limit. */
const MOST_RULES = 5

/** `temporal` as an EQL sample, where the rule accepts what that cannot say; the condition must be all of the rules. */
export function emitSample(
  of: Correlation,
  body: Unordered,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Sequence | undefined {
  const rules = body.of.map((use) => use.rule)
  const what = whatIsWrong(of, body, rules)
  if (what !== undefined) {
    scope.refuse(refused('eql', what, of.span, `give the order with temporal_ordered, or ${elsewhere.eql}`))
    return undefined
  }
  for (const key of of.group)
    for (const field of new Set(rules.map((rule) => keyField(key, rule)))) checkKeyField(field, key.span, scope)
  for (const one of [NO_TIMESPAN, ONE_OF_MANY]) scope.refuse(decideApproximation(one, 'eql', of, context, of.span))
  const stages = body.of.map((use) => emitStage(use, of, program, scope, true))
  const [shared = ''] = stages.map(({ keys }) => keys.join(', '))
  const same = stages.every(({ keys }) => keys.join(', ') === shared)
  const items = stages.map(({ filter, keys }) => `  ${filter}${same ? '' : ` by ${keys.join(', ')}`}`)
  return {
    text: [`sample${same ? ` by ${shared}` : ''}`, ...items].join('\n'),
    identity: { of: 'sequence', keys: of.group.map((key) => key.name) },
    approximations: [NO_TIMESPAN, ONE_OF_MANY],
  }
}

function whatIsWrong(of: Correlation, { condition }: Unordered, rules: readonly RuleId[]): string | undefined {
  if (!needsAll(condition, rules)) return 'events in any order under a condition other than all of the rules'
  if (of.group.length === 0) return 'events in any order without a field to group by'
  if (rules.length < 2 || rules.length > MOST_RULES)
    return `events in any order of fewer than 2 or more than ${MOST_RULES} rules`
  return undefined
}

/** Whether a condition is that each of the rules has matched, and nothing else. */
function needsAll(condition: Presence, rules: readonly RuleId[]): boolean {
  const named: RuleId[] = []
  const collect = (one: Presence): boolean => {
    switch (one.op) {
      case 'rule':
        named.push(one.rule)
        return true
      case 'all':
        return one.of.every(collect)
      case 'count': {
        const [bound] = one.bounds
        const all =
          one.bounds.length === 1 &&
          (bound?.operator === 'gte' || bound?.operator === 'eq') &&
          bound.value === rules.length
        if (all) named.push(...rules)
        return all
      }
      case 'any':
      case 'not':
        return false
    }
  }
  return collect(condition) && rules.every((rule) => named.includes(rule))
}
