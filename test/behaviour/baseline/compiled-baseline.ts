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
    { name: 'account', meaning: 'm', follow: false, learn: true, paths: [], except: [] },
    { name: 'public', meaning: 'm', follow: false, learn: true, open: true, paths: [], except: [] },
  ],
  HOMES,
)

const TASK = `name: summarize
purpose: p
parameters: [{name: document, kind: file, why: w}]
hosts: [{name: service, network: 192.0.2.1/32, port: 443}]
grants:
  - {id: root, capability: [file_read, file_write, process_exec], on: {path: [/root/]}}
`
const ANSWER = '  - {id: answer, capability: network_send, on: {hosts: [anywhere]}, only_from: [inherited]}\n'
const BY_CLASS = '  - {id: personal, capability: file_read, on: {class: [personal]}}\n'
const UNIT = 'unit: summarize.service\n'

export const DECLARED = parseTask(new Source('t.yml', TASK)).task as Task
/** The same as the task of a unit. */
export const SERVICE = parseTask(new Source('t.yml', `${TASK}${UNIT}`)).task as Task

/** One that may read what is of a class, wherever it is. */
export const GRANTED = parseTask(new Source('t.yml', `${TASK}${BY_CLASS}`)).task as Task

/** One that answers on connections that it was handed. */
export const ANSWERING = parseTask(new Source('t.yml', `${TASK}${ANSWER}${UNIT}`)).task as Task

/** The mapped rules of a baseline of the task `summarize`. */
export function programOf(text: string, declared: Task = DECLARED, force: Force = 'whole'): Program {
  const baseline = baselineOf(text)
  const tasks = new Map([['summarize', declared]])
  const task = holderOf(baseline.subject, tasks, baseline.span)
  if (task === undefined) throw new Error('nobody')
  const rules = compileBaseline(baseline, task, surroundingsOf([...tasks.values()], CLASSES), force)
  const mapped = ecs.mapProgram({ rules: new Map(rules.map((rule) => [rule.id, rule])) })
  if (mapped.diagnostics.length > 0) throw new Error('not mapped whole')
  return mapped.program
}
