import type { EventValues } from '../../event/event-values.ts'
import type { Question } from './condition.ts'
import { Finder, TestGroup } from './finder.ts'
import type { FieldAnswers } from './given.ts'
import type { TextTest } from './indexed-literal.ts'

/** So many different answers of one field are remembered. */
const MOST_ANSWERS = 10_000

/** Answers what is asked of one field by its values as a whole. */
export class FieldTable {
  readonly #field: string
  readonly #place: number
  readonly #numbers: ReadonlyMap<Question, number>
  readonly #finder: Finder<Question, FieldAnswers>
  readonly #known = new Map<string, FieldAnswers>()
  readonly #absent: FieldAnswers
  readonly #stated: FieldAnswers
  readonly #present: FieldAnswers

  /** @param place of the field among those of events @param questions of the field, with `isDecided` */
  constructor(field: string, place: number, questions: readonly Question[]) {
    this.#field = field
    this.#place = place
    const tests = new Map<Question, readonly TextTest[]>()
    for (const one of questions) if (one.by === 'literal' && one.exact) tests.set(one, one.tests)
    this.#numbers = new Map(Array.from(tests.keys(), (question, number) => [question, number]))
    const empty = { field, yes: new Set<Question>(), empty: true }
    this.#absent = { ...empty, stated: false, present: false }
    this.#stated = { ...empty, stated: true, present: false }
    this.#present = { ...empty, stated: true, present: true }
    this.#finder = new Finder((found) => this.#answersOf(found), new TestGroup(tests))
  }

  answers(values: EventValues): FieldAnswers {
    const first = values.firstOf(this.#place)
    if (first === -1) return this.#withoutValue(values)
    let answers = this.#finder.of(values, first)
    for (let at = values.nextOf(first); at !== -1; at = values.nextOf(at)) {
      const more = this.#finder.of(values, at)
      if (more !== answers) answers = this.#answersOf([...answers.yes, ...more.yes])
    }
    return answers
  }

  #withoutValue(values: EventValues): FieldAnswers {
    if (!values.isStated(this.#place)) return this.#absent
    return values.isPresent(this.#place) ? this.#present : this.#stated
  }

  #answersOf(found: readonly Question[]): FieldAnswers {
    const yes = new Set(found)
    const key = Array.from(yes, (question) => this.#numbers.get(question) ?? 0)
      .sort((a, b) => a - b)
      .join()
    const known = this.#known.get(key)
    if (known !== undefined) return known
    if (this.#known.size === MOST_ANSWERS) this.#known.clear()
    const answers = { field: this.#field, yes, stated: true, present: true, empty: false }
    this.#known.set(key, answers)
    return answers
  }
}
