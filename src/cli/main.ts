import { CommanderError } from 'commander'
import { printable } from '../diagnostic/frame.ts'
import { reason } from '../pack/system-reason.ts'
import { commandLine } from './command-line.ts'
import { ExitCode } from './exit-code.ts'
import { say } from './terminal.ts'
import { Unusable } from './unusable.ts'

// A reader that goes away (`| head`) is no error; a full disk is one, and not ours.
process.stdout.on('error', (problem: NodeJS.ErrnoException) => {
  if (problem.code === 'EPIPE') process.exit(process.exitCode ?? ExitCode.ok)
  say(`detpack: cannot write to standard output: ${reason(problem)}`)
  process.exit(ExitCode.unusable)
})
// Nobody can be told that nothing can be told; the work itself goes on.
process.stderr.on('error', () => undefined)

try {
  await commandLine((code) => (process.exitCode = code)).parseAsync(process.argv)
} catch (problem) {
  process.exitCode = report(problem)
}

function report(problem: unknown): ExitCode {
  if (problem instanceof CommanderError) return problem.exitCode === 0 ? ExitCode.ok : ExitCode.unusable
  if (problem instanceof Unusable) {
    say(`detpack: ${problem.message.split('\n').map(printable).join('\n')}`)
    return ExitCode.unusable
  }
  say(
    `detpack: this is a bug of detpack, please report it: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`,
  )
  return ExitCode.bug
}
