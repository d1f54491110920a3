import type { Diagnostic } from '../../diagnostic/diagnostic.ts'
import { warning } from '../../diagnostic/diagnostic.ts'
import { didYouMean } from '../../diagnostic/suggest.ts'
import type { Command } from './command.ts'
import { CommandReader, type PipelineOptions, type QueryScope } from './command-reader.ts'
import { searchEvents } from './command/search.ts'
import { commands, UNRUN_COMMANDS } from './commands.ts'
import type { Pipeline } from './pipeline.ts'
import { Problem } from './problem.ts'
import type { Operator } from './run.ts'
import { Scanner, type Word } from './scanner.ts'
import { afterQuoted } from './text/expand.ts'
import type { QueryText } from './text/query-text.ts'

const DEEPEST = 20
/** A broken query says more than enough with this many problems. */
const MOST_PROBLEMS = 20

export interface ReadQuery {
  readonly pipeline: Pipeline
  /** Whether the raw text of events is looked at. */
  readonly raw: boolean
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads a whole query; all of its commands are read, whatever is wrong with one. */
export function readQuery(query: QueryText): ReadQuery {
  const reader = new PipelineReader()
  const scanner = new Scanner(query)
  const pipeline = reader.read(scanner, { generates: true }, 0)
  if (scanner.peek() === ']') reader.note(() => scanner.failHere('a bracket that nothing opens'))
  return { pipeline, raw: reader.raw, diagnostics: reader.diagnostics }
}

class PipelineReader {
  raw = false
  readonly diagnostics: Diagnostic[] = []

  read(scanner: Scanner, { generates, strict = false }: PipelineOptions, depth: number): Pipeline {
    if (depth > DEEPEST)
      scanner.fail('spl/too-deep', `subsearches nested more than ${DEEPEST} deep`, scanner.at, scanner.at + 1)
    const scope: QueryScope = {
      pipeline: (inner, options) => this.read(inner, options, depth + 1),
      raw: () => {
        this.raw = true
      },
      joined: (start, end) => this.#joined(scanner, start, end),
      strict,
    }
    const operators: Operator[] = []
    let streaming = true
    const add = (command: Pick<Command, 'kind'>, operator: Operator): void => {
      operators.push(operator)
      streaming &&= command.kind !== 'whole'
    }
    if (generates && depth === 0 && scanner.peek() !== '|') this.#implicitSearch(scanner, scope, add)
    else {
      if (generates) scanner.take('|')
      this.#command(scanner, scope, generates, add)
    }
    while (scanner.take('|')) this.#command(scanner, scope, false, add)
    return pipelineOf(operators, streaming)
  }

  /** Keeps a problem. */
  note(act: () => void): void {
    try {
      act()
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem
      if (this.diagnostics.length < MOST_PROBLEMS) this.diagnostics.push(problem.diagnostic)
    }
  }

  /** A query without a pipe in front searches events; the word `search` need not stand there. */
  #implicitSearch(
    scanner: Scanner,
    scope: QueryScope,
    add: (command: Pick<Command, 'kind'>, operator: Operator) => void,
  ): void {
    scanner.skipBlank()
    const start = scanner.at
    const first = scanner.peekWord()
    if (first?.quoted === false && first.text.toLowerCase() === 'search') scanner.at = first.end
    const name: Word = { text: 'search', quoted: false, start, end: Math.max(scanner.at, start + 1) }
    this.#guarded(scanner, scope, () => {
      const reader = new CommandReader(scanner, name, scope, true)
      add({ kind: 'generating' }, searchEvents(reader))
    })
  }

  #command(
    scanner: Scanner,
    scope: QueryScope,
    first: boolean,
    add: (command: Pick<Command, 'kind'>, operator: Operator) => void,
  ): void {
    this.#guarded(scanner, scope, () => {
      scanner.skipBlank()
      const start = scanner.at
      const written = scanner.match(/[A-Za-z_][\w-]*/y)?.[0]
      if (written === undefined) return scanner.failHere('expected a command')
      const name: Word = { text: written.toLowerCase(), quoted: false, start, end: scanner.at }
      const command = Object.hasOwn(commands, name.text) ? commands[name.text] : undefined
      if (!command) return failUnknown(scanner, name)
      const reader = new CommandReader(scanner, name, scope, first)
      const makes = first && name.text === 'search' ? searchEvents(reader) : command.read(reader)
      reader.end()
      add(command, makes)
    })
  }

  /** After a problem, goes on behind the command. */
  #guarded(scanner: Scanner, { strict }: QueryScope, act: () => void): void {
    if (strict) return act()
    const start = scanner.at
    this.note(() => {
      try {
        act()
      } catch (problem) {
        scanner.at = endOfCommand(scanner.text, start)
        throw problem
      }
    })
  }

  #joined(scanner: Scanner, start: number, end: number): void {
    const written = scanner.text.slice(start, end)
    const hint = `write '${written}' for the field of that name, or blanks around the dot`
    const message = `${written} joins the values of several fields`
    this.diagnostics.push(warning('spl/joined-fields', message, scanner.span(start, end), { hint }))
  }
}

function pipelineOf(operators: readonly Operator[], streaming: boolean): Pipeline {
  return {
    streaming,
    run: (rows, run) => {
      let current = rows
      for (const operator of operators) {
        if (run.report.failed) return []
        current = operator(current, run)
      }
      return current
    },
  }
}

function failUnknown(scanner: Scanner, { text: name, start, end }: Word): never {
  const reason = Object.hasOwn(UNRUN_COMMANDS, name) ? UNRUN_COMMANDS[name] : undefined
  if (reason !== undefined)
    scanner.fail('spl/unsupported', `the command "${name}" is not run here: ${reason}`, start, end)
  const hint = didYouMean(name, Object.keys(commands))
  scanner.fail('spl/unknown-command', `the command "${name}" is not known`, start, end, hint)
}

/** The next pipe, or the bracket that closes a subsearch around, outside of quotes and brackets. */
function endOfCommand(text: string, from: number): number {
  let depth = 0
  let at = from
  while (at < text.length) {
    const character = text[at]
    if (character === '"') {
      at = afterQuoted(text, at)
      continue
    }
    if (character === '[') depth++
    if (character === ']' && depth-- === 0) return at
    if (character === '|' && depth === 0) return at
    at++
  }
  return at
}
