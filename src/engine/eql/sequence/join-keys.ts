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

/** Keys by their values, one level a field: they come again and again. */
interface KnownKeys {
  readonly by: Map<Value | null, KnownKeys>
  keys: readonly JoinKey[] | undefined
}

/** Dropped whole when there are more. */
const MOST_KNOWN = 10_000

/** The fields that the events of one item are joined by. */
export class JoinKeys {
  readonly #fields: readonly KeyField[]
  #known: KnownKeys = { by: new Map(), keys: undefined }
  #count = 0

  constructor(fields: readonly KeyField[]) {
    this.#fields = fields
  }

  /**
   * The keys of an event, one for each combination of distinct values, ascending. None when a field that is not
   * optional has no value. Without fields: one that all events share.
   */
  of(event: JsonObject): readonly JoinKey[] {
    let known = this.#known
    for (const { field, optional } of this.#fields) {
      const only = field ? field.only(event) : null
      if (only === undefined || (only === null && !optional)) return this.#combined(event)
      let next = known.by.get(only)
      if (!next) {
        next = { by: new Map(), keys: undefined }
        known.by.set(only, next)
      }
      known = next
    }
    return known.keys ?? this.#keep(known, event)
  }

  #keep(known: KnownKeys, event: JsonObject): readonly JoinKey[] {
    known.keys = this.#combined(event)
    if (++this.#count > MOST_KNOWN) {
      this.#known = { by: new Map(), keys: undefined }
      this.#count = 0
    }
    return known.keys
  }

  #combined(event: JsonObject): readonly JoinKey[] {
    let tuples: (readonly (Value | null)[])[] = [[]]
    for (const key of this.#fields) {
      const values = valuesOf(key, event)
      tuples = tuples.flatMap((before) => values.map((value) => [...before, value]))
    }
    return tuples.map((values) => {
      const texts = values.map((value, at) => textOf(value, this.#fields[at]))
      return { id: texts.map(partOf).join(''), texts, values }
    })
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
}

const ABSENT: readonly null[] = [null]

function valuesOf({ field, optional }: KeyField, event: JsonObject): readonly (Value | null)[] {
  const values = field ? [...new Set(field.values(event))].sort((a, b) => compareValues(a, b, field.type)) : []
  return values.length === 0 && optional ? ABSENT : values
}

/** A text in the name of a key, so that no two keys have the same one. */
function partOf(text: string | null): string {
  return text === null ? '-' : `${text.length}:${text}`
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
