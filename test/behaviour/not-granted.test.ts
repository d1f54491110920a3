import { expect, it } from 'vitest'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import { compiledTask } from './compiled-task.ts'

const program = compiledTask({
  name: 'a',
  purpose: 'p',
  parameters: [],
  hosts: [],
  grants: [
    {
      id: 'marked',
      capability: ['file_rename'],
      on: { class: ['personal'], path: ['/home/a/Mail/', '/home/a/Sent/'], except: { path: ['/home/a/Mail/old/'] } },
    },
  ],
  deny: [],
})

function told(from: string, to: string): boolean {
  const event = {
    '@timestamp': '2026-01-01T00:00:00Z',
    event: { id: 'e', sequence: 1, kind: 'event', dataset: 'detpack.use', action: 'file_rename', outcome: 'success' },
    host: { id: 'h', boot: { id: 'b' } },
    process: { entity_id: 'p' },
    file: { path: to },
    detpack: { task: { name: 'a', run: 'r' }, object: { class: 'personal' }, file: { previous_path: from } },
  }
  return evaluate(program, [toRecord(event, 1)]).alerts.length > 0
}

it.each<[string, string, string, boolean]>([
  ['within the place that is granted', '/home/a/Mail/1', '/home/a/Mail/1:RS', false],
  ['from one such place to another', '/home/a/Mail/1', '/home/a/Sent/1', false],
  ['into it, where it may be used afterwards', '/home/a/documents/1', '/home/a/Mail/1', true],
  ['out of it', '/home/a/Mail/1', '/home/a/documents/1', true],
  ['from what is excepted', '/home/a/Mail/old/1', '/home/a/Mail/1', true],
])('of a file that is renamed %s', (_, from, to, isTold) => {
  expect(told(from, to)).toBe(isTold)
})

it('says in the rule what is granted instead, each with the name of its grant', () => {
  const said = new Map([...program.rules.values()].map(({ name, description }) => [name, description]))
  const granted = 'rename objects of class personal at /home/a/Mail/ or /home/a/Sent/ but /home/a/Mail/old/ (marked)'
  expect(said.get('a.not-granted.change')).toBe(`No grant of a covers it. It may ${granted}.`)
  expect(said.get('a.not-granted.network')).toBe('No grant of a covers it. It is granted nothing of the kind.')
})
