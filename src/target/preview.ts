/** What a target would have found with a rule in the time up to now. */
export interface RulePreview {
  readonly id: string
  readonly title: string
  /** Null where nobody can count them. */
  readonly alerts: number | null
  /** What the target says of its runs, each once; with an error the count says nothing. */
  readonly errors: readonly string[]
  readonly warnings: readonly string[]
}
