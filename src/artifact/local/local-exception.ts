import { all, anyOf, not, type Predicate } from '../../ir/predicate.ts'
import type { EventRule } from '../../ir/rule.ts'
import type { PackException } from '../exception.ts'
import { count, list, optional, record, text, word, type Shape } from '../shape.ts'
import type { EventMeaning, Meaning } from './meaning-shape.ts'

/** An exception as the local store keeps it with its rule. */
export type LocalException = {
  readonly id: string
  readonly title: string
  /** The last moment at which it holds, ms since 1970. */
  readonly until: number
  readonly scope: readonly {
    readonly field: string
    readonly test: 'is' | 'like'
    readonly values: readonly string[]
  }[]
}

export function localException({ id, title, until, scope }: PackException): LocalException {
  return { id, title, until, scope: scope.map(({ field, test, values }) => ({ field, test, values })) }
}

export const localExceptions: Shape<readonly LocalException[] | undefined> = optional(
  list(
    record<LocalException>({
      ...{ id: text, title: text, until: count },
      scope: list(record({ field: text, test: word(['is', 'like']), values: list(text) })),
    }),
  ),
)

/** The same rule without covered events: none of its steps, counts and absences sees one. */
export function withoutCovered(meaning: readonly Meaning[], covered: readonly Predicate[]): readonly Meaning[] {
  if (covered.length === 0) return meaning
  const seen = not(anyOf(...covered))
  return meaning.map((part) => (part.kind === 'event' ? withWhere(part, all(whereOf(part), seen)) : part))
}

/** A rule on the covered events that a rule would have looked at but for an exception; each of its alerts is one. */
export function leftOut(meaning: readonly Meaning[], id: string, covered: Predicate): EventMeaning | undefined {
  const events = meaning.filter((part) => part.kind === 'event')
  const [first] = events
  const where = all(covered, anyOf(...events.map(whereOf)))
  return first && { ...withWhere(first, where), title: `left out by ${id}` }
}

// The shape was looked at; only the compiler does not know that these are the IR's own types.
function whereOf(part: EventMeaning): EventRule['where'] {
  return (part as unknown as EventRule).where
}

function withWhere(part: EventMeaning, where: EventRule['where']): EventMeaning {
  return { ...part, where }
}
