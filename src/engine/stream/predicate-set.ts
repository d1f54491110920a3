import { exactText, type Json, type JsonObject } from '../../event/field.ts'
import type { Predicate, Subject, Test } from '../../ir/predicate.ts'
import { RecentTexts } from './recent-texts.ts'
import { scalarsIn, Slot } from './slot.ts'
import { TextIndex } from './text-index.ts'
import { indexedLiteral, triggerOf } from './trigger.ts'
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
  readonly subject: Subject
  readonly slot: Slot
  /** The tests with a literal. */
  readonly literal: TestState[]
  /** Finds those of them that predicates wait for. */
  watched: Find
  /** The same, for values that lie deeper than the top of an event. */
  recent: RecentTexts<Found> | null
  /** Predicates to ask once the field is there. */
  readonly wakes: number[]
}

/** Tests of one subject by their literals. They are known of the event `at`. */
interface Together {
  readonly find: RecentTexts<Found>
  readonly slot: Slot
  at: number
}

/** What can happen under one key at the top of an event. */
interface KeyState {
  /** Finds the tests of the field of this name, and those of the message. */
  readonly find: RecentTexts<Found>
  /** Fields that something waits for: of this name, and below it. */
  readonly fields: readonly SubjectState[]
}

type Found = readonly TestState[]
type Find = (text: string) => Found

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
  readonly #keys = new Map<string, KeyState>()
  /** Finds the tests of the message, under keys that are not among those. */
  readonly #message: RecentTexts<Found>
  /** Some predicate waits for a text that may stand anywhere. */
  readonly #anywhere: boolean
  readonly #woken: Int32Array
  #event: JsonObject = {}
  #epoch = 0
  /** What the event makes true of that which predicates wait for. */
  #found: TestState[] = []
  #there: SubjectState[] = []

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
    const message = this.#subjectOf({ kind: 'message' })
    for (const state of this.#subjects.values()) separate(state)
    this.#message = message.recent ?? new RecentTexts(findNone)
    this.#anywhere = message.recent !== null
    // A message is always there.
    this.#always.push(...message.wakes)
    for (const state of this.#subjects.values()) this.#addKeys(state, message)
  }

  /** The places of the predicates that are true of the event, ascending. */
  match(event: JsonObject): readonly number[] {
    this.#event = event
    this.#epoch++
    this.#found = []
    this.#there = []
    for (const key of Object.keys(event)) this.#visit(event[key] ?? null, this.#keys.get(key))
    const matched: number[] = []
    for (const place of this.#always) this.#ask(place, matched)
    for (const test of this.#found) for (const place of test.wakes) this.#ask(place, matched)
    for (const state of this.#there) for (const place of state.wakes) this.#ask(place, matched)
    return matched.length > 1 ? matched.sort((a, b) => a - b) : matched
  }

  /** Finds all that is waited for under one key; only then predicates are asked, so that they know it. */
  #visit(value: Json, key: KeyState | undefined): void {
    if (typeof value !== 'object') this.#find((key?.find ?? this.#message).of(exactText(value)))
    else if (this.#anywhere) for (const scalar of scalarsIn(value)) this.#find(this.#message.of(exactText(scalar)))
    if (key === undefined) return
    for (const state of key.fields) {
      state.slot.turn(this.#event)
      if (typeof value === 'object') this.#findAll(state)
      if (state.wakes.length > 0 && state.slot.stated) this.#there.push(state)
    }
  }

  #findAll({ slot, recent }: SubjectState): void {
    if (recent !== null) for (const text of slot.texts) this.#find(recent.of(text))
  }

  #find(tests: Found): void {
    for (const test of tests) {
      if (test.asked === this.#epoch) continue
      test.asked = this.#epoch
      this.#found.push(test)
    }
  }

  #ask(place: number, matched: number[]): void {
    if (this.#woken[place] === this.#epoch) return
    this.#woken[place] = this.#epoch
    if (this.#asks[place]?.()) matched.push(place)
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
      test.subject.slot.turn(this.#event)
      test.answer = test.decide(test.subject.slot)
    }
    return test.answer
  }

  #decideAll(tests: Together): void {
    if (tests.at === this.#epoch) return
    tests.at = this.#epoch
    tests.slot.turn(this.#event)
    for (const text of tests.slot.texts) for (const test of tests.find.of(text)) test.asked = this.#epoch
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
      if (indexedLiteral(test) !== undefined) subject.literal.push(state)
    }
    return id
  }

  /** Lists a field that something waits for under the keys that may lead to it. */
  #addKeys(state: SubjectState, message: SubjectState): void {
    if (state.subject.kind === 'message' || (state.watched === findNone && state.wakes.length === 0)) return
    for (const key of keysOf(state.subject.name)) {
      const known = this.#keys.get(key)
      const fields = [...(known?.fields ?? []), state]
      const own = key === state.subject.name ? this.#joined(state.watched, message.watched) : undefined
      this.#keys.set(key, { find: own ?? known?.find ?? this.#message, fields })
    }
  }

  #joined(field: Find, message: Find): RecentTexts<Found> {
    return field === findNone ? this.#message : new RecentTexts((text) => [...field(text), ...message(text)])
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
      literal: [],
      watched: findNone,
      recent: null,
      wakes: [],
    }
    this.#subjects.set(key, state)
    return state
  }
}

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

/**
 * What nothing waits for is looked for apart, and only when it is asked: such tests may have literals that are found
 * everywhere.
 */
function separate(state: SubjectState): void {
  const watched = state.literal.filter((test) => test.wakes.length > 0)
  const asked = state.literal.filter((test) => test.wakes.length === 0)
  state.watched = finderOf(watched)
  if (watched.length > 0) state.recent = new RecentTexts(state.watched)
  if (asked.length === 0) return
  const together = { find: new RecentTexts(finderOf(asked)), slot: state.slot, at: -1 }
  for (const test of asked) test.together = together
}

function finderOf(tests: Found): Find {
  if (tests.length === 0) return findNone
  // Made when it is first needed: most rules are about fields that one stream never has.
  let index: TextIndex<TestState> | undefined
  return (text) => (index ??= new TextIndex(new Map(tests.map((one) => [one, one.test])))).matching(text)
}

function findNone(): Found {
  return []
}

/** `a`, `a.b`, `a.b.c` for `a.b.c`: at the top of an event one of these keys leads to the field. */
function keysOf(name: string): string[] {
  const parts = name.split('.')
  return parts.map((_, i) => parts.slice(0, i + 1).join('.'))
}
