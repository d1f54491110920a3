import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const program = path.join(root, 'bin/detpack')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  /** Where it starts; by default the checkout. */
  readonly cwd?: string
  readonly input?: string
  readonly env?: Readonly<Record<string, string>>
  /** Options for node itself. */
  readonly node?: readonly string[]
}

/** Runs the built program as a user would, without colour and without the tester's own settings. */
export function detpack(args: readonly string[], surroundings: Surroundings = {}): Ended {
  if (!existsSync(path.join(root, 'dist/cli/detpack.js'))) throw new Error('run "make build" first')
  const kept = Object.entries(process.env).filter(([name]) => !/^(DETPACK_|NO_COLOR|FORCE_COLOR|NODE_)/.test(name))
  const ended = spawnSync(process.execPath, [...(surroundings.node ?? []), program, ...args], {
    cwd: surroundings.cwd ?? root,
    encoding: 'utf8',
    input: surroundings.input ?? '',
    env: { ...Object.fromEntries(kept), ...surroundings.env },
    maxBuffer: 256 * 1024 * 1024,
  })
  return { code: ended.status, stdout: ended.stdout, stderr: ended.stderr }
}
