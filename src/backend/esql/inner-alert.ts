import type { Correlation } from '../../ir/rule.ts'
import { alertLife, idOf, orderOf } from './item.ts'
import { quote } from './literal.ts'
import { isRole, KEPT_ROLE, type Role, type RoleColumn, type StageForm } from './stage.ts'

/** Columns that keep an item for a later stage, besides its role. */
export const KEPT_ITEM = 'kept_event'
export const KEPT_LIFE = 'kept_life'

/** Sets apart the items that a stage does not work on. @param lives whether items have lives */
export function keepLines(of: StageForm, lives: boolean): readonly string[] {
  const mine = isRole(...of.roles)
  return [
    `EVAL ${KEPT_ROLE} = CASE(${mine}, null, role), ${KEPT_ITEM} = CASE(${mine}, null, event)${lives ? `, ${KEPT_LIFE} = CASE(${mine}, null, life)` : ''}`,
  ]
}

export interface AlertReader {
  /** The roles that alerts of the stage have in later stages. */
  readonly roles: readonly Role[]
  /** The columns of the items, keys of groups first. */
  readonly columns: readonly RoleColumn[]
  readonly lives: boolean
}

/**
 * Makes items of the alerts of a stage, at the place of their closing item, with the identity of the alert (semantics §2)
 * for an id and the group for fields; and items again of what was kept.
 */
export function alertLines(of: Correlation, { roles, columns, lives }: AlertReader): readonly string[] {
  const keyOf = (name: string): string | undefined => {
    const at = of.group.findIndex((key) => key.name === name)
    return at === -1 ? undefined : `key${at}`
  }
  // A group that lacks a key of a later stage is none there.
  const readable = roles.filter((role) =>
    columns.every((each) => {
      const field = each.fieldOf(role)
      return field === undefined || keyOf(field) !== undefined
    }),
  )
  const values = columns.map((each) => {
    const cases = readable.flatMap((role) => {
      const field = each.fieldOf(role)
      return [`${isRole(role)}, ${(field !== undefined && keyOf(field)) || '""'}`]
    })
    return `next_${each.name} = CASE(${[`${KEPT_ROLE} IS NOT NULL, ${each.name}`, ...cases].join(', ')})`
  })
  const named = readable.map((role) => quote(role.name)).join(', ')
  const fresh = readable.length === 0 ? 'null' : readable.length === 1 ? named : `[${named}]`
  return [
    `EVAL role = CASE(${KEPT_ROLE} IS NOT NULL, ${KEPT_ROLE}, start IS NOT NULL, ${fresh})`,
    ...(readable.length > 1 ? ['MV_EXPAND role'] : []),
    'WHERE role IS NOT NULL',
    `EVAL event = COALESCE(${KEPT_ITEM}, CONCAT(${orderOf('closing')}, ${alertId(of)}))`,
    ...(lives ? [`EVAL life = COALESCE(${KEPT_LIFE}, ${alertLife(keyOf)})`] : []),
    ...(values.length === 0
      ? []
      : [`EVAL ${values.join(', ')}`, `EVAL ${columns.map(({ name }) => `${name} = next_${name}`).join(', ')}`]),
  ]
}

/** SHA-256 of the canonical JSON `[rule, group, first, last]`, keys sorted. */
function alertId(of: Correlation): string {
  const group = of.group
    .map((key, at) => ({ name: key.name, at }))
    .sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)))
    .flatMap(({ name, at }, index) => [
      quote(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
      jsonText(`key${at}`),
    ])
  const first = jsonText(idOf('start'))
  const last = jsonText(idOf('closing'))
  return `SHA256(CONCAT(${[quote(`[${JSON.stringify(of.id)},{`), ...group, quote('},'), first, quote(','), last, quote(']')].join(', ')}))`
}

/** As JSON writes it. Other control characters are not looked for: no id or key holds them. */
function jsonText(expression: string): string {
  const escaped = [
    ['\\\\', '\\\\\\\\'],
    ['"', '\\\\"'],
    ['\t', '\\\\t'],
    ['\n', '\\\\n'],
    ['\r', '\\\\r'],
  ].reduce((text, [from = '', to = '']) => `REPLACE(${text}, ${quote(from)}, ${quote(to)})`, expression)
  return `"\\"", ${escaped}, "\\""`
}

/** Later stages that name a correlation. */
export function readersOf(of: Correlation, later: readonly StageForm[]): readonly Role[] {
  return later.flatMap(({ roles }) => roles.filter((role) => role.where === null && role.rule === of.id))
}
