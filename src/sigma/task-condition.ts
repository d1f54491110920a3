import { all, always, anyOf, field, type Predicate } from '../ir/predicate.ts'
import { pattern, text } from '../ir/pattern.ts'
import type { TaskCondition } from './document.ts'

/** What a task condition asks of one event. */
export function lowerTask(task: TaskCondition | null): Predicate {
  if (task === null) return always
  const parts: Predicate[] = []
  if (task.names) {
    const named = task.names.map((name) =>
      field('detpack.task.name', { is: 'text', pattern: pattern(text(name.text)), cased: true }, name.span),
    )
    parts.push(anyOf(...named))
  }
  if (task.declared !== null) {
    parts.push(field('detpack.task.id', { is: 'exists', present: task.declared }, task.span))
  }
  return all(...parts)
}
