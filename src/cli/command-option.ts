import { Option, type Command } from 'commander'
import type { ExitCode } from './exit-code.ts'
import type { Shared } from './shared.ts'

/** Loads what runs a command. */
export type Load<Input extends unknown[]> = () => Promise<
  (shared: Shared, ...input: Input) => Promise<ExitCode> | ExitCode
>

/** What the command line calls for a command. */
export type Action<Input extends unknown[]> = (...input: [...Input, Command]) => Promise<void>

/** Binds a command to the module that runs it. */
export type Run = <Input extends unknown[]>(load: Load<Input>) => Action<Input>

export function format(choices: readonly string[]): Option {
  return new Option('-f, --format <format>', 'how to print').choices(choices).default(choices[0])
}

export function gather(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

export function threads(): Option {
  return new Option(
    '--threads <number>',
    'how many look through events at once (without it: for a long file the cores, at most 4)',
  ).env('DETPACK_THREADS')
}

export function learned(): Option {
  return new Option(
    '--learned <file>',
    'what "baseline learn" counted: alerts then say how rare their steps are (default: .detpack/learned.json)',
  ).env('DETPACK_LEARNED')
}

/** Of an argument that takes names of tasks: a shell completes those of the pack. */
export const TASK_NAMES = { completes: 'tasks' } as const
