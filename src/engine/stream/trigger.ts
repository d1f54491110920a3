import type { Condition, Question } from './condition.ts'
import { indexedLiterals } from './indexed-literal.ts'

/**
 * What must happen in an event before a condition can be true: one of these questions is answered with yes, or one of
 * these questions' fields is there. Null when an event that has nothing can make it true too; such a condition is asked
 * of each event.
 */
export interface Trigger {
  /** By a literal, found by one scan of the field. */
  readonly literals: readonly Question[]
  /** Those that need their field to be there, and no more is known. */
  readonly fields: readonly Question[]
  /** How often it happens, roughly: the smaller the better. */
  readonly cost: number
}

/** Of a conjunction the rarest part, of a disjunction all parts. */
export function triggerOf(condition: Condition): Trigger | null {
  switch (condition.op) {
    case 'all': {
      let best: Trigger | null = null
      for (const part of condition.of) {
        const trigger = triggerOf(part)
        if (trigger !== null && (best === null || trigger.cost < best.cost)) best = trigger
      }
      return best
    }
    case 'any': {
      const parts: Trigger[] = []
      for (const part of condition.of) {
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
    case 'question':
      return questionTrigger(condition)
  }
}

function questionTrigger(of: Question): Trigger | null {
  switch (of.by) {
    case 'literal':
      return { literals: [of], fields: [], cost: costOf(of) }
    case 'network':
      return { literals: [], fields: [of], cost: PRESENCE * of.networks.length }
    case 'value': {
      const { test } = of
      if (test.is === 'null' || (test.is === 'exists' && !test.present)) return null
      return { literals: [], fields: [of], cost: PRESENCE }
    }
  }
}

function costOf({ subject, tests }: Extract<Question, { readonly by: 'literal' }>): number {
  const scanned = subject.kind === 'message' ? 2 : 1
  return tests.reduce((sum, test) => {
    const { texts = [], whole = false } = indexedLiterals(test) ?? {}
    return sum + texts.reduce((each, text) => each + ((whole ? 0.5 : 1) * scanned) / text.length, 0)
  }, 0)
}

/** A field that is there is met far more often than any literal in it. */
const PRESENCE = 10
