import type { Predicate } from '../../ir/predicate.ts'
import { ruleClosure } from '../../ir/rule-closure.ts'
import type { Correlation, EventRule, Program, RuleId } from '../../ir/rule.ts'
import type { Backend, Compilation, CompileContext } from '../backend.ts'
import { compilation } from '../refusal.ts'
import { emitCondition } from './condition.ts'
import { costs } from './cost.ts'
import { emitCount } from './count.ts'
import { alerting, closing, identityOf, opening, writeSpl } from './pipeline.ts'
import { Scope } from './scope.ts'
import { emitSequence } from './sequence.ts'
import type { InnerStage, Stage, StageText } from './stage.ts'
import { splText } from './syntax.ts'
import { emitUnordered } from './unordered.ts'
import { emitValue } from './value.ts'
import { hangsOnEdge, reachOf } from './window.ts'

/**
 * Rules in SPL, Splunk's search language, as searches without the leading `search` (saved searches are stored so).
 *
 * They expect events that are JSON with the fields of design §4 (`KV_MODE = json`), values in the JSON text that
 * detpack writes, no member that is null or an empty list, and `_time` from `@timestamp` in microseconds. A result is one
 * row for each alert: the closing event with its fields, `detpack_rule`, `first_id`, `last_id`, `first_time`, `last_time`
 * (epoch seconds), `group_<n>`, and `first_<field>` for what the rule shows of the first event of a chain. Only what
 * rests on the Splunk reference is said; a function that it leaves open is refused.
 */
export const splBackend: Backend = {
  language: 'spl',
  compile(program, rule, context) {
    const found = program.rules.get(rule)
    if (!found) throw new Error(`no rule ${rule} in the program`)
    return found.kind === 'event' ? compileEvent(found, context) : compileCorrelation(found, program, context)
  },
}

function compileEvent(rule: EventRule, context: CompileContext): Compilation {
  const scope = new Scope(context.mapping)
  const where = emitCondition(rule.where, rule.span, scope)
  const text = writeSpl([
    ...opening([rule.where], context, scope),
    `where ${where}`,
    `eval detpack_rule=${splText(rule.id)}, first_id=dp_id`,
    'fields - dp_*',
  ])
  return compilation(scope.diagnostics, () => ({
    language: 'spl',
    rule: rule.id,
    text,
    identity: { of: 'event', column: 'first_id' },
    approximations: [],
  }))
}

function compileCorrelation(rule: Correlation, program: Program, context: CompileContext): Compilation {
  const scope = new Scope(context.mapping)
  const correlations = nestedIn(rule, program)
  const inner = new Map<RuleId, InnerStage>()
  const predicates: Predicate[] = []
  const commands: string[] = []
  for (const [at, of] of correlations.entries()) {
    const last = of === rule
    const stage: Stage = { of, program, context, scope, keeps: !last, inner: new Map(inner) }
    const said = emitBody(stage)
    predicates.push(...said.predicates)
    commands.push(
      ...said.commands,
      ...(last ? closing(stage, edgeOf(rule, program, scope)) : alerting(stage, `c${at}`)),
    )
    inner.set(of.id, { of, mark: `c${at}` })
  }
  const text = writeSpl([...opening(predicates, context, scope), ...commands])
  scope.diagnostics.push(...costs(rule, program, predicates, scope))
  return compilation(scope.diagnostics, () => ({
    language: 'spl',
    rule: rule.id,
    text,
    identity: identityOf(rule),
    approximations: scope.approximations,
  }))
}

/** The correlations that a correlation stands on, each after those that it names; itself last. */
function nestedIn(rule: Correlation, program: Program): readonly Correlation[] {
  return ruleClosure(rule, program).filter((one) => one.kind === 'correlation')
}

/** How far back an alert must have been looked at; null where the edge of the search does not matter. */
function edgeOf(rule: Correlation, program: Program, scope: Scope): number | null {
  if (!hangsOnEdge(rule, program)) return null
  scope.needSpan()
  return reachOf(rule, program)
}

function emitBody(stage: Stage): StageText {
  const { body } = stage.of
  switch (body.type) {
    case 'ordered':
      return emitSequence(stage, body)
    case 'count':
      return emitCount(stage, body)
    case 'unordered':
      return emitUnordered(stage, body)
    case 'value':
      return emitValue(stage, body)
  }
}
