import type { Span } from '../diagnostic/source.ts'
import { actionInfo, type Action } from '../event/action.ts'
import { gives, type Reach } from '../event/reach.ts'
import type { Pattern } from '../ir/pattern.ts'
import type { FieldName, Predicate, Test, ValueTest } from '../ir/predicate.ts'

/** What can be said of a predicate before any event is seen: of each event of an action, of some, or of none. */
export type Truth = 'no' | 'maybe' | 'yes'

/** A test whose field the source never tells, so that it always comes out the same. */
export interface Fixed {
  readonly field: FieldName
  readonly span: Span | undefined
  readonly truth: 'no' | 'yes'
  /** Under a `not`: what it would have let out. */
  readonly negated: boolean
}

export interface Judged {
  readonly truth: Truth
  /** What may have made it so. Of a truth that is the source's nature and not its lack, nothing. */
  readonly fixed: readonly Fixed[]
}

/** One action of one source. */
export interface Occurrence {
  readonly reach: Reach
  readonly action: Action
}

/** Judges a predicate of events of one action, as one source writes them. */
export function judge(predicate: Predicate, at: Occurrence, negated = false): Judged {
  switch (predicate.op) {
    case 'all':
      return joined(predicate.of, 'no', at, negated)
    case 'any':
      return joined(predicate.of, 'yes', at, negated)
    case 'not': {
      const { truth, fixed } = judge(predicate.of, at, !negated)
      return { truth: truth === 'maybe' ? 'maybe' : truth === 'yes' ? 'no' : 'yes', fixed }
    }
    case 'test':
      return judgeTest(predicate, at, negated)
  }
}

/** `all` and `any`: the deciding truth of one part decides; the others matter only where none does. */
function joined(parts: readonly Predicate[], deciding: 'no' | 'yes', at: Occurrence, negated: boolean): Judged {
  const judged = parts.map((part) => judge(part, at, negated))
  const deciders = judged.filter((one) => one.truth === deciding)
  if (deciders.some((one) => one.fixed.length === 0)) return { truth: deciding, fixed: [] }
  if (deciders.length > 0) return { truth: deciding, fixed: deciders.flatMap((one) => one.fixed) }
  const other = deciding === 'no' ? 'yes' : 'no'
  const truth = judged.every((one) => one.truth === other) ? other : 'maybe'
  return { truth, fixed: judged.flatMap((one) => one.fixed) }
}

function judgeTest({ subject, test, span }: Test, at: Occurrence, negated: boolean): Judged {
  if (subject.kind === 'message') return MAYBE
  const fields = test.is === 'field' ? [subject.name, test.other] : [subject.name]
  for (const field of fields) {
    if (gives(at.reach, at.action, field)) continue
    const truth = holdsOfNothing(test) ? 'yes' : 'no'
    return { truth, fixed: [{ field, span, truth, negated }] }
  }
  const constant = constantOf(subject.name, at.action)
  if (constant !== undefined) return { truth: truthOf(test, constant), fixed: [] }
  const outcomes = subject.name === 'event.outcome' ? at.reach.actions.get(at.action)?.outcomes : undefined
  if (outcomes && outcomes.every((outcome) => truthOf(test, outcome) === 'no'))
    return { truth: 'no', fixed: [{ field: subject.name, span, truth: 'no', negated }] }
  return MAYBE
}

const MAYBE: Judged = { truth: 'maybe', fixed: [] }

function holdsOfNothing(test: ValueTest): boolean {
  return test.is === 'null' || (test.is === 'exists' && !test.present)
}

/** What each event of an action has in these fields. */
function constantOf(field: FieldName, action: Action): string | undefined {
  switch (field) {
    case 'event.action':
      return action
    case 'event.category':
      return actionInfo(action).category
    case 'event.type':
      return actionInfo(action).type
    case 'event.kind':
      return 'event'
    default:
      return undefined
  }
}

function truthOf(test: ValueTest, value: string): Truth {
  switch (test.is) {
    case 'text':
      return matches(test.pattern, test.cased, value) ? 'yes' : 'no'
    case 'exists':
      return test.present ? 'yes' : 'no'
    case 'number':
    case 'boolean':
    case 'null':
    case 'order':
    case 'cidr':
    case 'time-part':
      return 'no'
    case 'regex':
    case 'field':
      return 'maybe'
  }
}

/** Values are names of a few dozen characters, so trying each place is cheap. */
function matches(pattern: Pattern, cased: boolean, value: string): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return value === ''
  switch (first.kind) {
    case 'one':
      return value !== '' && matches(rest, cased, value.slice(1))
    case 'text': {
      const head = value.slice(0, first.text.length)
      const same = cased ? head === first.text : head.toLowerCase() === first.text.toLowerCase()
      return same && matches(rest, cased, value.slice(first.text.length))
    }
    case 'any': {
      for (let at = 0; at <= value.length; at++) if (matches(rest, cased, value.slice(at))) return true
      return false
    }
  }
}

/** Where a rule names an action, by itself or by its category. */
export function namingSpan(predicate: Predicate, action: Action): Span | undefined {
  switch (predicate.op) {
    case 'all':
    case 'any': {
      for (const part of predicate.of) {
        const found = namingSpan(part, action)
        if (found !== undefined) return found
      }
      return undefined
    }
    case 'not':
      return undefined
    case 'test': {
      if (predicate.subject.kind !== 'field' || predicate.span === undefined) return undefined
      const { name } = predicate.subject
      if (name !== 'event.action' && name !== 'event.category') return undefined
      const value = constantOf(name, action)
      return value !== undefined && truthOf(predicate.test, value) === 'yes' ? predicate.span : undefined
    }
  }
}
