import type { Span } from '../../diagnostic/source.ts'
import type { FieldName } from '../../ir/predicate.ts'
import { keyField } from '../../ir/rule.ts'
import type { Emission } from './emission.ts'
import { column } from './literal.ts'
import { isRole, type Role, type RoleColumn, type Stage, type StageForm } from './stage.ts'

/** The columns that hold a group, as many as the longest group of all stages has keys. */
export function keyColumns(stages: readonly (readonly [Stage, StageForm])[]): readonly RoleColumn[] {
  const length = Math.max(0, ...stages.map(([{ of }]) => of.group.length))
  return Array.from({ length }, (_, at) => ({
    name: `key${at}`,
    span: stages.find(([{ of }]) => of.group[at])?.[0].of.group[at]?.span ?? stages[0]?.[0].of.span,
    fieldOf: (role: Role): FieldName | undefined => {
      const [stage] = stages.find(([, { roles }]) => roles.includes(role)) ?? []
      const key = stage?.of.group[at]
      return key && keyField(key, role.rule)
    },
  })).flatMap(({ span, ...rest }) => (span ? [{ ...rest, span }] : []))
}

/** Columns of exact text, one row for each value of several; rows in which one is missing are left out. */
export function emitColumns(
  columns: readonly RoleColumn[],
  roles: readonly Role[],
  emission: Emission,
): readonly string[] {
  const used = columns.filter((each) => roles.some((role) => each.fieldOf(role) !== undefined))
  if (columns.length === 0) return []
  const texts = columns.map((each) => textByRole(each, roles, emission))
  return [
    `EVAL ${columns.map((each, index) => `${each.name} = ${texts[index]?.text ?? ''}`).join(', ')}`,
    ...columns.filter((_, index) => texts[index]?.multi === true).map((each) => `MV_EXPAND ${each.name}`),
    ...(used.length === 0 ? [] : [`WHERE ${used.map((each) => `${each.name} IS NOT NULL`).join(' AND ')}`]),
  ]
}

interface FieldText {
  readonly text: string
  readonly multi: boolean
}

function textByRole(of: RoleColumn, roles: readonly Role[], emission: Emission): FieldText {
  const fields = new Map<FieldName, Role[]>()
  for (const role of roles) {
    const field = of.fieldOf(role)
    if (field !== undefined) fields.set(field, [...(fields.get(field) ?? []), role])
  }
  const texts = [...fields].map(([field, players]) => ({ ...exactText(field, of.span, emission), players }))
  const everywhere = roles.every((role) => of.fieldOf(role) !== undefined)
  const [only] = texts
  const multi = texts.some((each) => each.multi)
  if (only === undefined) return { text: '""', multi }
  if (texts.length === 1 && everywhere) return { text: only.text, multi }
  const cases = texts.map(({ text, players }) => `${isRole(...players)}, ${text}`)
  return { text: `CASE(${[...cases, ...(everywhere ? [] : ['""'])].join(', ')})`, multi }
}

/** The text of a value as groups compare it; keeps several values apart. */
export function exactText(name: FieldName, span: Span, emission: Emission): FieldText {
  const info = emission.field(name, span)
  if (info.assumed) return { text: `TO_STRING(${column(name)})`, multi: true }
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
