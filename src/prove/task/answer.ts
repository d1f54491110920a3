/** What the rules of a task say of a use. */
export type Answer = {
  /** The grants that cover it; of an alert those that cover a part of what it needs. */
  readonly grants: readonly string[]
} & (
  | /** A grant covers it, and no condition of any holds for it. */
    { readonly is: 'granted' }
    /** Grants cover it; told where a condition of one of `conditional` is broken. */
  | { readonly is: 'granted if'; readonly conditional: readonly string[] }
  /** Told at once: by which clauses, the names of rules without that of the task. */
  | { readonly is: 'alert'; readonly clauses: readonly string[] }
  /** Told when what was taken leaves the host. */
  | { readonly is: 'alert if sent'; readonly clauses: readonly string[] }
  /** Nothing tells. */
  | { readonly is: 'let be' }
)

/** From what is meant to be to what nobody is told of. */
export const ANSWERS = ['granted', 'granted if', 'alert', 'alert if sent', 'let be'] as const

/** Who says so: the grants that cover a use, or the clauses that tell of it. */
export function sourcesOf(answer: Answer): readonly string[] {
  switch (answer.is) {
    case 'granted':
    case 'granted if':
      return answer.grants
    case 'alert':
    case 'alert if sent':
      return answer.clauses
    case 'let be':
      return []
  }
}

export function answerKey(answer: Answer): string {
  return [answer.is, ...sourcesOf(answer)].join(' ')
}
