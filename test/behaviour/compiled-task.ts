import { compileTask } from '../../src/behaviour/compile-task.ts'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import { surroundingsOf } from '../../src/behaviour/surroundings.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { ResourceTable } from '../../src/event/resource.ts'
import type { Program } from '../../src/ir/rule.ts'
import { ecs } from '../../src/mapping/ecs.ts'

const RESOURCES = new ResourceTable(
  ['credential', 'personal', 'account'].map((name) => ({
    name,
    meaning: name,
    follow: name !== 'account',
    paths: [],
    except: [],
  })),
  ['/root', '/home/*'],
)

/** The mapped rules of a task as its file has it. JSON is YAML, so the reader of task files is tried as well. */
export function compiledTask(written: object): Program {
  const { task, diagnostics } = parseTask(new Source('a.yml', JSON.stringify(written)))
  if (task === undefined) throw new Error(JSON.stringify(diagnostics))
  const rules = compileTask(task, surroundingsOf([task], RESOURCES))
  const mapped = ecs.mapProgram({ rules: new Map(rules.map((rule) => [rule.id, rule])) })
  if (mapped.diagnostics.length > 0 || mapped.program.rules.size !== rules.length) throw new Error('not mapped whole')
  return mapped.program
}
