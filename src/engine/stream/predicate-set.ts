import type { EventValues } from '../../event/event-values.ts'
import type { Predicate, Subject } from '../../ir/predicate.ts'
import { conditionOf, type Condition, type Question } from './condition.ts'
import { Finder, TestGroup } from './finder.ts'
import type { TextTest } from './indexed-literal.ts'
import { Slot } from './slot.ts'
import { triggerOf } from './trigger.ts'
import { compileNetworks, compileTest, regexForm, type Decision } from './value-test.ts'

/** One distinct question. What is known of it holds for the event whose number it was `asked` at. */
interface QuestionState {
  readonly question: Question
  readonly subject: SubjectState
  /** Null for one by literals, which is answered together with others. */
  readonly decide: Decision | null
  asked: number
  answer: boolean
  /** Predicates to ask once the answer is yes. */
  readonly wakes: number[]
  /** Where it is looked for when it is asked, if nothing waits for it. */
  together: Together | null
}

interface SubjectState {
  /** Of the field; -1 for the message. */
  readonly place: number
  readonly slot: Slot
  /** Those by literals. */
  readonly literal: QuestionState[]
  /** Predicates to ask once the field is there. */
  readonly wakes: number[]
}

/** Questions about one subject by their literals. They are answered for the event `at`. */
interface Together {
  readonly finder: Finder<QuestionState>
  readonly slot: Slot
  at: number
}

/**
 * Many predicates, asked together of one event. Equal questions are one, answered at most once per event; a predicate is
 * asked only when something it needs has happened (`triggerOf`), so the work per event grows with what the event holds
 * rather than with the number of predicates.
 */
export class PredicateSet {
  /** Places of predicates with a test that has no meaning; they are true of no event. */
  readonly refused: ReadonlySet<number>
  /** The fields that are asked about, and whether every value of an event is: so events must be given. */
  readonly fields: readonly string[]
  readonly every: boolean
  /** Null where the question has no meaning. Of use while the predicates are taken in. */
  readonly #questions = new Map<string, QuestionState | null>()
  readonly #subjects = new Map<string, SubjectState>()
  readonly #asks: ((() => boolean) | null)[] = []
  /** Asked of each event. */
  readonly #always: number[] = []
  /** By the place of a field and one: what finds the answers that predicates wait for, those of the message included. */
  readonly #finders: readonly Finder<QuestionState>[]
  /** Fields for which predicates wait. */
  readonly #awaited: readonly SubjectState[]
  readonly #woken: Int32Array
  /** Of the event: the questions that were found; the places of the predicates that are true. */
  readonly #found: QuestionState[] = []
  #matched: readonly number[] = []
  #values: EventValues | undefined
  #epoch = 0
  #fieldCount = 0

  constructor(predicates: readonly Predicate[]) {
    const refused = new Set<number>()
    for (const [place, predicate] of predicates.entries()) {
      const condition = conditionOf(predicate)
      const ask = this.#compile(condition)
      this.#asks.push(ask)
      if (ask === null) refused.add(place)
      else this.#await(place, condition)
    }
    this.#questions.clear()
    this.refused = refused
    this.#woken = new Int32Array(predicates.length)
    const subjects = [...this.#subjects.values()]
    const message = subjects.find((state) => state.place === -1)
    for (const state of subjects) decideTogether(state)
    // A message is always there.
    this.#always.push(...(message?.wakes ?? []))
    const fields = subjects.filter((state) => state !== message).sort((a, b) => a.place - b.place)
    this.fields = [...this.#subjects.keys()].flatMap((key) => (key === MESSAGE ? [] : [key.slice(1)]))
    this.every = message !== undefined
    const ofMessage = groupOf(message?.literal.filter(isAwaited) ?? [])
    this.#finders = [
      new Finder(ofMessage),
      ...fields.map((state) => new Finder(groupOf(state.literal.filter(isAwaited)), ofMessage)),
    ]
    this.#awaited = fields.filter((state) => state.wakes.length > 0)
  }

  /** The places of the predicates that are true of the event, ascending. @param values in `fields` */
  match(values: EventValues): readonly number[] {
    this.#values = values
    this.#epoch++
    const found = this.#find(values)
    this.#matched = NOTHING
    for (const place of this.#always) this.#ask(place)
    for (let at = 0; at < found; at++) for (const place of this.#found[at]?.wakes ?? NOTHING) this.#ask(place)
    for (const { place, wakes } of this.#awaited)
      if (values.isStated(place)) for (const predicate of wakes) this.#ask(predicate)
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

  #await(place: number, condition: Condition): void {
    const trigger = triggerOf(condition)
    if (trigger === null) {
      this.#always.push(place)
      return
    }
    for (const question of trigger.literals) this.#stateOf(question)?.wakes.push(place)
    for (const { subject } of trigger.fields) this.#subjectOf(subject).wakes.push(place)
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
    if (state.wakes.length > 0) return state.asked === this.#epoch
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
    const key = JSON.stringify(question)
    const known = this.#questions.get(key)
    if (known !== undefined) return known
    const decide = this.#decisionOf(question)
    const state = decide === undefined ? null : this.#newState(question, decide)
    this.#questions.set(key, state)
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
    const state: QuestionState = { question, subject, decide, together: null, asked: -1, answer: false, wakes: [] }
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
    const state: SubjectState = { place, slot: new Slot(place), literal: [], wakes: [] }
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
  return state.wakes.length > 0
}

/**
 * What nothing waits for is looked for apart, and only when it is asked: such tests may have literals that are found
 * everywhere.
 */
function decideTogether(state: SubjectState): void {
  const asked = state.literal.filter((one) => !isAwaited(one))
  if (asked.length === 0) return
  const together = { finder: new Finder(groupOf(asked)), slot: state.slot, at: -1 }
  for (const one of asked) one.together = together
}

function groupOf(states: readonly QuestionState[]): TestGroup<QuestionState> {
  return new TestGroup(new Map(states.map((one) => [one, one.question.by === 'literal' ? one.question.tests : []])))
}
