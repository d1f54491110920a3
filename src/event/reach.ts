import { ACTIONS, type Action } from './action.ts'
import type { SourceName } from './source-name.ts'

/**
 * How far a source of events reaches: which actions it can give, with which fields, and why not the others. From this
 * one table importers write `detpack.unknown`, and `check --source` says which rules can run; a test holds it against
 * what the source really writes. A name stands for the field and for all below it.
 */
export interface Reach {
  readonly name: SourceName
  /** One sentence without a full stop. */
  readonly purpose: string
  /** What an event of any action may carry. */
  readonly fields: readonly string[]
  readonly actions: ReadonlyMap<Action, ActionReach>
  /** Why there are no events of an action. */
  readonly without: ReadonlyMap<Action, string>
  /** Fields that it cannot know of any event: why. */
  readonly never: ReadonlyMap<string, string>
  /** Fields of no event since there is nothing that they would say: why. */
  readonly needless: ReadonlyMap<string, string>
  /** Fields that it tells only where somebody says so: how. */
  readonly asks: ReadonlyMap<string, string>
}

export interface ActionReach {
  /** What an event of this action may carry besides the fields of all. */
  readonly fields: readonly string[]
  /** What has to be set up for the source to tell it; null: nothing. */
  readonly needs: string | null
  /** Fields that other sources give for this action, and this one cannot: why. */
  readonly lacks: ReadonlyMap<string, string>
  /** Of `event.outcome`, where not all can be. */
  readonly outcomes: readonly string[] | null
}

interface WrittenReach {
  readonly name: SourceName
  readonly purpose: string
  readonly fields: readonly string[]
  readonly never?: Readonly<Record<string, string>>
  readonly needless?: Readonly<Record<string, string>>
  readonly asks?: Readonly<Record<string, string>>
  readonly actions: Readonly<Partial<Record<Action, WrittenAction>>>
  readonly without?: Readonly<Partial<Record<Action, string>>>
}

interface WrittenAction {
  readonly fields: readonly string[]
  readonly needs?: string
  readonly lacks?: Readonly<Record<string, string>>
  readonly outcomes?: readonly string[]
}

export function reach(written: WrittenReach): Reach {
  const actions = new Map<Action, ActionReach>()
  const without = new Map<Action, string>()
  for (const action of ACTIONS) {
    const told = written.actions[action]
    if (told === undefined) without.set(action, written.without?.[action] ?? 'it has nothing of the kind')
    else {
      const lacks = new Map(Object.entries(told.lacks ?? {}))
      actions.set(action, { fields: told.fields, needs: told.needs ?? null, lacks, outcomes: told.outcomes ?? null })
    }
  }
  const { name, purpose, fields } = written
  const never = new Map(Object.entries(written.never ?? {}))
  const needless = new Map(Object.entries(written.needless ?? {}))
  const asks = new Map(Object.entries(written.asks ?? {}))
  return { name, purpose, fields, actions, without, never, needless, asks }
}

/** Whether events of this action may carry a field. */
export function gives(of: Reach, action: Action, field: string): boolean {
  const told = of.actions.get(action)
  return told !== undefined && (covers(of.fields, field) || covers(told.fields, field))
}

/** Why an event of this action never carries a field. */
export function whyNot(of: Reach, action: Action, field: string): string {
  const told = of.actions.get(action)
  if (told === undefined) return of.without.get(action) ?? 'it has nothing of the kind'
  return reasonFor(of, action, field) ?? `no event of ${action} carries it`
}

/** The reason that the table names; undefined when it names none. */
export function reasonFor(of: Reach, action: Action, field: string): string | undefined {
  const lacks = of.actions.get(action)?.lacks ?? new Map<string, string>()
  return reasonIn(lacks, field) ?? reasonIn(of.never, field) ?? reasonIn(of.needless, field)
}

/** The fields that no event of this action has although it could, for `detpack.unknown`. */
export function unknownFields(of: Reach, action: Action): readonly string[] {
  return [...of.never.keys(), ...(of.actions.get(action)?.lacks.keys() ?? [])]
}

/** Whether one of the names is the field or stands above it. */
export function covers(names: readonly string[], field: string): boolean {
  return names.some((name) => field === name || (field.startsWith(name) && field[name.length] === '.'))
}

function reasonIn(reasons: ReadonlyMap<string, string>, field: string): string | undefined {
  for (const [name, why] of reasons) if (covers([name], field)) return why
  return undefined
}
