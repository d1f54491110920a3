import type { JsonObject } from '../../event/field.ts'
import type { Predicate, Subject, Test } from '../../ir/predicate.ts'
import { Slot } from './slot.ts'
import { TextIndex } from './text-index.ts'
import { indexedLiteral, triggerOf } from './trigger.ts'
import { compileTest, type Decision } from './value-test.ts'

/** One distinct test. What is known of it holds for the event whose number it was `asked` or `found` at. */
interface TestState {
  readonly test: Test
  readonly subject: SubjectState
  readonly decide: Decision
  readonly indexed: boolean
  asked: number
  answer: boolean
  /** Predicates to ask once this test is true. */
  readonly wakes: number[]
}

interface SubjectState {
  readonly subject: Subject
  readonly slot: Slot
  readonly tests: Map<number, Test>
  index: TextIndex | undefined
  indexedAt: number
  /** The tests that the index has found true, of the event it ran on last. */
  hits: number[]
  /** Some predicate waits for a literal in it. */
  eager: boolean
  /** Predicates to ask once the field is there. */
  readonly wakes: number[]
}

/**
 * Many predicates, asked together of one event. Equal tests are one, decided at most once per event; a predicate is
 * asked only when something it needs has happened (`triggerOf`), so the work per event grows with what the event holds
 * rather than with the number of predicates.
 */
export class PredicateSet {
  /** Places of predicates with a test that has no meaning; they are true of no event. */
  readonly refused: ReadonlySet<number>
  readonly #tests: TestState[] = []
  readonly #testIds = new Map<string, number>()
  readonly #subjects = new Map<string, SubjectState>()
  readonly #asks: ((() => boolean) | null)[] = []
  /** Asked of each event. */
  readonly #always: number[] = []
  /** Any key on the way to a field → the subjects with that field that something waits for. */
  readonly #byKey = new Map<string, SubjectState[]>()
  readonly #message: SubjectState | undefined
  readonly #woken: Int32Array
  #event: JsonObject = {}
  #epoch = 0

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
    for (const state of this.#subjects.values()) {
      state.index = new TextIndex(state.tests)
      if (!state.eager && state.wakes.length === 0) continue
      if (state.subject.kind === 'message') this.#message = state
      else for (const key of keysOf(state.subject.name)) pushTo(this.#byKey, key, state)
    }
  }

  /** The places of the predicates that are true of the event, ascending. */
  match(event: JsonObject): readonly number[] {
    this.#event = event
    this.#epoch++
    const matched: number[] = []
    for (const place of this.#always) this.#ask(place, matched)
    if (this.#message) this.#visit(this.#message, matched)
    for (const key of Object.keys(event)) {
      const states = this.#byKey.get(key)
      if (states) for (const state of states) this.#visit(state, matched)
    }
    return matched.length > 1 ? matched.sort((a, b) => a - b) : matched
  }

  #visit(state: SubjectState, matched: number[]): void {
    state.slot.turn(this.#event)
    if (state.eager) {
      this.#runIndex(state)
      for (const id of state.hits) for (const place of this.#tests[id]?.wakes ?? []) this.#ask(place, matched)
    }
    if (state.wakes.length > 0 && state.slot.stated) for (const place of state.wakes) this.#ask(place, matched)
  }

  #ask(place: number, matched: number[]): void {
    if (this.#woken[place] === this.#epoch) return
    this.#woken[place] = this.#epoch
    if (this.#asks[place]?.()) matched.push(place)
  }

  #runIndex(state: SubjectState): void {
    if (state.indexedAt === this.#epoch) return
    state.indexedAt = this.#epoch
    state.hits = []
    state.slot.turn(this.#event)
    state.index?.run(state.slot, (id) => {
      const test = this.#tests[id]
      if (!test || test.asked === this.#epoch) return
      test.asked = this.#epoch
      state.hits.push(id)
    })
  }

  #await(place: number, predicate: Predicate): void {
    const trigger = triggerOf(predicate)
    if (trigger === null) {
      this.#always.push(place)
      return
    }
    for (const test of trigger.literals) {
      const state = this.#tests[this.#idOf(test)]
      if (!state) continue
      state.subject.eager = true
      state.wakes.push(place)
    }
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
        return predicate.op === 'all' ? () => parts.every(isTrue) : () => parts.some(isTrue)
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
    if (test.indexed) {
      this.#runIndex(test.subject)
      return test.asked === this.#epoch
    }
    if (test.asked !== this.#epoch) {
      test.asked = this.#epoch
      test.subject.slot.turn(this.#event)
      test.answer = test.decide(test.subject.slot)
    }
    return test.answer
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
      const indexed = indexedLiteral(test) !== undefined
      this.#tests.push({ test, subject, decide, indexed, asked: -1, answer: false, wakes: [] })
      if (indexed) subject.tests.set(id, test)
    }
    return id
  }

  /** Another field of the event that is being asked about. */
  #slotOf(name: string): () => Slot {
    const { slot } = this.#subjectOf({ kind: 'field', name })
    return () => {
      slot.turn(this.#event)
      return slot
    }
  }

  #subjectOf(subject: Subject): SubjectState {
    const key = subject.kind === 'message' ? '' : `.${subject.name}`
    const known = this.#subjects.get(key)
    if (known) return known
    const state: SubjectState = {
      subject,
      slot: new Slot(subject),
      tests: new Map(),
      index: undefined,
      indexedAt: -1,
      hits: [],
      eager: false,
      wakes: [],
    }
    this.#subjects.set(key, state)
    return state
  }
}

function isTrue(ask: () => boolean): boolean {
  return ask()
}

/** `a`, `a.b`, `a.b.c` for `a.b.c`: at the top of an event one of these keys leads to the field. */
function keysOf(name: string): string[] {
  const parts = name.split('.')
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'))
}

function pushTo<V>(map: Map<string, V[]>, key: string, value: V): void {
  const there = map.get(key)
  if (there) there.push(value)
  else map.set(key, [value])
}
