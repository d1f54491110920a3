import { literal } from '../../ir/pattern.ts'
import type { Predicate, Test } from '../../ir/predicate.ts'
import { regexLiterals } from './regex-literal.ts'
import { longestLiteral } from './text-form.ts'

/**
 * What must happen in an event before a predicate can be true: one of these tests is true, or one of these tests'
 * fields is there. Null when an event that has nothing can make it true too; such a predicate is asked of each event.
 */
export interface Trigger {
  /** Tests by a literal, found by one scan of the field. */
  readonly literals: readonly Test[]
  /** Tests that need their field to be there, and no more is known. */
  readonly fields: readonly Test[]
  /** How often it happens, roughly: the smaller the better. */
  readonly cost: number
}

/** Of a conjunction the rarest part, of a disjunction all parts. */
export function triggerOf(predicate: Predicate): Trigger | null {
  switch (predicate.op) {
    case 'all': {
      let best: Trigger | null = null
      for (const part of predicate.of) {
        const trigger = triggerOf(part)
        if (trigger !== null && (best === null || trigger.cost < best.cost)) best = trigger
      }
      return best
    }
    case 'any': {
      const parts: Trigger[] = []
      for (const part of predicate.of) {
        const trigger = triggerOf(part)
        if (trigger === null) return null
        parts.push(trigger)
      }
      return {
        literals: parts.flatMap((part) => part.literals),
        fields: parts.flatMap((part) => part.fields),
        cost: parts.reduce((sum, part) => sum + part.cost, 0),
      }
    }
    case 'not':
      return null
    case 'test':
      return testTrigger(predicate)
  }
}

function testTrigger(of: Test): Trigger | null {
  const { test } = of
  if (test.is === 'null' || (test.is === 'exists' && !test.present)) return null
  const indexed = indexedLiterals(of)
  if (indexed === undefined) return { literals: [], fields: [of], cost: PRESENCE }
  const whole = (indexed.whole ? 0.5 : 1) * (of.subject.kind === 'message' ? 2 : 1)
  return { literals: [of], fields: [], cost: indexed.texts.reduce((sum, text) => sum + whole / text.length, 0) }
}

/** A field that is there is met far more often than any literal in it. */
const PRESENCE = 10

/** Shorter ones are found nearly everywhere. */
const SHORTEST_OF_REGEX = 2

/**
 * The literals by which a scan of the field finds the test: one of them is there when it is true. `whole` when the value
 * must be nothing else.
 */
export function indexedLiterals(of: Test): { readonly texts: readonly string[]; readonly whole: boolean } | undefined {
  if (of.test.is === 'regex') {
    const texts = regexLiterals(of.test.source)
    return texts.length > 0 && texts.every((text) => text.length >= SHORTEST_OF_REGEX)
      ? { texts, whole: false }
      : undefined
  }
  if (of.test.is !== 'text') return undefined
  const whole = literal(of.test.pattern)
  if (whole !== undefined && whole !== '') return { texts: [whole], whole: true }
  const text = longestLiteral(of.test.pattern)
  return text === '' ? undefined : { texts: [text], whole: false }
}
