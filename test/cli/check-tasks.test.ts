import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const TASK = `name: chat
purpose: Answers mail.
hosts: [{name: mail, network: 192.0.2.1/32}]
grants:
  - {id: send, capability: network_send, on: {hosts: [mail]}}
  - {id: run, capability: process_exec, at_most: {count: 5, per: 1m}}
todo: [which models does it call?]
risk: [R-1]
`
const RISK = 'id: R-1\ntitle: Mail is answered wrongly\nowner: Head of support\nwhy: Somebody acts on it.\n'
const EVENT = {
  '@timestamp': '2026-01-01T00:00:00.000Z',
  event: { id: 'a-1', sequence: 1, dataset: 'detpack.use', action: 'process_exec', outcome: 'success' },
  detpack: { task: { name: 'chat', run: 'r' } },
}

function pack(task: string, more: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({ 'detpack.yml': '', 'rules/tasks/chat.yml': task, 'rules/risks/R-1.yml': RISK, ...more })
}

describe('check', () => {
  it('lists what is still to be decided in a task, and compiles it all the same', () => {
    const folder = pack(TASK)
    const { code, stdout } = detpack(['check'], { cwd: folder })
    expect(stdout).toContain('warning[behaviour/todo]: "chat" is not finished: which models does it call?')
    expect(code).toBe(0)
    expect(detpack(['check', '--strict'], { cwd: folder }).code).toBe(1)
    expect(detpack(['list', 'rules'], { cwd: folder }).stdout).toContain('chat.run.at-most')
  })

  it('fails for a grant that goes back to no risk', () => {
    const { code, stdout } = detpack(['check'], { cwd: pack(TASK.replace('risk: [R-1]\n', '')) })
    expect(stdout).toContain('rules/tasks/chat.yml:5:5: error[govern/no-risk]: "chat/send" is allowed without a risk')
    expect(code).toBe(1)
  })

  it('names the grants that no given event uses', () => {
    const folder = pack(TASK, { 'events.ndjson': `${JSON.stringify(EVENT)}\n` })
    const { stdout } = detpack(['check', '--events', path.join(folder, 'events.ndjson')], { cwd: folder })
    expect(stdout).toContain('rules/tasks/chat.yml:5:5: warning[behaviour/unused-grant]: "chat/send"')
    expect(stdout).not.toContain('"chat/run" is used by none')
    expect(detpack(['check', '--events', 'nowhere'], { cwd: folder }).code).toBe(2)
  })

  it('names the grants that no recording of the tests uses', () => {
    const folder = pack(TASK, {
      'events.ndjson': `${JSON.stringify(EVENT)}\n`,
      'test/rules/chat.test.yml':
        'rule: chat.run.at-most\ncases: [{name: once, events: ../../events.ndjson, alerts: 0, differs: fewer}]\n',
    })
    const { stdout } = detpack(['check'], { cwd: folder })
    expect(stdout).toContain('"chat/send" is used by no recording of the tests')
    expect(stdout).not.toContain('"chat/run" is used')
  })

  it('fails for a task with a mistake, at its place, whichever way it is asked for', () => {
    const folder = pack(TASK.replace('[mail]}', '[mial]}').replace('Answers', '"Answers'))
    expect(detpack(['check'], { cwd: folder }).code).toBe(1)
    const wrong = pack(TASK.replace('[mail]}', '[mial]}'))
    const { code, stdout } = detpack(['check', 'rules/tasks/chat.yml'], { cwd: wrong })
    expect(stdout).toContain('rules/tasks/chat.yml:5:55: error[behaviour/unknown-host]: "chat" has no host "mial"')
    expect(code).toBe(1)
  })

  it('finds a task whose file is named otherwise', () => {
    const folder = temporaryFolder({ 'detpack.yml': '', 'rules/tasks/talk.yml': TASK })
    expect(detpack(['check'], { cwd: folder }).stdout).toContain('warning[pack/task-name]')
  })
})
