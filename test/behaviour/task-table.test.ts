import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import type { Task } from '../../src/behaviour/task.ts'
import { renderTaskTable } from '../../src/behaviour/task-table.ts'
import { Source } from '../../src/diagnostic/source.ts'

const FILE = 'name: backup\npurpose: copies\nagent: cron\ngrants: []\n'

function taskOf(text: string): Task {
  const { task, diagnostics } = parseTask(new Source('backup.yml', text))
  if (task === undefined) throw new Error(JSON.stringify(diagnostics))
  return task
}

describe('the table of tasks for the sensor', () => {
  it('names each task with the digest of its file, its agent and who may start it', () => {
    const digest = createHash('sha256').update(FILE).digest('hex')
    expect(renderTaskTable([taskOf(FILE)], new Map([['backup', [1000]]]))).toEqual({
      text: `detpack-tasks\t1\ntask\tbackup\t${digest}\tcron\nlauncher\tbackup\t1000\n`,
    })
  })

  it('says with "-" that a task has no agent of its own', () => {
    const rendered = renderTaskTable([taskOf(FILE.replace('agent: cron\n', ''))])
    expect('text' in rendered && rendered.text.split('\n')[1]?.endsWith('\t-')).toBe(true)
  })

  it('says what a run is bound to, and what it may lack', () => {
    const parameters =
      'parameters: [{name: from, kind: directory}, {name: api, kind: host, optional: true}]\n' +
      'grants: [{id: a, capability: file_read, on: {parameter: from}}]\n'
    const rendered = renderTaskTable([taskOf(FILE.replace('grants: []\n', parameters))])
    expect('text' in rendered && rendered.text.split('\n').slice(2)).toEqual([
      'parameter\tbackup\tfrom\tdirectory\tneeded',
      'parameter\tbackup\tapi\thost\toptional',
      '',
    ])
  })

  it('is refused for a name that the sensor would not take', () => {
    expect(renderTaskTable([{ ...taskOf(FILE), name: 'back up' }])).toEqual({ refused: ['back up'] })
  })
})
