import type { FieldName } from '../../ir/predicate.ts'
import type { Stage } from './stage.ts'

/** Stands between the id of a start and what is kept of its event; no id holds a line break. */
const BREAK = 'urldecode("%0A")'

/** The fields that are kept of the first event of a chain: those that the rule wants shown. The last event keeps all. */
function keptFields({ of, keeps, scope }: Stage): readonly FieldName[] {
  if (keeps || of.body.type !== 'ordered' || of.body.steps.length < 2) return []
  return of.fields.filter((name) => scope.canName(name))
}

/** What follows the id of a start: the fields of its event, each behind a line break. */
export function keptText(stage: Stage): string {
  return keptFields(stage)
    .map((name) => {
      const values = stage.scope.values(name, undefined)
      const text = stage.scope.mayHoldSeveral(name) ? `mvjoin(${values}, ", ")` : values
      return ` . ${BREAK} . coalesce(mvjoin(split(${text}, ${BREAK}), " "), "")`
    })
    .join('')
}

/** The id of the event that a start names. */
export function startId(stage: Stage): string {
  const rest = 'substr(dp_start, 33)'
  return keptFields(stage).length === 0 ? rest : `mvindex(split(${rest}, ${BREAK}), 0)`
}

/** `first_<field>` for each field that was kept, dots as underscores; missing where the first event had no value. */
export function firstColumns(stage: Stage): readonly string[] {
  return keptFields(stage).map((name, at) => {
    const column = `first_${name.replace(/[^A-Za-z0-9]+/g, '_')}`
    return `${column}=nullif(mvindex(split(substr(dp_start, 33), ${BREAK}), ${at + 1}), "")`
  })
}
