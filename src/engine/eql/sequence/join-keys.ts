import type { JsonObject } from '../../../event/field.ts'
import type { Field } from '../field.ts'
import type { Scope } from '../scope.ts'
import { isNumber, typeTitle } from '../operand.ts'
import type { Item } from '../syntax/tree.ts'
import { compareValues, valueText, type Value } from '../value/value.ts'

/** One value for each field that events are joined by; null for an optional one that is absent. */
export interface JoinKey {
  /** Equal for equal texts; what keys are compared by. */
  readonly id: string
  readonly texts: readonly (string | null)[]
  readonly values: readonly (Value | null)[]
}

interface KeyField {
  /** Null for an optional one that nothing maps. */
  readonly field: Field | null
  readonly optional: boolean
}

/** The fields that the events of one item are joined by. */
export class JoinKeys {
  readonly #fields: readonly KeyField[]

  constructor(fields: readonly KeyField[]) {
    this.#fields = fields
  }

  /**
   * The keys of an event, one for each combination of distinct values, ascending. None when a field that is not
   * optional has no value. Without fields: one that all events share.
   */
  of(event: JsonObject): readonly JoinKey[] {
    const [only] = this.#fields
    if (only === undefined) return NO_KEY
    if (this.#fields.length === 1) return valuesOf(only, event).map((value) => oneKey(value, only))
    const lists = this.#fields.map((key) => valuesOf(key, event))
    if (lists.every((values) => values.length === 1)) return [this.#key(lists.map(([value]) => value ?? null))]
    let tuples: (readonly (Value | null)[])[] = [[]]
    for (const values of lists) tuples = tuples.flatMap((before) => values.map((value) => [...before, value]))
    return tuples.map((values) => this.#key(values))
  }

  /** The order of keys in a result: null first. */
  compare(a: JoinKey, b: JoinKey): number {
    for (const [at, { field }] of this.#fields.entries()) {
      const [left, right] = [a.values[at] ?? null, b.values[at] ?? null]
      if (left === null || right === null) {
        if (left !== right) return left === null ? -1 : 1
      } else {
        const difference = compareValues(left, right, field?.type ?? 'keyword')
        if (difference !== 0) return difference
      }
    }
    return 0
  }

  #key(values: readonly (Value | null)[]): JoinKey {
    let id = ''
    const texts = values.map((value, at) => {
      const text = textOf(value, this.#fields[at])
      id += text === null ? '-' : `${text.length}:${text}`
      return text
    })
    return { id, texts, values }
  }
}

const NO_KEY: readonly JoinKey[] = [{ id: '', texts: [], values: [] }]
const ABSENT: readonly null[] = [null]

function valuesOf({ field, optional }: KeyField, event: JsonObject): readonly (Value | null)[] {
  const values = field ? field.distinct(event, (a, b) => compareValues(a, b, field.type)) : []
  return values.length === 0 && optional ? ABSENT : values
}

function oneKey(value: Value | null, key: KeyField): JoinKey {
  const text = textOf(value, key)
  return { id: text ?? '\u0000', texts: [text], values: [value] }
}

function textOf(value: Value | null, key: KeyField | undefined): string | null {
  if (value === null) return null
  return typeof value === 'string' && key?.field?.type !== 'ip'
    ? value
    : valueText(value, key?.field?.type ?? 'keyword')
}

/** The keys of each item; fields that do not fit together are told. Undefined after a mistake. */
export function joinKeysOf(items: readonly Item[], scope: Scope): readonly JoinKeys[] {
  const lists = items.map((item) => item.keys.map((ref) => ({ ref, field: scope.field(ref) })))
  const [first = []] = lists
  for (const list of lists.slice(1))
    for (const [at, { ref, field }] of list.entries()) {
      const other = first[at]?.field
      if (!field || !other || fits(field, other)) continue
      const message = `"${field.name}" is ${typeTitle(field.type)}, and "${other.name}", which it is joined with, is ${typeTitle(other.type)}`
      scope.tell('eql/join-keys', message, ref.span, 'join by fields of one type')
    }
  return lists.map(
    (list) => new JoinKeys(list.map(({ ref, field }) => ({ field: field ?? null, optional: ref.optional }))),
  )
}

function fits(a: Field, b: Field): boolean {
  return a.type === b.type || (isNumber(a.type) && isNumber(b.type))
}
