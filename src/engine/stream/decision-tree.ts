import type { EventValues } from '../../event/event-values.ts'
import type { Condition, Question } from './condition.ts'
import { FieldTable } from './field-table.ts'
import { given, isDecided, type FieldAnswers } from './given.ts'

/** A condition by its place, and what is left to be asked of it. */
interface Open {
  readonly place: number
  readonly condition: Condition
}

interface Node<L> {
  readonly open: readonly Open[]
  /** What is asked next; null where no field is worth it. */
  readonly table: FieldTable | null
  readonly next: Map<FieldAnswers, Node<L>>
  leaf: L | undefined
}

/**
 * Which of many conditions an event can still fulfil, by what its fields are as a whole: a task's name, an action, a class.
 * A node asks about the field that most of its conditions ask about, and each answer leads on with those that it does not make
 * false. A node is made when an event first comes to it. So an event costs a few looks in tables, however many conditions
 * there are, and rules of another task or action cost it nothing.
 */
export class DecisionTree<L> {
  readonly #all: readonly Open[]
  readonly #leafOf: (places: readonly number[]) => L
  readonly #most: number
  readonly #tables: ReadonlyMap<string, FieldTable>
  #root: Node<L>
  /** How many conditions are open in all nodes together. */
  #held = 0

  /**
   * @param conditions null for one that is left out
   * @param fields by their places in events
   * @param leafOf what is wanted for the places of conditions that can be true
   * @param most nodes in which a condition is open, on average: with more the tree is begun anew, which bounds its memory
   */
  constructor(
    conditions: readonly (Condition | null)[],
    fields: readonly string[],
    leafOf: (places: readonly number[]) => L,
    most = 200,
  ) {
    this.#all = conditions.flatMap((condition, place) => (condition === null ? [] : { place, condition }))
    this.#leafOf = leafOf
    this.#most = most * this.#all.length
    const decided = new Map<string, Set<Question>>()
    for (const { condition } of this.#all) collectDecided(condition, decided)
    this.#tables = new Map(
      fields.flatMap((field, place) => {
        const questions = decided.get(field)
        return questions === undefined ? [] : [[field, new FieldTable(field, place, [...questions])]]
      }),
    )
    this.#root = this.#nodeOf(this.#all)
  }

  /** For a set of conditions in which are all that are true of the event. */
  leaf(values: EventValues): L {
    let node = this.#root
    while (node.table !== null) {
      const answers = node.table.answers(values)
      node = node.next.get(answers) ?? this.#grow(node, answers)
    }
    return (node.leaf ??= this.#leafOf(node.open.map(({ place }) => place)))
  }

  #grow(from: Node<L>, answers: FieldAnswers): Node<L> {
    const open: Open[] = []
    for (const one of from.open) {
      const left = given(one.condition, answers)
      if (left === one.condition) open.push(one)
      else if (left !== false) open.push({ place: one.place, condition: left === true ? TRUE : left })
    }
    if (this.#held > this.#most) {
      this.#held = 0
      this.#root = this.#nodeOf(this.#all)
    }
    const node = this.#nodeOf(open)
    from.next.set(answers, node)
    return node
  }

  #nodeOf(open: readonly Open[]): Node<L> {
    this.#held += open.length + 1
    return { open, table: this.#tableFor(open), next: new Map(), leaf: undefined }
  }

  #tableFor(open: readonly Open[]): FieldTable | null {
    const counts = new Map<string, number>()
    for (const { condition } of open) {
      const decided = new Map<string, Set<Question>>()
      collectDecided(condition, decided)
      for (const field of decided.keys()) counts.set(field, (counts.get(field) ?? 0) + 1)
    }
    let [best, most] = ['', 0]
    for (const [field, count] of counts) if (count > most) [best, most] = [field, count]
    return most >= FEWEST && most * SHARE >= open.length ? (this.#tables.get(best) ?? null) : null
  }
}

/** A field is worth a look where so many conditions ask about it, and one in so many. */
const FEWEST = 2
const SHARE = 8

const TRUE: Condition = { op: 'all', of: [] }

/** The questions in a condition that a `FieldTable` answers, by their fields. */
function collectDecided(condition: Condition, into: Map<string, Set<Question>>): void {
  switch (condition.op) {
    case 'all':
    case 'any':
      for (const part of condition.of) collectDecided(part, into)
      return
    case 'not':
      collectDecided(condition.of, into)
      return
    case 'question': {
      if (condition.subject.kind !== 'field' || !isDecided(condition)) return
      const { name } = condition.subject
      const known = into.get(name)
      if (known) known.add(condition)
      else into.set(name, new Set([condition]))
    }
  }
}
