import type { Predicate, Subject, Test, ValueTest } from '../../ir/predicate.ts'
import { indexedLiterals, type TextTest } from './indexed-literal.ts'

/** A predicate as it is asked of an event. */
export type Condition =
  | { readonly op: 'all' | 'any'; readonly of: readonly Condition[] }
  | { readonly op: 'not'; readonly of: Condition }
  | Question

/** Whether any of some tests is true of a subject: a list of fifty thousand values is one question, not as many. */
export type Question = { readonly op: 'question'; readonly subject: Subject } & Asked

type Asked =
  /** Each with an indexed literal. Exact: each is true of one text as a whole, letter by letter but for case. */
  | { readonly by: 'literal'; readonly tests: readonly TextTest[]; readonly exact: boolean }
  | { readonly by: 'network'; readonly networks: readonly string[] }
  | { readonly by: 'value'; readonly test: ValueTest }

export function conditionOf(predicate: Predicate): Condition {
  switch (predicate.op) {
    case 'all':
      return { op: 'all', of: predicate.of.map(conditionOf) }
    case 'any':
      return anyCondition(predicate.of)
    case 'not':
      return { op: 'not', of: conditionOf(predicate.of) }
    case 'test':
      return { op: 'question', subject: predicate.subject, ...askedBy(predicate.test) }
  }
}

function askedBy(test: ValueTest): Asked {
  if (test.is === 'cidr') return { by: 'network', networks: [test.network] }
  if (test.is !== 'text' && test.is !== 'regex') return { by: 'value', test }
  const literals = indexedLiterals(test)
  return literals === undefined ? { by: 'value', test } : { by: 'literal', tests: [test], exact: literals.whole }
}

function anyCondition(parts: readonly Predicate[]): Condition {
  const alone: Condition[] = []
  const together = new Map<string, { readonly subject: Subject; readonly asked: Asked[] }>()
  for (const part of parts) {
    const asked = part.op === 'test' ? askedBy(part.test) : undefined
    if (part.op !== 'test' || asked === undefined || asked.by === 'value') alone.push(conditionOf(part))
    else listIn(together, part, asked)
  }
  const of = [...alone, ...[...together.values()].map(({ subject, asked }) => questionOf(subject, asked))]
  const [only] = of
  return of.length === 1 && only ? only : { op: 'any', of }
}

function listIn(
  together: Map<string, { readonly subject: Subject; readonly asked: Asked[] }>,
  { subject }: Test,
  asked: Asked,
): void {
  const key = `${asked.by} ${subject.kind === 'field' ? `.${subject.name}` : ''}`
  const known = together.get(key)
  if (known) known.asked.push(asked)
  else together.set(key, { subject, asked: [asked] })
}

/** @param asked all by the same, literals or networks */
function questionOf(subject: Subject, asked: readonly Asked[]): Question {
  const tests = asked.flatMap((one) => (one.by === 'literal' ? one.tests : []))
  const exact = asked.every((one) => one.by === 'literal' && one.exact)
  const networks = asked.flatMap((one) => (one.by === 'network' ? one.networks : []))
  return tests.length > 0
    ? { op: 'question', subject, by: 'literal', tests, exact }
    : { op: 'question', subject, by: 'network', networks }
}
