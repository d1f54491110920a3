import type { FieldChange } from './difference.ts'
import { keyOf, OBJECT_KINDS, type ObjectKind } from './object.ts'
import type {
  ChangeAction,
  PackIdentity,
  Place,
  Plan,
  PlanAction,
  PlannedObject,
  Purpose,
  TargetKind,
  UnchangedAction,
} from './plan.ts'
import {
  anything,
  by,
  content,
  count,
  line,
  list,
  optional,
  orNull,
  record,
  text,
  truth,
  word,
} from '../artifact/shape.ts'
import type { Shape } from '../artifact/shape.ts'

export const placeShape: Shape<Place> = record<Place>({
  kind: word<TargetKind>(['elastic', 'splunk', 'local']),
  name: line,
  at: line,
})

export const packShape: Shape<PackIdentity> = record<PackIdentity>({ name: line, version: line, digest: line })

export const purposeShape: Shape<Purpose> = word<Purpose>(['deploy', 'rollback', 'destroy'])

export const kindShape: Shape<ObjectKind> = word(OBJECT_KINDS)

const objectShape = record<PlannedObject>({
  kind: kindShape,
  id: line,
  title: text,
  version: orNull(count),
  digest: orNull(line),
})

const fieldsShape = list(
  record<FieldChange>({
    field: line,
    written: optional(anything),
    live: optional(anything),
    desired: optional(anything),
  }),
)

const changeShape = record<ChangeAction>({
  kind: word<ChangeAction['kind']>(['update', 'replace', 'adopt']),
  object: objectShape,
  content,
  changes: fieldsShape,
  kept: fieldsShape,
  drifted: truth,
  seen: line,
})

type Action<K extends PlanAction['kind']> = Extract<PlanAction, { readonly kind: K }>

const actionShape = by<'kind', PlanAction>('kind', {
  create: record<Action<'create'>>({ kind: word(['create']), object: objectShape, content }),
  update: changeShape,
  replace: changeShape,
  adopt: changeShape,
  unchanged: record<UnchangedAction>({ kind: word(['unchanged']), object: objectShape, kept: fieldsShape }),
  blocked: record<Action<'blocked'>>({ kind: word(['blocked']), object: objectShape, reason: text }),
  delete: record<Action<'delete'>>({ kind: word(['delete']), object: objectShape, seen: line }),
})

const wholeShape = record<Plan>({
  purpose: purposeShape,
  place: placeShape,
  pack: packShape,
  actions: list(actionShape),
  undoes: optional(line),
})

/** A plan, whole, that does nothing twice. */
export const planShape: Shape<Plan> = (value, at) => {
  const wrong = wholeShape(value, at)
  if (wrong !== undefined) return wrong
  const seen = new Set<string>()
  for (const [number, { object }] of (value as unknown as Plan).actions.entries()) {
    const key = keyOf(object)
    if (seen.has(key)) return `${at}.actions[${number}] is a second one for ${key}`
    seen.add(key)
  }
  return undefined
}
