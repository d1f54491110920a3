import { error, type Diagnostic } from '../diagnostic/diagnostic.ts'
import { didYouMean } from '../diagnostic/suggest.ts'
import type { Task } from './task.ts'

/**
 * Tasks with what they take over from the task that they extend: what a child names itself (a grant by its id, a host,
 * parameter or chain by its name) replaces the parent's, everything else is the parent's. Purpose, processes and what is
 * still to do are a task's own. A task with an unknown parent, in a circle or of a name that another has is left out.
 */
export function inheritTasks(parsed: readonly Task[]): { tasks: Task[]; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const known = new Map<string, Task>()
  for (const task of parsed) {
    const first = known.get(task.name)
    if (first === undefined) known.set(task.name, task)
    else {
      const notes = [{ message: 'first here', span: first.span }]
      diagnostics.push(error('behaviour/duplicate-task', `there are two tasks "${task.name}"`, task.span, { notes }))
    }
  }
  const done = new Map<string, Task | null>()
  const whole = (task: Task, below: ReadonlySet<string>): Task | null => {
    const before = done.get(task.name)
    if (before !== undefined) return before
    const made = task.parent === null ? task : inherit(task, task.parent, below)
    done.set(task.name, made)
    return made
  }
  const inherit = (
    task: Task,
    { text, span }: NonNullable<Task['parent']>,
    below: ReadonlySet<string>,
  ): Task | null => {
    const path = new Set([...below, task.name])
    if (path.has(text)) {
      const message = `"${task.name}" extends itself by way of ${[...path, text].join(', ')}`
      diagnostics.push(error('behaviour/circle', message, span, { hint: 'one of them must extend no other' }))
      return null
    }
    const found = known.get(text)
    if (found === undefined) {
      const hint = didYouMean(text, known.keys())
      diagnostics.push(
        error('behaviour/unknown-task', `"${task.name}" extends "${text}", which is not there`, span, { hint }),
      )
      return null
    }
    const parent = whole(found, path)
    return parent === null ? null : merge(parent, task)
  }
  const tasks = [...known.values()].flatMap((task) => whole(task, new Set()) ?? [])
  return { tasks, diagnostics }
}

function merge(parent: Task, child: Task): Task {
  return {
    ...child,
    agent: child.agent ?? parent.agent,
    owner: child.owner ?? parent.owner,
    otherwise: child.otherwise ?? parent.otherwise,
    deny: [...new Set([...parent.deny, ...child.deny])],
    parameters: overridden(parent.parameters, child.parameters, ({ name }) => name),
    hosts: overridden(parent.hosts, child.hosts, ({ name }) => name),
    grants: overridden(parent.grants, child.grants, ({ id }) => id),
    chains: overridden(parent.chains, child.chains, ({ id }) => id),
    risk: child.risk.length > 0 ? child.risk : parent.risk,
    tags: child.tags.length > 0 ? child.tags : parent.tags,
  }
}

function overridden<T>(parent: readonly T[], child: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const own = new Map(child.map((item) => [keyOf(item), item]))
  const names = new Set(parent.map(keyOf))
  return [...parent.map((item) => own.get(keyOf(item)) ?? item), ...child.filter((item) => !names.has(keyOf(item)))]
}
