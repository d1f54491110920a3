import type { Span } from '../../diagnostic/source.ts'
import type { Row } from './row.ts'
import type { Run } from './run.ts'
import { isSeveral, keyOf, singlesOf, type Single } from './value.ts'

/** What rows that agree in these fields have in common; undefined where one is missing. */
export function rowKey(row: Row, names: readonly string[]): string | undefined {
  const [only] = names
  if (names.length === 1 && only !== undefined) {
    const value = row.get(only)
    return value === null ? undefined : keyOf(value)
  }
  let key = ''
  for (const name of names) {
    const value = row.get(name)
    if (value === null) return undefined
    key += part(keyOf(value))
  }
  return key
}

/** Parts that cannot be taken for others when they stand one after the other. */
function part(text: string): string {
  return `${text.length}:${text}`
}

/** A group of rows: the text that tells it from others, and the value of each field. */
export interface Group {
  readonly key: string
  readonly values: readonly Single[]
}

/**
 * The groups of a row: none where a field is missing; several values are in a group each.
 *
 * @param tooMany is told when the product of several fields is too great; the row is in no group then
 */
export function groupsOf(row: Row, names: readonly string[], tooMany: () => void): readonly Group[] {
  const values: Single[] = []
  for (const name of names) {
    const value = row.get(name)
    if (value === null) return []
    if (isSeveral(value)) return productOf(row, names, tooMany)
    values.push(value)
  }
  return [{ key: keyFor(values), values }]
}

/** No row is in more groups; what would be is a product that nobody asked for. */
const MOST_GROUPS = 100_000

function productOf(row: Row, names: readonly string[], tooMany: () => void): readonly Group[] {
  let groups: (readonly Single[])[] = [[]]
  for (const name of names) {
    const held = new Map(singlesOf(row.get(name)).map((value) => [String(value), value]))
    if (groups.length * held.size > MOST_GROUPS) {
      tooMany()
      return []
    }
    groups = groups.flatMap((values) => [...held.values()].map((value) => [...values, value]))
  }
  return groups.map((values) => ({ key: keyFor(values), values }))
}

function keyFor(values: readonly Single[]): string {
  const [only] = values
  if (values.length === 1 && only !== undefined) return String(only)
  let key = ''
  for (const value of values) key += part(String(value))
  return key
}

/** The one group of a row; undefined where a field is missing. Several values of a field are a problem of the run. */
export function singleGroup(row: Row, by: readonly string[], run: Run, span: Span): string | undefined {
  const values: Single[] = []
  for (const name of by) {
    const value = row.get(name)
    if (value === null) return undefined
    if (isSeveral(value)) {
      run.report.fail(
        'spl/several-groups',
        'a field of "by" has several values in a row, and what a row of several groups gets is not documented',
        span,
        'put "mvexpand" in front',
      )
      return undefined
    }
    values.push(value)
  }
  return keyFor(values)
}

/** For `groupsOf`: a row of too many groups is a problem of the run. */
export function tooManyGroups(run: Run, span: Span): () => void {
  return () => run.report.fail('spl/several-groups', `a row is in more than ${MOST_GROUPS} groups`, span)
}
