/** How a field is stored where it is searched; words of Elasticsearch. */
export type ValueType = 'keyword' | 'long' | 'ip' | 'date' | 'boolean'

/** One field of the event schema, without its name. */
export interface FieldSpec {
  readonly type: ValueType
  /** The field holds a list; then it is always a list, also with one value or none. */
  readonly multi: boolean
  /** Every event carries it. */
  readonly required: boolean
  /** One sentence without a full stop. */
  readonly meaning: string
  /** All values there are, where that is a closed list. */
  readonly values: readonly string[] | null
  /** No value is below zero. */
  readonly unsigned?: true
}

interface Spec<T extends ValueType, Multi extends boolean, V extends string> extends FieldSpec {
  readonly type: T
  readonly multi: Multi
  readonly required: false
  readonly values: readonly V[] | null
}

export function keyword<V extends string = string>(meaning: string, values?: readonly V[]): Spec<'keyword', false, V> {
  return { type: 'keyword', multi: false, required: false, meaning, values: values ?? null }
}

export function keywords<V extends string = string>(meaning: string, values?: readonly V[]): Spec<'keyword', true, V> {
  return { type: 'keyword', multi: true, required: false, meaning, values: values ?? null }
}

/** A whole number that JSON and JavaScript carry exactly (at most 2^53 - 1). */
export function long(meaning: string): Spec<'long', false, never> {
  return { type: 'long', multi: false, required: false, meaning, values: null }
}

/** A number of things, never below zero. */
export function amount(meaning: string): Spec<'long', false, never> {
  return { ...long(meaning), unsigned: true }
}

export function ip(meaning: string): Spec<'ip', false, never> {
  return { type: 'ip', multi: false, required: false, meaning, values: null }
}

/** A time as RFC 3339 text, UTC. */
export function date(meaning: string): Spec<'date', false, never> {
  return { type: 'date', multi: false, required: false, meaning, values: null }
}

export function boolean(meaning: string): Spec<'boolean', false, never> {
  return { type: 'boolean', multi: false, required: false, meaning, values: null }
}

/** The same field, on every event. */
export function required<F extends FieldSpec>(field: F): Omit<F, 'required'> & { readonly required: true } {
  return { ...field, required: true }
}
