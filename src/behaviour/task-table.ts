import { createHash } from 'node:crypto'
import type { Task } from './task.ts'

/**
 * The declared tasks as the sensor reads them: lines of fields with a tab between them, `detpack-tasks 1` first. The
 * digest is of the task file's text, so that the start of a task says which version of its file was in force.
 *
 * @param launchers who besides root may start a task: user ids by its name
 */
export function renderTaskTable(
  tasks: Iterable<Task>,
  launchers: ReadonlyMap<string, readonly number[]> = new Map(),
): { readonly text: string } | { readonly refused: readonly string[] } {
  const lines = [['detpack-tasks', '1']]
  const refused: string[] = []
  for (const task of tasks) {
    // Nobody starts what is not declared.
    if (task.holder.kind === 'undeclared') continue
    if (!/^[A-Za-z0-9._-]{1,64}$/.test(task.name)) refused.push(task.name)
    if (task.agent !== null && (/[\t\n]/.test(task.agent) || task.agent.length > 128)) refused.push(task.agent)
    const digest = createHash('sha256').update(task.span.source.text).digest('hex')
    lines.push(['task', task.name, digest, task.agent ?? '-'])
    for (const { name, kind, optional } of task.parameters)
      lines.push(['parameter', task.name, name, kind, optional ? 'optional' : 'needed'])
    for (const user of launchers.get(task.name) ?? []) lines.push(['launcher', task.name, String(user)])
  }
  if (refused.length > 0) return { refused }
  return { text: lines.map((fields) => `${fields.join('\t')}\n`).join('') }
}
