import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import { parametersOf } from './destination.ts'
import type { Surroundings } from './surroundings.ts'
import { PLACES, type Target, type Task, type Word } from './task.ts'

/**
 * What a task, with all that it inherits, names and is not there: hosts and parameters of its own, grants in chains,
 * classes of the pack. A task with any is not compiled.
 */
export function checkTaskReferences(task: Task, { classes }: Surroundings): Diagnostic[] {
  const diagnostics: Diagnostic[] = []
  const hosts = [...task.hosts.map(({ name }) => name), ...parametersOf(task, 'host'), ...PLACES]
  const objects = [...parametersOf(task, 'file'), ...parametersOf(task, 'directory')]
  const expect = (words: readonly Word[] | null, known: readonly string[], what: string): void => {
    for (const word of words ?? []) {
      if (known.includes(word.text)) continue
      const hint = didYouMean(word.text, known)
      const code = what === 'class' ? 'behaviour/unknown-class' : `behaviour/unknown-${what}`
      diagnostics.push(
        error(code as 'behaviour/unknown-host', `"${task.name}" has no ${what} "${word.text}"`, word.span, { hint }),
      )
    }
  }
  const target = (on: Target | null): void => {
    if (on === null) return
    expect(on.classes, classes, 'class')
    expect(on.parameters, objects, 'parameter')
    expect(on.hosts, hosts, 'host')
    on.except?.forEach(target)
  }
  for (const grant of task.grants) {
    target(grant.on)
    target(grant.orAfter?.on ?? null)
    for (const condition of grant.conditions) {
      if (condition.kind === 'only_to') expect(condition.hosts, hosts, 'host')
      if ('on' in condition) target(condition.on)
    }
  }
  const grants = task.grants.map(({ id }) => id)
  for (const chain of task.chains)
    expect(
      chain.steps.map((step) => step.grant),
      grants,
      'grant',
    )
  return diagnostics
}
