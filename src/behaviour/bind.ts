import { didYouMean } from '../diagnostic/suggest.ts'
import { MOST_BINDINGS, refuseValue, type Binding } from '../event/binding.ts'
import type { Task } from './task.ts'

/** What the parameters of a run are bound to, or why they cannot be: one sentence each. */
export type Bindings = { readonly bindings: readonly Binding[] } | { readonly problems: readonly string[] }

/**
 * Binds the parameters of a task. A parameter may be bound more than once: each of the values is meant.
 *
 * @param given `NAME=VALUE` each
 */
export function bindParameters({ name: task, parameters }: Task, given: readonly string[]): Bindings {
  const bindings: Binding[] = []
  const problems: string[] = []
  for (const text of given) {
    const equals = text.indexOf('=')
    const [name, value] = [text.slice(0, Math.max(equals, 0)), text.slice(equals + 1)]
    const parameter = parameters.find((each) => each.name === name)
    const refused = parameter && refuseValue(parameter.kind, value)
    if (equals < 1) problems.push(`"${text}" binds nothing: write NAME=VALUE`)
    else if (parameter === undefined) {
      const known = parameters.map((each) => each.name)
      const way = didYouMean(name, known) ?? (known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`)
      problems.push(`the task "${task}" has no parameter "${name}"; ${way}`)
    } else if (refused !== undefined) problems.push(`"${name}" cannot be bound to ${quoted(value)}: ${refused}`)
    else bindings.push({ name, kind: parameter.kind, value })
  }
  const bound = new Set(bindings.map(({ name }) => name))
  const missing = parameters.filter(({ name, optional }) => !optional && !bound.has(name))
  // Whatever is wrong with a value, it is not missing.
  if (problems.length === 0)
    for (const { name, kind } of missing)
      problems.push(`the task "${task}" needs its parameter "${name}": --bind ${name}=${EXAMPLES[kind]}`)
  if (bindings.length > MOST_BINDINGS) problems.push(`a run has at most ${MOST_BINDINGS} bindings`)
  return problems.length > 0 ? { problems } : { bindings }
}

const EXAMPLES: Readonly<Record<Binding['kind'], string>> = {
  file: 'PATH',
  directory: 'PATH',
  host: 'ADDRESS',
  text: 'TEXT',
}

/** A value in a message: a long one is cut. */
function quoted(value: string): string {
  return value.length > 60 ? `"${value.slice(0, 60)}…"` : `"${value}"`
}
