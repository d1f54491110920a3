import { describe, expect, it } from 'vitest'
import { and, comparison, equality, not, or, prefilter, searching } from '../../../src/backend/esql/condition.ts'

const read = equality('action', '"read"')
const send = equality('action', '"send"')
const task = equality('task', '"backup"')
const path = comparison('path RLIKE "/etc/.*"')

describe('in front of a condition stands what the index can answer of it', () => {
  it.each([
    ['of a choice, one comparison of each part', or([and([read, not(path)]), send]), 'action IN ("read", "send")'],
    [
      'what all parts share',
      or([and([task, read, not(path)]), and([task, send])]),
      'task == "backup" AND action IN ("read", "send")',
    ],
    [
      'of a part that has none, nothing of the others',
      or([and([task, read]), and([task, not(path)])]),
      'task == "backup"',
    ],
    ['what stands deeper', and([path, or([and([read, path]), and([send, path])])]), 'action IN ("read", "send")'],
    [
      'choices of several fields',
      or([and([task, read, path]), send]),
      '((task == "backup" AND action == "read") OR action == "send")',
    ],
  ])('%s', (_, condition, expected) => {
    expect(prefilter(condition)).toBe(expected)
  })

  it.each([
    ['what the server sees by itself', and([task, read, not(path)])],
    ['the opposite of a comparison', or([and([not(read), path]), and([not(send), path])])],
    ['what is no comparison with a literal', or([path, read])],
    [
      'what stands beside a search, which must follow FROM',
      or([and([task, searching('QSTR("x")')]), and([task, path])]),
    ],
    ['a choice that is long', or(Array.from({ length: 400 }, (_, at) => and([equality('path', `"/a/${at}"`), path])))],
  ])('but not %s', (_, condition) => {
    expect(prefilter(condition)).toBeUndefined()
  })
})
