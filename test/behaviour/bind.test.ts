import { describe, expect, test } from 'vitest'
import { bindParameters } from '../../src/behaviour/bind.ts'
import { parseTask } from '../../src/behaviour/parse-task.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { MOST_BINDINGS } from '../../src/event/binding.ts'

const { task } = parseTask(
  new Source(
    'summarize.yml',
    `name: summarize
purpose: x
parameters:
  - { name: document, kind: file }
  - { name: api, kind: host, optional: true }
grants: []
`,
  ),
)

function bound(...given: string[]) {
  if (task === undefined) throw new Error('the task has a mistake')
  return bindParameters(task, given)
}

test('each parameter has the kind that the task says', () => {
  expect(bound('document=/a/b=c.txt', 'api=192.0.2.1')).toEqual({
    bindings: [
      { name: 'document', kind: 'file', value: '/a/b=c.txt' },
      { name: 'api', kind: 'host', value: '192.0.2.1' },
    ],
  })
})

test('a parameter may be bound to several values, and an optional one to none', () => {
  expect(bound('document=/a', 'document=/b')).toMatchObject({ bindings: [{ value: '/a' }, { value: '/b' }] })
})

describe('what cannot be bound is said', () => {
  test.each([
    [
      'an unknown parameter',
      ['dokument=/a'],
      'the task "summarize" has no parameter "dokument"; did you mean "document"?',
    ],
    [
      'a missing parameter',
      ['api=192.0.2.1'],
      'the task "summarize" needs its parameter "document": --bind document=PATH',
    ],
    ['no value', ['document'], '"document" binds nothing: write NAME=VALUE'],
    ['no name', ['=/a'], '"=/a" binds nothing: write NAME=VALUE'],
    ['a wrong value', ['document=a.txt'], '"document" cannot be bound to "a.txt": write the whole path, from / on'],
  ])('%s', (_, given, problem) => expect(bound(...given)).toEqual({ problems: [problem] }))

  test('too many', () => {
    const many = Array.from({ length: MOST_BINDINGS + 1 }, (_, at) => `document=/a/${at}`)
    expect(bound(...many)).toEqual({ problems: [`a run has at most ${MOST_BINDINGS} bindings`] })
  })
})
