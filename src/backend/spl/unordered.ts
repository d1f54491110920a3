import type { Correlation, Presence, Program, Unordered } from '../../ir/rule.ts'
import type { CompileContext } from '../backend.ts'
import {
  by,
  closing,
  conditionOf,
  grouping,
  hasAliases,
  identityOf,
  keyNames,
  opening,
  ORDER_TEXT,
  writeSpl,
  type Pipeline,
} from './pipeline.ts'
import type { Scope } from './scope.ts'

/**
 * `temporal` where all of its rules must match: at each event the newest match of each rule up to and with it, by one
 * `streamstats`; the oldest of these is the start (semantics §2).
 */
export function emitUnordered(
  of: Correlation,
  body: Unordered,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Pipeline {
  const needed = body.condition.op === 'all' ? body.condition.of.map(ruleOf) : [ruleOf(body.condition)]
  const named = new Set<string | undefined>(body.of.map((use) => use.rule))
  if (needed.some((rule) => rule === undefined) || new Set(needed).size !== named.size)
    scope.refuse(
      'a condition other than that all rules match',
      of.span,
      'write several rules, or deploy this rule to the target "local"',
    )
  if (hasAliases(of, body.of))
    scope.refuse('events in any order whose group is read from different fields of different rules', of.span)
  const conditions = body.of.map((use) => conditionOf(use, of, program, true, scope))
  const [first] = body.of
  const group = grouping(of, new Map(first ? [[1, first]] : []), scope)
  const numbers = conditions.map((_, at) => at + 1)
  const text = writeSpl([
    ...opening(
      conditions.map((each) => each.predicate),
      context,
      scope,
    ),
    `eval ${conditions.map((each, at) => `dp_m${at + 1}=if(${each.text}, 1, 0)`).join(', ')}`,
    `where ${numbers.map((at) => `dp_m${at}==1`).join(' OR ')}`,
    ...group,
    `eval ${ORDER_TEXT}`,
    'sort 0 +dp_ms +dp_seq',
    `eval ${numbers.map((at) => `dp_c${at}=if(dp_m${at}==1, dp_o . dp_id, null())`).join(', ')}`,
    `streamstats ${numbers.map((at) => `max(dp_c${at}) AS dp_p${at}`).join(' ')}${by(keyNames(of))}`,
    `where ${numbers.map((at) => `isnotnull(dp_p${at})`).join(' AND ')}`,
    `eval dp_start=min(${numbers.map((at) => `dp_p${at}`).join(', ')})`,
    `where dp_ms-tonumber(substr(dp_start, 1, 15))<=${of.timespan}`,
    ...closing(of, true),
  ])
  return { text, identity: identityOf(of) }
}

function ruleOf(presence: Presence): string | undefined {
  return presence.op === 'rule' ? presence.rule : undefined
}
