import { milliseconds } from '../ir/duration.ts'
import type { Absence, CorrelationBody, Rule } from '../ir/rule.ts'
import { correlation, eventRule, type Clause } from './clause-rule.ts'
import { isUseOf } from './compile-grant.ts'
import { groupBy, joiningOf } from './joining.ts'
import type { Surroundings } from './surroundings.ts'
import type { ChainStep, Grant, Task } from './task.ts'
import { stepName } from './words.ts'

/** A step that some chain expects, and what is to come before it. */
interface Expected {
  readonly step: ChainStep
  readonly before: Grant
}

/**
 * The rules that tell of steps out of order: a grant that stands later in a chain was used although none of the grants
 * that stand before it had been used in time, by the same run. A grant that begins a chain may be used at any time.
 */
export function compileChains(task: Task, around: Surroundings): Rule[] {
  const first = new Set(task.chains.map((chain) => chain.steps[0]?.grant.text))
  const grants = new Map(task.grants.map((grant) => [grant.id, grant]))
  return task.grants.flatMap((grant) => {
    if (first.has(grant.id)) return []
    const expected = task.chains.flatMap(({ steps }) =>
      steps.flatMap((step, at): Expected[] => {
        const before = grants.get(steps[at - 1]?.grant.text ?? '')
        return step.grant.text === grant.id && before !== undefined ? [{ step, before }] : []
      }),
    )
    return expected.length === 0 ? [] : compileStep(grant, expected, task, around)
  })
}

function compileStep(grant: Grant, expected: readonly Expected[], task: Task, around: Surroundings): Rule[] {
  const span = expected[0]?.step.grant.span ?? grant.span
  const names = [...new Set(expected.map(({ before }) => before.id))]
  const clause: Clause = {
    task,
    grant,
    name: `${grant.id}.chain`,
    title: `${task.name} used ${grant.id} out of order`,
    description: `The task ${task.name} is expected to use ${names.join(' or ')} shortly before ${grant.id}, and did not.`,
    level: 'low',
    span,
  }
  const use = eventRule(clause, isUseOf(grant, task, around), 'use')
  const longest = milliseconds(Math.max(...expected.map(({ step }) => step.within ?? 0)))
  const priors = expected.map(({ step, before }, at) => ({
    rule: eventRule(clause, isUseOf(before, task, around), at === 0 ? 'before' : `before-${at + 1}`),
    within: step.within === longest ? null : step.within,
  }))
  const unless = priors.map(({ rule, within }): Absence => ({ where: 'before', within, rule: rule.id, span }))
  const body: CorrelationBody = {
    type: 'ordered',
    steps: [{ as: stepName(grant.capabilities), rule: use.id, within: null, span }],
    joins: [],
    unless,
    until: null,
  }
  const joining = joiningOf(null, grant.on, task, [])
  const rules = priors.map(({ rule }) => rule)
  const uses = new Map([use, ...rules].map(({ id }) => [id, 'detpack.object.id'] as const))
  const group = groupBy(joining, span, uses, [])
  return [use, ...rules, correlation(clause, { body, group, timespan: longest })]
}
