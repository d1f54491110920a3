import { error, type Diagnostic } from '../../diagnostic/diagnostic.ts'
import type { NativeQuery } from '../../backend/backend.ts'
import type { Duration } from '../../ir/duration.ts'
import type { FieldName } from '../../ir/predicate.ts'
import { keyField, steppedRules, type Correlation, type GroupKey, type Rule } from '../../ir/rule.ts'
import type { KibanaSuppression } from './rule.ts'

/** What is known of a stored field; undefined where nothing is. */
export type FieldKnowledge = (
  name: FieldName,
) => { readonly type: string; readonly multi: boolean; readonly unsigned?: true } | undefined

/** Kibana takes one to three fields. */
const MOST_FIELDS = 3
const HOUR = 3_600_000

/**
 * The alert suppression that keeps the overlap of two runs from giving an alert twice, so that one chain is one alert.
 *
 * - A single event is known by its id.
 * - A row (ES|QL) is known by its closing event and its group: at a closing event a rule has at most one alert for each
 *   group (semantics §2). Keys with a single value follow from the event; keys that may hold several are named. More
 *   than two of those do not fit: `artifact/suppression-keys` (error).
 * - A sequence (EQL) already has one fixed alert id for its events in Kibana. Its group folds repeats within the
 *   timespan (semantics §2), when one to three single-valued fields make it; else there is no suppression, and the
 *   set-up text of the rule says so. Needs Elastic 8.18.
 *
 * @param lookback how far back a run looks: as long as a chain can be found again
 */
export function suppression(
  rule: Rule,
  query: NativeQuery,
  lookback: Duration,
  knows: FieldKnowledge,
): { readonly suppression?: KibanaSuppression; readonly diagnostics: readonly Diagnostic[] } {
  const { identity } = query
  switch (identity.of) {
    case 'event':
      return { suppression: overRuns([identity.column], lookback), diagnostics: [] }
    case 'row': {
      const keys = rule.kind === 'correlation' ? rule.group.filter((key) => !followsFromEvent(key, rule, knows)) : []
      const columns = keys.map((key) => identity.keys[key.name] ?? key.name)
      if (columns.length < MOST_FIELDS)
        return { suppression: overRuns([identity.last, ...columns], lookback), diagnostics: [] }
      const message = `Kibana can tell alerts apart by ${MOST_FIELDS} fields, and this group needs ${columns.length + 1}`
      const hint = 'group by at most two fields that may hold several values'
      return { diagnostics: [error('artifact/suppression-keys', message, keys[0]?.span ?? rule.span, { hint })] }
    }
    case 'sequence':
      return rule.kind === 'correlation' ? sequenceFolding(rule, knows) : { diagnostics: [] }
  }
}

function sequenceFolding(rule: Correlation, knows: FieldKnowledge): ReturnType<typeof suppression> {
  const fields = rule.group.map((key) => commonField(key, rule)).filter((name) => name !== undefined)
  const plain = fields.length === rule.group.length && fields.every((name) => knows(name)?.multi === false)
  if (plain && fields.length > 0 && fields.length <= MOST_FIELDS)
    return { suppression: suppressionOf(fields, 's', Math.ceil(rule.timespan / 1000)), diagnostics: [] }
  return { diagnostics: [] }
}

/** The value of the key is settled by the closing event, so that the event alone tells the groups apart. */
function followsFromEvent(key: GroupKey, rule: Correlation, knows: FieldKnowledge): boolean {
  const fields = new Set(steppedRules(rule).map((id) => keyField(key, id)))
  const single = [...fields].every((name) => knows(name)?.multi === false)
  return single && (fields.size === 1 || rule.body.type === 'ordered')
}

/** The one field that every step reads the key from, if it is one. */
function commonField(key: GroupKey, rule: Correlation): FieldName | undefined {
  const fields = new Set(steppedRules(rule).map((id) => keyField(key, id)))
  const [only] = fields
  return fields.size === 1 ? only : undefined
}

/** Twice as long as a chain can be found again, and at least a day, for events that are delivered a second time. */
function overRuns(fields: readonly string[], lookback: Duration): KibanaSuppression {
  return suppressionOf(fields, 'h', Math.max(24, Math.ceil((2 * lookback) / HOUR)))
}

function suppressionOf(fields: readonly string[], unit: 's' | 'h', value: number): KibanaSuppression {
  return { group_by: fields, duration: { value, unit }, missing_fields_strategy: 'doNotSuppress' }
}
