/** How a command ends; the same on every command. */
export const ExitCode = {
  /** Yes: done, or nothing to find fault with. */
  ok: 0,
  /** The answer is no: findings, a failed test, a difference, a rule with an error. */
  no: 1,
  /** It could not run: usage, configuration, files. */
  unusable: 2,
  /** The target refused, or could not be reached. */
  target: 3,
  /** A bug of detpack (EX_SOFTWARE of sysexits.h). */
  bug: 70,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]
