import { spawn, type ChildProcess } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')

export interface Running {
  readonly child: ChildProcess
  /** Everything it has said so far, on both. */
  readonly said: () => string
  /** Waits until it has said that, and gives all. */
  readonly until: (words: string | RegExp) => Promise<string>
  readonly ended: Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>
}

/** Runs the built program beside the test, which may be what it talks to. */
export function running(
  args: readonly string[],
  { cwd = root, env = {}, input = '' }: { cwd?: string; env?: Readonly<Record<string, string>>; input?: string } = {},
): Running {
  const kept = Object.entries(process.env).filter(([name]) => !/^(DETPACK_|NO_COLOR|FORCE_COLOR|NODE_)/.test(name))
  const child = spawn(process.execPath, [path.join(root, 'bin/detpack'), ...args], {
    cwd,
    env: { ...Object.fromEntries(kept), ...env },
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => (stdout += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (stderr += piece.toString()))
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const ended = new Promise<{ code: number | null; stdout: string; stderr: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, stdout, stderr })),
  )
  const said = (): string => stdout + stderr
  const until = async (words: string | RegExp): Promise<string> => {
    for (let tries = 0; tries < 1000; tries++) {
      const found = typeof words === 'string' ? said().includes(words) : words.test(said())
      if (found || child.exitCode !== null) break
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    return said()
  }
  return { child, said, until, ended }
}
