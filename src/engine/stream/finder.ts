import type { EventValues } from '../../event/event-values.ts'
import { Kind, LineValues } from '../../event/scan/line-values.ts'
import { RecentBytes } from '../../event/scan/recent-bytes.ts'
import type { Test } from '../../ir/predicate.ts'
import { TextIndex } from './text-index.ts'

/** Finds the tests that are true of a value, and remembers it for values that came a short while ago. */
export class Finder<T> {
  readonly #tests: ReadonlyMap<T, Test>
  /** These are made when they are first needed: most rules are about fields that one stream never has. */
  #index: TextIndex<T> | undefined
  #recent: RecentBytes<readonly T[]> | undefined

  /** @param tests each with an indexed literal */
  constructor(tests: ReadonlyMap<T, Test>) {
    this.#tests = tests
  }

  of(values: EventValues, value: number): readonly T[] {
    if (this.#tests.size === 0) return NONE
    const index = (this.#index ??= new TextIndex(this.#tests))
    if (!(values instanceof LineValues) || (values.kinds[value] as number) > Kind.whole)
      return index.matching(values, value)
    // Of these, equal bytes are equal texts.
    const recent = (this.#recent ??= new RecentBytes())
    const known = recent.find(values.bytes, values.from[value] as number, values.to[value] as number)
    return known ?? recent.keep(index.matching(values, value))
  }
}

const NONE: readonly never[] = []
