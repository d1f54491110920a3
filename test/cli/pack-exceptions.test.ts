import { beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack, type Ended } from './detpack.ts'
import { day, exceptionText } from './exception-text.ts'
import { RULE } from './planted.ts'

// A pack with an exception, on events of which it covers some.

const event = (id: number, executable: string): string =>
  JSON.stringify({
    '@timestamp': `2026-01-01T00:00:0${id}.000Z`,
    event: { id: `e-${id}`, action: 'file_read', sequence: id, dataset: 'detpack.use' },
    process: { entity_id: 'p', executable },
    host: { id: 'h' },
  })
const FILES = {
  'detpack.yml': 'pack: {name: mine}\ntests: [tests]\n',
  'rules/detections/a.yml': RULE,
  'rules/exceptions/x.yml': exceptionText(-1, 30),
  'tests/a.test.yml': 'rule: key-read\ncases: [{name: both, events: ../events.ndjson, alerts: 3}]\n',
  'events.ndjson': ['/usr/bin/restic', '/bin/sh', '/usr/bin/restic'].map((each, at) => `${event(at, each)}\n`).join(''),
}
const LEFT_OUT = `2 events left out of "Key read" by the exception X-1, until ${day(30)}`

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder(FILES)
})

const idsIn = ({ stdout }: Ended): readonly string[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { id: string; events?: readonly number[] })
    .map(({ id }) => id)

it.each([
  ['eval', ['eval', '--events', 'events.ndjson', '--format', 'ndjson'], ['--rules', 'rules/detections']],
  ['watch', ['watch', 'events.ndjson', '--format', 'ndjson', '--no-keep'], ['--no-exceptions']],
])('%s heeds the exceptions of a pack and says what they left out, unless it is told not to', (_, command, more) => {
  const heeded = detpack(command, { cwd })
  expect([idsIn(heeded).length, heeded.code]).toEqual([1, 0])
  expect(heeded.stderr).toContain(LEFT_OUT)
  const whole = detpack([...command, ...more], { cwd })
  expect(idsIn(whole)).toHaveLength(3)
  expect(idsIn(whole)).toEqual(expect.arrayContaining([...idsIn(heeded)]))
  expect(whole.stderr).not.toContain('left out')
})

describe('a pack with exceptions', () => {
  it('is evaluated with those that hold at --now', () => {
    const args = ['eval', '--events', 'events.ndjson', '--format', 'ndjson', '--now', `${day(31)}T00:00:00Z`]
    const { stdout, stderr } = detpack(args, { cwd })
    expect(stdout.trim().split('\n')).toHaveLength(3)
    expect(stderr).toContain('the exception "X-1" has ended and is left out')
  })

  it('has its rules tested without them, and the texts of languages run as they are', () => {
    expect(detpack(['test'], { cwd })).toMatchObject({ code: 0 })
    const native = detpack(['eval', '--events', 'events.ndjson', '--format', 'ndjson', '--engine', 'eql'], { cwd })
    expect(idsIn(native)).toHaveLength(3)
  })

  it('says of one that has no effect why, and of one that cannot be read', () => {
    const odd = temporaryFolder({ ...FILES, 'rules/exceptions/x.yml': exceptionText(-1, 30, { field: 'process.exe' }) })
    const first = detpack(['eval', '--events', 'events.ndjson', '--format', 'ndjson'], { cwd: odd })
    expect([idsIn(first).length, first.code]).toEqual([3, 0])
    expect(first.stderr).toContain('the exception "X-1" has no effect: the mapping does not know "process.exe"')
    const broken = temporaryFolder({ ...FILES, 'rules/exceptions/x.yml': 'id: X-1\n' })
    expect(detpack(['watch', 'events.ndjson', '--no-keep'], { cwd: broken })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/missing-key') as string,
    })
  })
})
