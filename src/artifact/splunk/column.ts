import type { FieldName } from '../../ir/predicate.ts'

/** The names that Splunk's Common Information Model and its analysts use, with the fields that hold them here. */
const COLUMNS: readonly (readonly [column: string, fields: readonly FieldName[]])[] = [
  ['dest', ['host.name', 'host.id']],
  ['user', ['user.name', 'process.user.name', 'process.user.id']],
  ['process_name', ['process.name']],
  ['process_path', ['process.executable']],
  ['process_guid', ['process.entity_id']],
  ['parent_process_guid', ['process.parent.entity_id']],
  ['file_path', ['file.path']],
  ['dest_ip', ['destination.ip']],
  ['dest_port', ['destination.port']],
]

/** The columns that risk is put on. */
export const RISK_OBJECTS = [
  { column: 'dest', type: 'system' },
  { column: 'user', type: 'user' },
] as const

/** What carries the threat; no risk is put on it. */
export const THREAT_OBJECTS = [{ column: 'process_name', type: 'process_name' }] as const

/** The columns that say at a glance what an alert is about. */
export const SHOWN = [...RISK_OBJECTS, ...THREAT_OBJECTS]

/**
 * Commands that give the fields of the closing event the names of the Common Information Model beside their own, and the
 * span of the alert for a drilldown. Dots in a name keep it from being a token in a text.
 */
export function contextColumns(field: (name: FieldName) => { readonly multi: boolean } | undefined): readonly string[] {
  const evals = COLUMNS.flatMap(([column, fields]) => {
    const known = fields.filter((name) => field(name) !== undefined).map((name) => `'${name}'`)
    return known.length === 0 ? [] : [`${column}=coalesce(${[column, ...known].join(', ')})`]
  })
  const times = [
    'drilldown_from=floor(coalesce(first_time, _time))',
    'drilldown_to=floor(coalesce(last_time, _time))+1',
  ]
  return [`eval ${[...evals, ...times].join(', ')}`]
}
