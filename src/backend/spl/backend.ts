import type { Correlation, EventRule, Program } from '../../ir/rule.ts'
import type { Backend, Compilation, CompileContext } from '../backend.ts'
import { compilation } from '../refusal.ts'
import { emitCondition } from './condition.ts'
import { emitCount } from './count.ts'
import { opening, writeSpl, type Pipeline } from './pipeline.ts'
import { Scope } from './scope.ts'
import { emitSequence } from './sequence.ts'
import { emitUnordered } from './unordered.ts'

/**
 * Rules in SPL, Splunk's search language, as searches without the leading `search` (saved searches are stored so).
 *
 * They expect events that are JSON with the fields of design §4 (`KV_MODE = json`), values in the JSON text that
 * detpack writes, no member that is null, and `_time` from `@timestamp` in microseconds. A result is one row for each
 * alert: the closing event with its fields, `first_id`, `last_id` and `group_<n>`. Only what rests on the Splunk
 * reference is said; a function that it leaves open is refused.
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
    'eval first_id=dp_id',
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
  const pipeline = emitCorrelation(rule, program, context, scope)
  return compilation(scope.diagnostics, () => {
    if (!pipeline) throw new Error(`nothing was said and nothing refused of ${rule.id}`)
    return { language: 'spl', rule: rule.id, ...pipeline, approximations: [] }
  })
}

function emitCorrelation(
  rule: Correlation,
  program: Program,
  context: CompileContext,
  scope: Scope,
): Pipeline | undefined {
  const { body } = rule
  switch (body.type) {
    case 'ordered':
      return emitSequence(rule, body, program, context, scope)
    case 'count':
      return emitCount(rule, body, program, context, scope)
    case 'unordered':
      return emitUnordered(rule, body, program, context, scope)
    case 'value':
      scope.refuse('a condition on the values of a field exactly: "time_window" is open at its far edge', rule.span)
      return undefined
  }
}
