import type { EventValues } from '../../event/event-values.ts'
import type { Predicate, Subject, Test } from '../../ir/predicate.ts'
import { Finder, TestGroup } from './finder.ts'
import { Slot } from './slot.ts'
import { indexedLiterals, triggerOf } from './trigger.ts'
import { compileTest, type Decision } from './value-test.ts'

/** One distinct test. What is known of it holds for the event whose number it was `asked` at. */
interface TestState {
  readonly test: Test
  readonly subject: SubjectState
  readonly decide: Decision
  asked: number
  answer: boolean
  /** Predicates to ask once this test is true. */
  readonly wakes: number[]
  /** How it is decided when it is asked, if together with others. */
  together: Together | null
}

interface SubjectState {
  /** Of the field; -1 for the message. */
  readonly place: number
  readonly slot: Slot
  /** The tests with a literal. */
  readonly literal: TestState[]
  /** Predicates to ask once the field is there. */
  readonly wakes: number[]
}

/** Tests of one subject by their literals. They are known of the event `at`. */
interface Together {
  readonly finder: Finder<TestState>
  readonly slot: Slot
  at: number
}

/**
 * Many predicates, asked together of one event. Equal tests are one, decided at most once per event; a predicate is
 * asked only when something it needs has happened (`triggerOf`), so the work per event grows with what the event holds
 * rather than with the number of predicates.
 */
export class PredicateSet {
  /** Places of predicates with a test that has no meaning; they are true of no event. */
  readonly refused: ReadonlySet<number>
  /** The fields that are asked about, and whether every value of an event is: so events must be given. */
  readonly fields: readonly string[]
  readonly every: boolean
  readonly #tests: TestState[] = []
  readonly #testIds = new Map<string, number>()
  readonly #subjects = new Map<string, SubjectState>()
  readonly #asks: ((() => boolean) | null)[] = []
  /** Asked of each event. */
  readonly #always: number[] = []
  /** By the place of a field and one: what finds the tests that predicates wait for, those of the message included. */
  readonly #finders: readonly Finder<TestState>[]
  /** Fields for which predicates wait. */
  readonly #awaited: readonly SubjectState[]
  readonly #woken: Int32Array
  /** Of the event: the tests that were found; the places of the predicates that are true. */
  readonly #found: TestState[] = []
  #matched: readonly number[] = []
  #values: EventValues | undefined
  #epoch = 0
  #fieldCount = 0

  constructor(predicates: readonly Predicate[]) {
    const refused = new Set<number>()
    for (const [place, predicate] of predicates.entries()) {
      const ask = this.#compile(predicate)
      this.#asks.push(ask)
      if (ask === null) refused.add(place)
      else this.#await(place, predicate)
    }
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
      const tests = this.#finders[(values.fields[at] as number) + 1]?.of(values, at) ?? NOTHING
      for (const test of tests) {
        if (test.asked === this.#epoch) continue
        test.asked = this.#epoch
        this.#found[found++] = test
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

  #await(place: number, predicate: Predicate): void {
    const trigger = triggerOf(predicate)
    if (trigger === null) {
      this.#always.push(place)
      return
    }
    for (const test of trigger.literals) this.#tests[this.#idOf(test)]?.wakes.push(place)
    for (const test of trigger.fields) this.#subjectOf(test.subject).wakes.push(place)
  }

  #compile(predicate: Predicate): (() => boolean) | null {
    switch (predicate.op) {
      case 'all':
      case 'any': {
        const parts: (() => boolean)[] = []
        for (const part of predicate.of) {
          const ask = this.#compile(part)
          if (ask === null) return null
          parts.push(ask)
        }
        return predicate.op === 'all' ? conjunction(parts) : disjunction(parts)
      }
      case 'not': {
        const ask = this.#compile(predicate.of)
        return ask && (() => !ask())
      }
      case 'test': {
        const id = this.#idOf(predicate)
        const state = this.#tests[id]
        return state ? () => this.#decide(state) : null
      }
    }
  }

  #decide(test: TestState): boolean {
    if (test.wakes.length > 0) return test.asked === this.#epoch
    if (test.together !== null) {
      this.#decideAll(test.together)
      return test.asked === this.#epoch
    }
    if (test.asked !== this.#epoch) {
      test.asked = this.#epoch
      test.answer = test.decide(this.#turned(test.subject.slot))
    }
    return test.answer
  }

  #decideAll(tests: Together): void {
    if (tests.at === this.#epoch || this.#values === undefined) return
    tests.at = this.#epoch
    for (const at of this.#turned(tests.slot).places)
      for (const test of tests.finder.of(this.#values, at)) test.asked = this.#epoch
  }

  #turned(slot: Slot): Slot {
    if (this.#values !== undefined) slot.turn(this.#values, this.#epoch)
    return slot
  }

  /** The id of a test; -1 when it has no meaning. */
  #idOf(test: Test): number {
    const key = JSON.stringify([test.subject, test.test])
    const known = this.#testIds.get(key)
    if (known !== undefined) return known
    const decide = compileTest(test.test, (name) => this.#slotOf(name))
    const id = decide === undefined ? -1 : this.#tests.length
    this.#testIds.set(key, id)
    if (decide !== undefined) {
      const subject = this.#subjectOf(test.subject)
      const state: TestState = { test, subject, decide, together: null, asked: -1, answer: false, wakes: [] }
      this.#tests.push(state)
      if (indexedLiterals(test) !== undefined) subject.literal.push(state)
    }
    return id
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

function isAwaited(test: TestState): boolean {
  return test.wakes.length > 0
}

/**
 * What nothing waits for is looked for apart, and only when it is asked: such tests may have literals that are found
 * everywhere.
 */
function decideTogether(state: SubjectState): void {
  const asked = state.literal.filter((test) => !isAwaited(test))
  if (asked.length === 0) return
  const together = { finder: new Finder(groupOf(asked)), slot: state.slot, at: -1 }
  for (const test of asked) test.together = together
}

function groupOf(tests: readonly TestState[]): TestGroup<TestState> {
  return new TestGroup(new Map(tests.map((one) => [one, one.test])))
}
