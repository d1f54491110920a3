import type { EventValues } from '../../event/event-values.ts'
import { Kind, LineValues } from '../../event/scan/line-values.ts'
import { RecentBytes } from '../../event/scan/recent-bytes.ts'
import type { TextTest } from './indexed-literal.ts'
import { TextIndex } from './text-index.ts'

/** Tests with an indexed literal, whose index is made when it is first needed: most fields are in no event of a stream. */
export class TestGroup<T> {
  readonly #tests: ReadonlyMap<T, readonly TextTest[]>
  #index: TextIndex<T> | undefined

  /** @param tests of which any will do */
  constructor(tests: ReadonlyMap<T, readonly TextTest[]>) {
    this.#tests = tests
  }

  get isEmpty(): boolean {
    return this.#tests.size === 0
  }

  /** What is true of a value; it may be there more than once. */
  matching(values: EventValues, value: number): readonly T[] {
    return (this.#index ??= new TextIndex(this.#tests)).matching(values, value)
  }
}

/** Finds what is true of a value, and remembers what follows from it for values that came a short while ago. */
export class Finder<T, R = readonly T[]> {
  readonly #conclude: (found: readonly T[]) => R
  readonly #groups: readonly TestGroup<T>[]
  readonly #nothing: R
  #recent: RecentBytes<R> | undefined

  /** @param conclude says what follows from all that was found of one value @param groups may be those of other finders too */
  constructor(conclude: (found: readonly T[]) => R, ...groups: readonly TestGroup<T>[]) {
    this.#conclude = conclude
    this.#groups = groups.filter((group) => !group.isEmpty)
    this.#nothing = conclude(NONE)
  }

  of(values: EventValues, value: number): R {
    if (this.#groups.length === 0) return this.#nothing
    if (!(values instanceof LineValues) || (values.kinds[value] as number) > Kind.whole)
      return this.#conclude(this.#matching(values, value))
    // Of these, equal bytes are equal texts.
    const recent = (this.#recent ??= new RecentBytes())
    const known = recent.find(values.bytes, values.from[value] as number, values.to[value] as number)
    return known ?? recent.keep(this.#conclude(this.#matching(values, value)))
  }

  #matching(values: EventValues, value: number): readonly T[] {
    let found: readonly T[] = NONE
    for (const group of this.#groups) {
      const more = group.matching(values, value)
      if (more.length > 0) found = found.length === 0 ? more : [...found, ...more]
    }
    return found
  }
}

const NONE: readonly never[] = []
