import { bind, type Binding } from './binder.ts'
import type { Row } from './bound.ts'
import { typeRefusal } from './refusal.ts'
import type { SortKey } from './tree.ts'
import { each, orderOf, type Scalar } from './value.ts'

/** By the keys in turn; of several values the least counts, or the greatest where the order is descending. */
export function sortRows(keys: readonly SortKey[], rows: readonly Row[], binding: Binding): readonly Row[] {
  const bound = keys.map((key) => {
    const of = bind(key.of, binding)
    if (of.type === 'time_span') throw typeRefusal('a length of time has no order', of.span)
    const order = orderOf(of.type)
    const sign = key.descending ? -1 : 1
    const pick = (row: Row): Scalar | null => {
      const values = each(of.evaluate(row))
      return values.length === 0 ? null : values.reduce((a, b) => (sign * order(a, b) <= 0 ? a : b))
    }
    return { pick, compare: (a: Scalar, b: Scalar) => sign * order(a, b), nullsFirst: key.nullsFirst }
  })
  const keyed = rows.map((row) => ({ row, picked: bound.map(({ pick }) => pick(row)) }))
  keyed.sort((a, b) => {
    for (const [at, { compare, nullsFirst }] of bound.entries()) {
      const [one, two] = [a.picked[at] ?? null, b.picked[at] ?? null]
      if (one === null && two === null) continue
      if (one === null || two === null) return (one === null) === nullsFirst ? -1 : 1
      const difference = compare(one, two)
      if (difference !== 0) return difference
    }
    return 0
  })
  return keyed.map(({ row }) => row)
}
