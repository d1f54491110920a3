import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import { keyField, type Correlation, type RuleId } from '../../ir/rule.ts'
import { or, type Condition } from './condition.ts'
import type { Emission } from './emission.ts'
import { column, quote } from './literal.ts'

/** What an event is to a correlation: a step, an absence, or one of those that are counted. */
export interface Role {
  /** Unique among the roles of a query. */
  readonly name: string
  readonly rule: RuleId
  readonly where: Condition
}

/** The columns that hold a group, in the order of the correlation's keys. */
export interface GroupColumns {
  readonly lines: readonly string[]
  readonly columns: readonly string[]
}

/** A column that is read from another field in each role. */
export interface RoleColumn {
  readonly name: string
  readonly fieldOf: (role: Role) => FieldName
  readonly span: Span
}

/** One row for each role an event has: an event may be both steps. */
export function emitRoles(roles: readonly Role[]): readonly string[] {
  const taken = `WHERE ${or(roles.map((role) => role.where)).text}`
  const [only] = roles
  if (only === undefined || roles.length === 1) return [taken, `EVAL role = ${quote(only?.name ?? '')}`]
  const each = roles.map((role) => `CASE(${role.where.text}, ${quote(role.name)}, "-")`)
  const all = each.reduce((before, next) => `MV_APPEND(${before}, ${next})`)
  return [taken, `EVAL role = ${all}`, 'MV_EXPAND role', 'WHERE role != "-"']
}

/** One row for each group of an event: one for each value of a key with several, none where a key is missing. */
export function emitGroup(of: Correlation, roles: readonly Role[], emission: Emission): GroupColumns {
  const columns = of.group.map((key, index) => ({
    name: `key${index}`,
    fieldOf: (role: Role) => keyField(key, role.rule),
    span: key.span,
  }))
  return { columns: columns.map((each) => each.name), lines: emitColumns(columns, roles, emission) }
}

/** Columns of exact text; rows in which one is missing are left out. */
export function emitColumns(
  columns: readonly RoleColumn[],
  roles: readonly Role[],
  emission: Emission,
): readonly string[] {
  if (columns.length === 0) return []
  const texts = columns.map((each) => textByRole(each, roles, emission))
  return [
    `EVAL ${columns.map((each, index) => `${each.name} = ${texts[index]?.text ?? ''}`).join(', ')}`,
    ...columns.filter((_, index) => texts[index]?.multi === true).map((each) => `MV_EXPAND ${each.name}`),
    `WHERE ${columns.map((each) => `${each.name} IS NOT NULL`).join(' AND ')}`,
  ]
}

interface FieldText {
  readonly text: string
  readonly multi: boolean
}

function textByRole(of: RoleColumn, roles: readonly Role[], emission: Emission): FieldText {
  const fields = new Map<FieldName, string[]>()
  for (const role of roles) {
    const field = of.fieldOf(role)
    fields.set(field, [...(fields.get(field) ?? []), role.name])
  }
  const texts = [...fields].map(([field, names]) => ({ ...exactText(field, of.span, emission), names }))
  const [only] = texts
  const multi = texts.some((each) => each.multi)
  if (only !== undefined && texts.length === 1) return { text: only.text, multi }
  const cases = texts.map(({ text, names }) => `${names.map((name) => `role == ${quote(name)}`).join(' OR ')}, ${text}`)
  return { text: `CASE(${cases.join(', ')})`, multi }
}

/** The text of a value as groups compare it; keeps several values apart. */
export function exactText(name: FieldName, span: Span, emission: Emission): FieldText {
  const info = emission.field(name, span)
  if (info === undefined) return { text: column(name), multi: false }
  switch (info.type) {
    case 'keyword':
      return { text: column(name), multi: info.multi }
    case 'long':
    case 'boolean':
    case 'ip':
      return { text: `TO_STRING(${column(name)})`, multi: info.multi }
    case 'double':
    case 'date':
      emission.refuse(`the exact text of "${name}", which is stored as a ${info.type}`, span)
      return { text: column(name), multi: info.multi }
  }
}

/** The end of a STATS. */
export function by(columns: readonly string[]): string {
  return columns.length === 0 ? '' : ` BY ${columns.join(', ')}`
}
