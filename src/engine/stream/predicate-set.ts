import type { EventValues } from '../../event/event-values.ts'
import type { Predicate, Subject } from '../../ir/predicate.ts'
import { agendaOf, type Agenda, type Awaited } from './agenda.ts'
import { conditionOf, type Condition, type Question } from './condition.ts'
import { DecisionTree } from './decision-tree.ts'
import { Finder, TestGroup } from './finder.ts'
import type { TextTest } from './indexed-literal.ts'
import { SharedQuestions } from './shared-questions.ts'
import { Slot } from './slot.ts'
import { triggerOf, type Trigger } from './trigger.ts'
import { compileNetworks, compileTest, regexForm, type Decision } from './value-test.ts'

/** One distinct question. What is known of it holds for the event whose number it was `asked` at. */
interface QuestionState {
  readonly question: Question
  readonly subject: SubjectState
  /** Null for one by literals, which is answered together with others. */
  readonly decide: Decision | null
  asked: number
  answer: boolean
  /** Some predicates are asked once the answer is yes. */
  awaited: boolean
  /** Where it is looked for when it is asked, if nothing waits for it. */
  together: Together | null
}

interface SubjectState {
  /** Of the field; -1 for the message. */
  readonly place: number
  readonly slot: Slot
  /** Those by literals. */
  readonly literal: QuestionState[]
}

/** Questions about one subject by their literals. They are answered for the event `at`. */
interface Together {
  readonly finder: Finder<QuestionState>
  readonly slot: Slot
  at: number
}

/**
 * Many predicates, asked together of one event. Equal questions are one, answered at most once per event; a predicate is
 * asked only when something it needs has happened (`triggerOf`), and only if the event can fulfil it by its fields as a whole
 * (`DecisionTree`), so the work per event grows with what the event holds rather than with the number of predicates.
 */
export class PredicateSet {
  /** Places of predicates with a test that has no meaning; they are true of no event. */
  readonly refused: ReadonlySet<number>
  /** The fields that are asked about, and whether every value of an event is: so events must be given. */
  readonly fields: readonly string[]
  readonly every: boolean
  /** Null where the question has no meaning. Of use while the predicates are taken in. */
  readonly #questions = new Map<Question, QuestionState | null>()
  readonly #subjects = new Map<string, SubjectState>()
  readonly #asks: ((() => boolean) | null)[] = []
  /** By each predicate. */
  readonly #awaited: Awaited<QuestionState>[] = []
  readonly #tree: DecisionTree<Agenda<QuestionState>>
  /** By the place of a field and one: what finds the answers that predicates wait for, those of the message included. */
  readonly #finders: readonly Finder<QuestionState>[]
  readonly #woken: Int32Array
  /** Of the event: the questions that were found; the places of the predicates that are true. */
  readonly #found: QuestionState[] = []
  #matched: readonly number[] = []
  #values: EventValues | undefined
  #epoch = 0
  #fieldCount = 0

  constructor(predicates: readonly Predicate[]) {
    const refused = new Set<number>()
    const shared = new SharedQuestions()
    const conditions = predicates.map((predicate) => shared.of(conditionOf(predicate)))
    for (const [place, condition] of conditions.entries()) {
      const ask = this.#compile(condition)
      this.#asks.push(ask)
      this.#awaited.push(ask === null ? null : this.#await(triggerOf(condition)))
      if (ask === null) refused.add(place)
    }
    this.#questions.clear()
    this.refused = refused
    this.#woken = new Int32Array(predicates.length)
    const subjects = [...this.#subjects.values()]
    const message = subjects.find((state) => state.place === -1)
    for (const state of subjects) decideTogether(state)
    const fields = subjects.filter((state) => state !== message).sort((a, b) => a.place - b.place)
    this.fields = [...this.#subjects.keys()].flatMap((key) => (key === MESSAGE ? [] : [key.slice(1)]))
    this.every = message !== undefined
    const ofMessage = groupOf(message?.literal.filter(isAwaited) ?? [])
    this.#finders = [
      new Finder(asFound, ofMessage),
      ...fields.map((state) => new Finder(asFound, groupOf(state.literal.filter(isAwaited)), ofMessage)),
    ]
    const meant = conditions.map((condition, place) => (refused.has(place) ? null : condition))
    this.#tree = new DecisionTree(meant, this.fields, (places) => agendaOf(this.#awaited, places))
  }

  /** The places of the predicates that are true of the event, ascending. @param values in `fields` */
  match(values: EventValues): readonly number[] {
    this.#values = values
    this.#epoch++
    const found = this.#find(values)
    this.#matched = NOTHING
    const { always, onceTrue, onceStated } = this.#tree.leaf(values)
    for (const place of always) this.#ask(place)
    if (onceTrue.size > 0)
      for (let at = 0; at < found; at++)
        for (const place of onceTrue.get(this.#found[at] as QuestionState) ?? NOTHING) this.#ask(place)
    for (const [field, places] of onceStated) if (values.isStated(field)) for (const place of places) this.#ask(place)
    return this.#inOrder()
  }

  /** Finds all that is waited for; only then predicates are asked, so that they know it. Gives how many that is. */
  #find(values: EventValues): number {
    let found = 0
    for (let at = 0; at < values.count; at++) {
      const answered = this.#finders[(values.fields[at] as number) + 1]?.of(values, at) ?? NOTHING
      for (const one of answered) {
        if (one.asked === this.#epoch) continue
        one.asked = this.#epoch
        this.#found[found++] = one
      }
    }
    return found
  }

  #ask(place: number): void {
    if (this.#woken[place] === this.#epoch) return
    this.#woken[place] = this.#epoch
    if (this.#asks[place]?.() !== true) return
    if (this.#matched === NOTHING) this.#matched = [place]
    else (this.#matched as number[]).push(place)
  }

  #inOrder(): readonly number[] {
    const matched = this.#matched
    return matched.length > 1 ? matched.toSorted((a, b) => a - b) : matched
  }

  #await(trigger: Trigger | null): Awaited<QuestionState> {
    // A message is always there.
    if (trigger === null || trigger.fields.some(({ subject }) => subject.kind === 'message')) return null
    const questions = trigger.literals.flatMap((question) => this.#stateOf(question) ?? [])
    for (const state of questions) state.awaited = true
    return { questions, fields: trigger.fields.map(({ subject }) => this.#subjectOf(subject).place) }
  }

  #compile(condition: Condition): (() => boolean) | null {
    switch (condition.op) {
      case 'all':
      case 'any': {
        const parts: (() => boolean)[] = []
        for (const part of condition.of) {
          const ask = this.#compile(part)
          if (ask === null) return null
          parts.push(ask)
        }
        return condition.op === 'all' ? conjunction(parts) : disjunction(parts)
      }
      case 'not': {
        const ask = this.#compile(condition.of)
        return ask && (() => !ask())
      }
      case 'question': {
        const state = this.#stateOf(condition)
        return state && (() => this.#decide(state))
      }
    }
  }

  #decide(state: QuestionState): boolean {
    if (state.awaited) return state.asked === this.#epoch
    if (state.together !== null) {
      this.#decideAll(state.together)
      return state.asked === this.#epoch
    }
    if (state.asked !== this.#epoch) {
      state.asked = this.#epoch
      state.answer = state.decide?.(this.#turned(state.subject.slot)) ?? false
    }
    return state.answer
  }

  #decideAll(together: Together): void {
    if (together.at === this.#epoch || this.#values === undefined) return
    together.at = this.#epoch
    for (const at of this.#turned(together.slot).places)
      for (const state of together.finder.of(this.#values, at)) state.asked = this.#epoch
  }

  #turned(slot: Slot): Slot {
    if (this.#values !== undefined) slot.turn(this.#values, this.#epoch)
    return slot
  }

  /** Null when the question has no meaning. */
  #stateOf(question: Question): QuestionState | null {
    const known = this.#questions.get(question)
    if (known !== undefined) return known
    const decide = this.#decisionOf(question)
    const state = decide === undefined ? null : this.#newState(question, decide)
    this.#questions.set(question, state)
    return state
  }

  #decisionOf(question: Question): Decision | null | undefined {
    switch (question.by) {
      case 'literal':
        return question.tests.every(isReadable) ? null : undefined
      case 'network':
        return compileNetworks(question.networks)
      case 'value':
        return compileTest(question.test, (name) => this.#slotOf(name))
    }
  }

  #newState(question: Question, decide: Decision | null): QuestionState {
    const subject = this.#subjectOf(question.subject)
    const state: QuestionState = { question, subject, decide, together: null, asked: -1, answer: false, awaited: false }
    if (question.by === 'literal') subject.literal.push(state)
    return state
  }

  /** Another field of the event that is being asked about. */
  #slotOf(name: string): () => Slot {
    const { slot } = this.#subjectOf({ kind: 'field', name })
    return () => this.#turned(slot)
  }

  #subjectOf(subject: Subject): SubjectState {
    const key = subject.kind === 'message' ? MESSAGE : `.${subject.name}`
    const known = this.#subjects.get(key)
    if (known) return known
    const place = subject.kind === 'message' ? -1 : this.#fieldCount++
    const state: SubjectState = { place, slot: new Slot(place), literal: [] }
    this.#subjects.set(key, state)
    return state
  }
}

/** No field has this key. */
const MESSAGE = ''
const NOTHING: readonly never[] = []

/** Loops of their own, since these are what most of the time of a predicate goes by. */
function conjunction(parts: readonly (() => boolean)[]): () => boolean {
  return () => {
    for (const ask of parts) if (!ask()) return false
    return true
  }
}

function disjunction(parts: readonly (() => boolean)[]): () => boolean {
  return () => {
    for (const ask of parts) if (ask()) return true
    return false
  }
}

function isReadable(test: TextTest): boolean {
  return test.is === 'text' || regexForm(test.source, test.flags) !== undefined
}

function isAwaited(state: QuestionState): boolean {
  return state.awaited
}

/**
 * What nothing waits for is looked for apart, and only when it is asked: such tests may have literals that are found
 * everywhere.
 */
function decideTogether(state: SubjectState): void {
  const asked = state.literal.filter((one) => !isAwaited(one))
  if (asked.length === 0) return
  const together = { finder: new Finder(asFound, groupOf(asked)), slot: state.slot, at: -1 }
  for (const one of asked) one.together = together
}

function groupOf(states: readonly QuestionState[]): TestGroup<QuestionState> {
  return new TestGroup(new Map(states.map((one) => [one, one.question.by === 'literal' ? one.question.tests : []])))
}

function asFound(found: readonly QuestionState[]): readonly QuestionState[] {
  return found
}
