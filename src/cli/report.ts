import { byPlace, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { ExitCode } from './exit-code.ts'
import { paintDiagnostic } from './render/diagnostic.ts'
import { paintFor, say, type ColorChoice } from './terminal.ts'

/** Tells diagnostics on standard error, in order of place; the same one of several rules or languages only once. */
export function report(diagnostics: readonly Diagnostic[], color: ColorChoice): void {
  const paint = paintFor(process.stderr, color)
  const told = new Set([...diagnostics].sort(byPlace).map((one) => paintDiagnostic(one, paint)))
  if (told.size > 0) say([...told].join('\n'))
}

/** Codes that mean a file could not be had at all, rather than that something in it is wrong. */
const INPUT_CODES: ReadonlySet<string> = new Set([
  'pack/no-such-path',
  'pack/events',
  'pack/unreadable',
  'pack/no-rules',
  'pack/no-pack',
])

/** Codes of what was not even tried, because how to reach the target, or what is asked for, is wrong. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'target/connection',
  'target/insecure',
  'target/no-app',
  'target/other-place',
  'target/other-object',
  'target/old-version',
  'target/no-space',
  'target/no-such-field',
  'target/no-such-object',
  'target/receipt',
  'target/too-old',
])

/** 2 when an input could not be had, 1 when something is wrong with one, else 0. */
export function exitCodeOf(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter((one) => one.severity === 'error')
  if (errors.some((one) => INPUT_CODES.has(one.code))) return ExitCode.unusable
  return errors.length > 0 ? ExitCode.no : ExitCode.ok
}

/** For what a target said: 2 when it was not asked, 1 for a mistake in the pack, 3 when it refused or was not reached. */
export function exitCodeOfTarget(diagnostics: readonly Diagnostic[]): ExitCode {
  const errors = diagnostics.filter((one) => one.severity === 'error')
  if (errors.some((one) => CONNECTION_CODES.has(one.code))) return ExitCode.unusable
  if (errors.some((one) => one.code === 'target/duplicate-rule')) return ExitCode.no
  return errors.length > 0 ? ExitCode.target : ExitCode.ok
}
