import type { Condition, Question } from './condition.ts'

/** Makes equal questions one object, so that what is known of one is known of all. */
export class SharedQuestions {
  readonly #known = new Map<string, Question>()

  of(condition: Condition): Condition {
    switch (condition.op) {
      case 'all':
      case 'any':
        return { op: condition.op, of: condition.of.map((part) => this.of(part)) }
      case 'not':
        return { op: 'not', of: this.of(condition.of) }
      case 'question': {
        const key = JSON.stringify(condition)
        const known = this.#known.get(key) ?? condition
        if (known === condition) this.#known.set(key, condition)
        return known
      }
    }
  }
}
