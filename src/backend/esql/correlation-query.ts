import { ruleClosure } from '../../ir/rule-closure.ts'
import type { Correlation, Program } from '../../ir/rule.ts'
import type { NativeQuery } from '../backend.ts'
import { emitColumns, keyColumns } from './columns.ts'
import { no, or } from './condition.ts'
import { formCount } from './count-query.ts'
import type { Emission } from './emission.ts'
import { alertLines, keepLines, KEPT_ITEM, KEPT_LIFE, readersOf } from './inner-alert.ts'
import { eventItem, eventLife } from './item.ts'
import { quote } from './literal.ts'
import { formOrdered } from './ordered-query.ts'
import { emitAlertRow, from, pipeline, whereLines } from './query-text.ts'
import { Flow, KEPT_ROLE, type Role, type Stage, type StageForm } from './stage.ts'
import { formUnordered } from './unordered-query.ts'
import { formValue } from './value-query.ts'

export interface CorrelationText extends Pick<NativeQuery, 'text' | 'identity'> {
  readonly pairs: boolean
}

/**
 * A correlation, and those it stands on, as one pipeline: events become items, one row for each role that one has; each
 * stage makes alerts of its items, which are items of the stages behind it.
 */
export function emitCorrelation(rule: Correlation, program: Program, emission: Emission): CorrelationText | undefined {
  const stages = stagesOf(rule, program, emission)
  const forms = stages.map((stage) => formOf(stage))
  if (forms.includes(undefined)) return undefined
  const all = stages.map((stage, at): readonly [Stage, StageForm] => [stage, forms[at] as StageForm])
  const keys = keyColumns(all)
  const columns = [...keys, ...all.flatMap(([, form]) => form.columns)]
  const lives = all.some(([, form]) => form.lives)
  const item = eventItem(emission)
  const roles = all.flatMap(([, form]) => form.roles.filter((role) => role.where !== null))
  const end = emitAlertRow(
    rule,
    keys.map(({ name }) => name),
  )
  const lines = all.flatMap(([stage, form], at) => {
    const later = all.slice(at + 1).map(([, each]) => each)
    const names = keys.map(({ name }) => name)
    if (later.length === 0) return form.lines(new Flow(names, []))
    const carried = later.flatMap((each) => each.columns.map(({ name }) => name))
    const kept = [KEPT_ROLE, KEPT_ITEM, ...(lives ? [KEPT_LIFE] : []), ...carried]
    const laterColumns = [...keys, ...later.flatMap((each) => each.columns)]
    return [
      ...keepLines(form, lives),
      ...form.lines(new Flow(names, kept)),
      ...alertLines(stage.of, { roles: readersOf(stage.of, later), columns: laterColumns, lives }),
    ]
  })
  const text = pipeline(emission, `${from(emission)}${item.needsDocumentId ? ' METADATA _id' : ''}`, [
    ...emitRoles(roles, emission),
    ...emitColumns(columns, roles, emission),
    `EVAL event = ${item.text}${lives ? `, life = ${eventLife(emission) ?? '""'}` : ''}`,
    ...lines,
    ...end.lines,
  ])
  return { text, identity: end.identity, pairs: all.some(([, form]) => form.cost === 'pairs') }
}

/** A letter names a stage. */
const MOST_STAGES = 26

/** The correlations that a correlation stands on, each after those that it names; itself last. */
function stagesOf(rule: Correlation, program: Program, emission: Emission): readonly Stage[] {
  const found = ruleClosure(rule, program).filter((one) => one.kind === 'correlation')
  if (found.length > MOST_STAGES) emission.refuse(`a chain of more than ${MOST_STAGES} correlations`, rule.span)
  return found.map((of, at) => ({
    of,
    program,
    emission,
    prefix: found.length === 1 ? '' : String.fromCharCode(0x61 + (at % MOST_STAGES)),
  }))
}

function formOf(stage: Stage): StageForm | undefined {
  const { body } = stage.of
  switch (body.type) {
    case 'ordered':
      return formOrdered(stage, body)
    case 'unordered':
      return formUnordered(stage, body)
    case 'count':
      return formCount(stage, body)
    case 'value':
      return formValue(stage, body)
  }
}

/** One row for each role that an event has: an event may be both steps. */
function emitRoles(roles: readonly Role[], emission: Emission): readonly string[] {
  const wheres = roles.map((role) => role.where ?? no)
  const taken = whereLines(or(wheres), emission)
  const [only] = roles
  if (only === undefined || roles.length === 1) return [...taken, `EVAL role = ${quote(only?.name ?? '')}`]
  if (wheres.some((where) => where.searches))
    emission.refuse(
      'a keyword that may stand in any field, where several rules must be told apart',
      undefined,
      'name the field; or compile this rule to SPL, or deploy it to the target "local"',
    )
  const each = roles.map((role) => `CASE(${(role.where ?? no).text}, ${quote(role.name)}, "-")`)
  return [...taken, `EVAL role = ${appended(each)}`, 'MV_EXPAND role', 'WHERE role != "-"']
}

/** In pairs of pairs, for the server's parser goes only so deep. */
function appended(values: readonly string[]): string {
  const [one = '""', two] = values
  if (two === undefined) return one
  const half = values.length >> 1
  return `MV_APPEND(${appended(values.slice(0, half))}, ${appended(values.slice(half))})`
}
