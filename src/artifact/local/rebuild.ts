import type { Span } from '../../diagnostic/source.ts'
import type { Absence, Correlation, CorrelationBody, EventRule, Presence, Rule, RuleId } from '../../ir/rule.ts'
import type { CorrelationMeaning, Meaning } from './meaning-shape.ts'

type Named = (name: string) => RuleId

/**
 * A rule from its meaning as JSON, with all that the JSON left out: places are the whole text of the rule.
 *
 * @param id by which it is known here @param named gives the ids of the rules that it names
 */
export function rebuild(meaning: Meaning, id: RuleId, named: Named, span: Span): Rule {
  const { governance } = meaning
  const accept = governance.accept.map((each) => ({ ...each, span }))
  const header = { id, alone: false, span, governance: { ...governance, accept } }
  if (meaning.kind === 'event') {
    // The shape was looked at; only the compiler does not know that these are the IR's own types.
    const { where } = meaning as unknown as EventRule
    return { ...meaning, ...header, where, logsource: { ...meaning.logsource, span } }
  }
  const { guard, timespan } = meaning as unknown as Correlation
  const group = meaning.group.map(({ name, fieldOf }) => {
    const fields = Object.entries(fieldOf).map(([rule, field]) => [named(rule), field] as const)
    return { name, fieldOf: new Map(fields), span }
  })
  return { ...meaning, ...header, guard, timespan, group, body: bodyOf(meaning.body, named, span) }
}

function bodyOf(body: CorrelationMeaning['body'], named: Named, span: Span): CorrelationBody {
  const placed = <T extends { readonly rule: string }>(use: T): T & { rule: RuleId; span: Span } => ({
    ...use,
    rule: named(use.rule),
    span,
  })
  if (body.type === 'ordered') {
    const { steps } = body as unknown as Extract<CorrelationBody, { type: 'ordered' }>
    return {
      type: 'ordered',
      steps: steps.map(placed),
      joins: body.joins.map((join) => ({ ...join, span })),
      unless: body.unless.map((each) => placed(each) as unknown as Absence),
      until: body.until === null ? null : placed(body.until),
    }
  }
  const of = body.of.map(placed)
  if (body.type === 'unordered')
    return { type: 'unordered', of, condition: conditionOf(body.condition as Presence, named) }
  return { ...(body as unknown as Extract<CorrelationBody, { type: 'count' | 'value' }>), of }
}

function conditionOf(presence: Presence, named: Named): Presence {
  switch (presence.op) {
    case 'all':
    case 'any':
      return { op: presence.op, of: presence.of.map((each) => conditionOf(each, named)) }
    case 'not':
      return { op: 'not', of: conditionOf(presence.of, named) }
    case 'rule':
      return { op: 'rule', rule: named(presence.rule) }
    case 'count':
      return presence
  }
}
