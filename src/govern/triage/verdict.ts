/** What an analyst decided about an alert: one scale for every target. */
export const VERDICTS = [
  'true_positive',
  /** What the rule looks for did happen, and was allowed: a baseline or an exception is missing. */
  'benign_true_positive',
  /** What the rule looks for did not happen: the rule says it wrongly. */
  'false_positive_logic',
  /** What the rule looks for did not happen: an event was wrong. */
  'false_positive_data',
  'duplicate',
  'undetermined',
  'other',
] as const

export type Verdict = (typeof VERDICTS)[number]

export function verdictNamed(text: string): Verdict | undefined {
  return VERDICTS.find((each) => each === text)
}

/** For people. */
export const VERDICT_TITLES: Readonly<Record<Verdict, string>> = {
  true_positive: 'true',
  benign_true_positive: 'benign true',
  false_positive_logic: 'false by logic',
  false_positive_data: 'false by data',
  duplicate: 'duplicate',
  undetermined: 'undetermined',
  other: 'other',
}
