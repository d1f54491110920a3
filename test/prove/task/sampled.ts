import { parseTask } from '../../../src/behaviour/parse-task.ts'
import { surroundingsOf, type Surroundings } from '../../../src/behaviour/surroundings.ts'
import type { Task } from '../../../src/behaviour/task.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { ResourceTable } from '../../../src/event/resource.ts'

const CLASSES = ['credential', 'personal', 'account'] as const

/** A task as its file has it, in a world of three classes, of which two are followed. */
export function sampled(written: object): { readonly task: Task; readonly around: Surroundings } {
  const { task, diagnostics } = parseTask(new Source('a.yml', JSON.stringify(written)))
  if (task === undefined || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
  const classes = CLASSES.map((name) => ({
    name,
    meaning: name,
    follow: name !== 'account',
    paths: [],
    except: [],
  }))
  return { task, around: surroundingsOf([task], new ResourceTable(classes, ['/root', '/home/*'])) }
}
