import { CommanderError } from 'commander'
import { printable } from '../diagnostic/frame.ts'
import { reason } from '../pack/system-reason.ts'
import { commandLine } from './command-line.ts'
import { ExitCode } from './exit-code.ts'
import { exitCodeOfTarget, report as tellDiagnostics } from './report.ts'
import { TargetProblem } from './target-problem.ts'
import { OutputLost, say } from './terminal.ts'
import { Unusable } from './unusable.ts'

// A reader that goes away (`| head`) is no error; a full disk is one, and not ours. Neither ends a command on its own,
// since that may be changing something just now.
let lost: NodeJS.ErrnoException | undefined
process.stdout.on('error', (problem: NodeJS.ErrnoException) => (lost ??= problem))
process.on('exit', (code) => {
  if (lost === undefined || lost.code === 'EPIPE') return
  say(`detpack: cannot write to standard output: ${reason(lost)}`)
  if (code === ExitCode.ok) process.exitCode = ExitCode.unusable
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
  if (problem instanceof OutputLost) return ExitCode.ok
  if (problem instanceof TargetProblem) {
    tellDiagnostics(problem.diagnostics, 'auto')
    say('nothing was changed')
    return exitCodeOfTarget(problem.diagnostics)
  }
  if (problem instanceof Unusable) {
    say(`detpack: ${problem.message.split('\n').map(printable).join('\n')}`)
    return ExitCode.unusable
  }
  say(
    `detpack: this is a bug of detpack, please report it: ${problem instanceof Error ? (problem.stack ?? problem.message) : String(problem)}`,
  )
  return ExitCode.bug
}
