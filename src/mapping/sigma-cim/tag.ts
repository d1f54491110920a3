import { all, type FieldName, type Predicate } from '../../ir/predicate.ts'
import { exactly } from '../log-source.ts'

/** Events of a data model carry all of its tags. */
export function tagged(...tags: readonly string[]): Predicate {
  return all(...tags.map((tag) => exactly('tag', tag)))
}

export const sameName = (name: string): FieldName => name
