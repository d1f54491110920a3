import type { FieldSpec, ValueType } from './field-type.ts'
import type { FIELDS } from './schema.ts'

/**
 * One capability-use event as it is written: nested, `{"event": {"action": …}, "process": {"parent": {"pid": …}}}`.
 * Made from the schema, so that it cannot differ from it. What every event carries is required, closed lists of values
 * are unions, lists are arrays.
 */
export type UseEvent = Branch<typeof FIELDS>

/** The part of an event below one name: `UsePart<'process'>`. */
export type UsePart<Name extends keyof UseEvent> = NonNullable<UseEvent[Name]>

type Branch<Fields> = {
  readonly [Head in RequiredHeads<Fields>]: Below<Fields, Head>
} & {
  readonly [Head in Exclude<Heads<keyof Fields>, RequiredHeads<Fields>>]?: Below<Fields, Head>
}

type Below<Fields, Head extends string> = Head extends keyof Fields ? Value<Fields[Head]> : Branch<Rest<Fields, Head>>

type Rest<Fields, Head extends string> = {
  [Name in keyof Fields as Name extends `${Head}.${infer Tail}` ? Tail : never]: Fields[Name]
}

type Heads<Name> = Name extends `${infer Head}.${string}` ? Head : Extract<Name, string>

type RequiredHeads<Fields> = Heads<
  { [Name in keyof Fields]: Fields[Name] extends { readonly required: true } ? Name : never }[keyof Fields]
>

type Value<Field> = Field extends FieldSpec ? (Field['multi'] extends true ? readonly One<Field>[] : One<Field>) : never

type One<Field extends FieldSpec> = Field['type'] extends 'keyword'
  ? NonNullable<Field['values']>[number]
  : Plain[Field['type']]

interface Plain extends Record<ValueType, string | number | boolean> {
  readonly keyword: string
  readonly long: number
  readonly ip: string
  readonly date: string
  readonly boolean: boolean
}
