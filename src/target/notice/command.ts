import { spawn } from 'node:child_process'
import type { Attempt } from '../pace.ts'
import type { Notice, Receiver } from './notice.ts'

/** Longest run of the command, ms. */
const LONGEST = 30_000

/**
 * Starts a program for each alert, with its arguments as they are and without a shell; the alert is on its standard
 * input as one line of JSON, and in `DETPACK_ALERT_ID`, `DETPACK_ALERT_RULE` and `DETPACK_ALERT_LEVEL`. Status 0 takes it.
 * Of the environment only what programs need to run goes along: secrets of detpack do not.
 */
export function command(words: readonly string[], timeout = LONGEST): Receiver {
  const [program = '', ...args] = words
  return {
    name: `the command "${program}"`,
    hand: (notice) => run(program, args, notice, timeout),
    close: () => undefined,
  }
}

function run(
  program: string,
  args: readonly string[],
  notice: Notice,
  timeout: number,
): Promise<Attempt<string | null>> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      shell: false,
      stdio: ['pipe', 'ignore', 'inherit'],
      timeout,
      killSignal: 'SIGKILL',
      env: {
        ...kept(),
        DETPACK_ALERT_ID: notice.id,
        DETPACK_ALERT_RULE: notice.rule,
        DETPACK_ALERT_LEVEL: notice.level,
      },
    })
    child.on('error', ({ code, message }: NodeJS.ErrnoException) =>
      resolve({ value: code ?? message, passing: code === 'EAGAIN' }),
    )
    child.on('close', (status, signal) => {
      if (status === 0) resolve({ value: null, passing: false })
      else
        resolve({
          value: signal === null ? `it ended with ${status ?? '?'}` : `it was ended by ${signal}`,
          passing: true,
        })
    })
    // A program that does not read is not wrong for that.
    child.stdin.on('error', () => undefined)
    child.stdin.end(`${notice.json}\n`)
  })
}

function kept(): NodeJS.ProcessEnv {
  const names = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'LOGNAME']
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  )
}
