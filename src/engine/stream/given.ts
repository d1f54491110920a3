import type { Condition, Question } from './condition.ts'

/** What is known of one field of an event: equal ones are mostly one object. */
export interface FieldAnswers {
  readonly field: string
  /** The exact questions that are answered with yes. */
  readonly yes: ReadonlySet<Question>
  readonly stated: boolean
  readonly present: boolean
  /** There is no value to ask about; a field that holds an object is present all the same. */
  readonly empty: boolean
}

/** Whether `FieldAnswers` answer it, whatever they are. */
export function isDecided(question: Question): boolean {
  if (question.by === 'literal') return question.exact
  return question.by === 'value' && (question.test.is === 'exists' || question.test.is === 'null')
}

/** What is left of a condition once that is known of a field; a boolean when it decides the whole. */
export function given(condition: Condition, answers: FieldAnswers): Condition | boolean {
  switch (condition.op) {
    case 'all':
      return givenParts(condition, answers, false)
    case 'any':
      return givenParts(condition, answers, true)
    case 'not': {
      const of = given(condition.of, answers)
      if (typeof of === 'boolean') return !of
      return of === condition.of ? condition : { op: 'not', of }
    }
    case 'question':
      return answerOf(condition, answers) ?? condition
  }
}

/** @param deciding the answer of one part that decides all */
function givenParts(
  condition: Extract<Condition, { readonly op: 'all' | 'any' }>,
  answers: FieldAnswers,
  deciding: boolean,
): Condition | boolean {
  const of: Condition[] = []
  let changed = false
  for (const part of condition.of) {
    const left = given(part, answers)
    if (left === deciding) return deciding
    changed ||= left !== part
    if (typeof left !== 'boolean') of.push(left)
  }
  if (!changed) return condition
  const [only] = of
  if (only === undefined) return !deciding
  return of.length === 1 ? only : { op: condition.op, of }
}

function answerOf(question: Question, answers: FieldAnswers): boolean | undefined {
  const { subject } = question
  if (subject.kind !== 'field' || subject.name !== answers.field) return undefined
  if (question.by === 'value') {
    if (question.test.is === 'exists') return question.test.present === answers.stated
    if (question.test.is === 'null') return !answers.present
  }
  if (answers.empty) return false
  return question.by === 'literal' && question.exact ? answers.yes.has(question) : undefined
}
