import type { NativeQuery } from '../../backend/backend.ts'
import type { FieldName } from '../../ir/predicate.ts'
import { keyField, steppedRules, type Rule } from '../../ir/rule.ts'
import { EVENTS_MACRO } from './macro.ts'

export type Drilldown = {
  readonly name: string
  readonly search: string
  readonly earliest_offset: string
  readonly latest_offset: string
}

/**
 * The search behind an alert: all events of its group from its first event to its closing one. Only keys with one value
 * in one field narrow it; the others would hide events. A single event is looked for by its id.
 */
export function drilldown(
  rule: Rule,
  query: NativeQuery,
  options: { readonly field: (name: FieldName) => { readonly multi: boolean } | undefined },
): Drilldown {
  const narrowing = rule.kind === 'event' ? ['event.id="$first_id$"'] : keyTerms(rule, query, options.field)
  return {
    name: rule.kind === 'event' ? 'The event' : 'Events of the group during the alert',
    search: [`\`${EVENTS_MACRO}\``, ...narrowing, '| sort 0 +_time'].join(' '),
    earliest_offset: '$drilldown_from$',
    latest_offset: '$drilldown_to$',
  }
}

function keyTerms(
  rule: Extract<Rule, { kind: 'correlation' }>,
  { identity }: NativeQuery,
  knows: (name: FieldName) => { readonly multi: boolean } | undefined,
): readonly string[] {
  if (identity.of !== 'row') return []
  return rule.group.flatMap((key) => {
    const fields = new Set(steppedRules(rule).map((id) => keyField(key, id)))
    const [field] = fields
    const column = identity.keys[key.name]
    if (fields.size !== 1 || field === undefined || column === undefined || knows(field)?.multi !== false) return []
    return [`${field}="$${column}$"`]
  })
}
