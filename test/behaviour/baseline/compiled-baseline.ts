import { compileBaseline, type Force } from '../../../src/behaviour/baseline/compile-baseline.ts'
import { holderOf } from '../../../src/behaviour/baseline/holder.ts'
import { parseTask } from '../../../src/behaviour/parse-task.ts'
import { surroundingsOf } from '../../../src/behaviour/surroundings.ts'
import type { Task } from '../../../src/behaviour/task.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { ResourceTable } from '../../../src/event/resource.ts'
import type { Program } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { baselineOf } from './reviewed.ts'
import { HOMES } from './runs.ts'

const CLASSES = new ResourceTable(
  [
    { name: 'credential', meaning: 'm', follow: true, learn: false, paths: [], except: [] },
    { name: 'personal', meaning: 'm', follow: true, learn: true, paths: [], except: [] },
  ],
  HOMES,
)

export const DECLARED = parseTask(
  new Source(
    't.yml',
    'name: summarize\npurpose: p\nparameters: [{name: document, kind: file, why: w}]\nhosts: [{name: service, network: 192.0.2.1/32, port: 443}]\ngrants: []\n',
  ),
).task as Task

/** The mapped rules of a baseline of the task `summarize`. */
export function programOf(text: string, force: Force = 'whole'): Program {
  const baseline = baselineOf(text)
  const tasks = new Map([['summarize', DECLARED]])
  const task = holderOf(baseline.subject, tasks, baseline.span)
  if (task === undefined) throw new Error('nobody')
  const rules = compileBaseline(baseline, task, surroundingsOf([...tasks.values()], CLASSES), force)
  const mapped = ecs.mapProgram({ rules: new Map(rules.map((rule) => [rule.id, rule])) })
  if (mapped.diagnostics.length > 0) throw new Error('not mapped whole')
  return mapped.program
}
