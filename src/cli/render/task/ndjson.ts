import { deniesOthers } from '../../../behaviour/task.ts'
import { grantInWords } from '../../../behaviour/words.ts'
import { place } from '../../../diagnostic/frame.ts'
import { sourcesOf } from '../../../prove/task/answer.ts'
import type { TaskMatrix } from '../../../prove/task/matrix.ts'
import { letBe, matrixRows } from '../../../prove/task/rows.ts'
import type { KnownBaseline } from './sheet.ts'

/** One line for a task, with every cell of its matrix. */
export function renderTaskLine(matrix: TaskMatrix, baseline: KnownBaseline): string {
  const { task, cells } = matrix
  const { name, purpose, agent, owner, holder, parent, deny, todo } = task
  return `${JSON.stringify({
    task: name,
    place: place(task.span),
    purpose,
    agent,
    owner,
    holder,
    extends: parent?.text ?? null,
    parameters: task.parameters.map(({ name, kind, optional, why }) => ({ name, kind, optional, why })),
    hosts: task.hosts.map(({ name, at, why }) => ({ name, ...at, why })),
    otherwise: deniesOthers(task) ? 'alert' : 'allow',
    deny,
    baseline,
    todo: todo.map(({ text }) => text),
    grants: task.grants.map((grant) => ({
      id: grant.id,
      words: grantInWords(grant),
      capabilities: grant.capabilities,
      conditions: grant.conditions.map(({ kind }) => kind),
      risk: grant.risk ?? task.risk,
    })),
    cells: cells.map(({ capability, column, parts }) => ({
      capability,
      on: column,
      parts: parts.map(({ answer, of, grants, manners }) => ({
        answer: answer.is,
        by: sourcesOf(answer),
        of,
        grants,
        manners,
      })),
    })),
    let_be: letBe(matrixRows(matrix)),
  })}\n`
}
