import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { suggest } from '../diagnostic/suggest.ts'
import type { FieldName, Predicate } from '../ir/predicate.ts'
import { all } from '../ir/predicate.ts'
import { namedRules, type Correlation, type EventRule, type Program, type Rule, type RuleId } from '../ir/rule.ts'
import { mapCorrelation } from './correlation.ts'
import { FieldNames } from './field-names.ts'
import { leftOut } from './left-out.ts'
import { writtenSource, type AnsweredSource, type Events } from './log-source.ts'
import { mapPredicate } from './predicate.ts'

/**
 * Takes rules in Sigma's words and gives the same rules in those of some events: each event rule is narrowed to
 * the events of its log source, and every field is renamed.
 *
 * Left out, with a diagnostic: a rule with a log source that the events cannot answer (`mapping/unknown-logsource`) or
 * with a field that they do not have (`mapping/unknown-field`), and every correlation that needs such a rule
 * (`mapping/left-out`). The others are whole.
 */
export function mapProgram(program: Program, events: Events): { program: Program; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const sources = new Map<RuleId, AnsweredSource>()
  const rules = new Map<RuleId, Rule>()
  for (const [id, rule] of program.rules) {
    const mapped = rule.kind === 'event' ? mapEventRule(rule, events, sources, diagnostics) : mapWhole(rule)
    if (mapped !== undefined) rules.set(id, mapped)
  }
  return { program: { rules }, diagnostics }

  function mapWhole(rule: Correlation): Rule | undefined {
    const missing = namedRules(rule).find((name) => !rules.has(name))
    if (missing === undefined) return mapCorrelation(rule, new FieldNames(events, sources, diagnostics))
    diagnostics.push(leftOut(rule, missing, program))
    return undefined
  }
}

function mapEventRule(
  rule: EventRule,
  events: Events,
  sources: Map<RuleId, AnsweredSource>,
  diagnostics: Diagnostic[],
): EventRule | undefined {
  const source = events.answer(rule.logsource)
  if (source === undefined) {
    diagnostics.push(unknownSource(rule, events))
    return undefined
  }
  sources.set(rule.id, source)
  const names = new FieldNames(events, sources, diagnostics)
  const where: Predicate = mapPredicate(rule.where, source, names)
  if (names.failed) return undefined
  return {
    ...rule,
    where: all(source.where, where),
    fields: rule.fields.map((name): FieldName => names.shown(name, source)),
  }
}

function unknownSource({ logsource }: EventRule, { mapping, whose, answered }: Events): Diagnostic {
  const written = writtenSource(logsource)
  const message = `${whose} cannot answer the log source "${written}"`
  const near = suggest(written, answered)
  const all =
    answered.length <= 10 ? `answered: ${answered.join('; ')}` : `"detpack list sources" names those of ${mapping}`
  const hint = near === undefined ? all : `did you mean "${near}"?`
  return error('mapping/unknown-logsource', message, logsource.span, { hint })
}
