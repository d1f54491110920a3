import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const EVENTS = [
  {
    '@timestamp': '2026-01-01T00:00:00.000Z',
    event: { category: ['process'] },
    process: { name: 'bash' },
    host: { id: 'h' },
  },
  {
    '@timestamp': 1767225601000,
    event: { category: ['network'] },
    process: { name: 'Curl' },
    host: { id: 'h' },
    source: { ip: '10.0.0.1' },
  },
  {
    '@timestamp': '2026-01-01T00:00:02.000Z',
    event: { category: ['file'] },
    process: { name: 'cat' },
    host: { id: 'h' },
  },
]
const INPUT = EVENTS.map((event) => `${JSON.stringify(event)}\n`).join('')

function eql(text: string, ...args: string[]): ReturnType<typeof detpack> {
  return detpack(['query', 'eql', text, '--events', '-', ...args], { input: INPUT })
}

function objects(stdout: string): unknown[] {
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as unknown]))
}

describe('query eql', () => {
  it('writes an object for each event, with its line', () => {
    const { code, stdout, stderr } = eql('any where process.name : "c*"')
    expect(objects(stdout)).toEqual([
      { event: EVENTS[1], _line: 2 },
      { event: EVENTS[2], _line: 3 },
    ])
    expect(stderr).toBe('3 events read, 2 events found\n')
    expect(code).toBe(0)
  })

  it('writes an object for each sequence, with null for a missing event', () => {
    const text = 'sequence by host.id with maxspan=1s [process where true] ![file where true] [network where true]'
    expect(objects(eql(text).stdout)).toEqual([
      { join_keys: ['h'], events: [{ ...EVENTS[0], _line: 1 }, null, { ...EVENTS[1], _line: 2 }] },
    ])
  })

  it('shows a person the fields that the query names', () => {
    const { stdout } = eql(
      'sequence by host.id [process where true] [network where source.ip == "10.0.0.1"]',
      '--format',
      'table',
    )
    expect(stdout.trimEnd().split('\n')).toEqual([
      'sequence  line  time                      host.id  source.ip',
      '1         1     2026-01-01T00:00:00.000Z  h',
      '1         2     2026-01-01T00:00:01.000Z  h        10.0.0.1',
    ])
    expect(eql('any where false', '--format', 'table').stdout).toBe('')
  })

  it('refuses with line and column, and a way out', () => {
    const { code, stdout, stderr } = eql('any where\n  proces.name == "x"')
    expect(code).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toContain('<query>:2:3: error[eql/unknown-field]')
    expect(stderr).toContain('did you mean "process.name"?')
  })

  it('takes the query from a file, and fields by their names', () => {
    const folder = temporaryFolder({
      'q.eql': 'net where a.ip < "10.0.0.10"\n',
      'events.ndjson': '{"when":5,"kind":"net","a.ip":"10.0.0.2"}\n{"when":5,"kind":"net","a.ip":"10.0.0.10"}\n',
      'schema.json': '{"a.ip": "ip"}',
      'schema.yml': 'a.ip: addres\n',
    })
    const file = (name: string) => path.join(folder, name)
    const args = [
      'query',
      'eql',
      '-f',
      file('q.eql'),
      '--events',
      file('events.ndjson'),
      '--time-field',
      'when',
      '--category-field',
      'kind',
    ]
    expect(detpack([...args, '--schema', file('schema.json')]).stdout).toContain('"_line":1}')
    expect(detpack(args).stdout).toBe('')
    const wrong = detpack([...args, '--schema', file('schema.yml')])
    expect(wrong.code).toBe(2)
    expect(wrong.stderr).toContain('schema.yml:1:7: error[engine/schema]: there is no type "addres"')
  })

  it('orders by the tiebreaker, and keeps the last results with --size', () => {
    const input = [3, 1, 2].map((n) => `{"@timestamp":0,"n":${n}}\n`).join('')
    const found = (...args: string[]) => {
      const { stdout, stderr } = detpack(['query', 'eql', 'any where true', '--events', '-', ...args], { input })
      return { order: (objects(stdout) as { event: { n: number } }[]).map(({ event }) => event.n), stderr }
    }
    expect(found().order).toEqual([3, 1, 2])
    expect(found('--tiebreaker-field', 'n').order).toEqual([1, 2, 3])
    expect(found('--tiebreaker-field', 'n', '--size', '2')).toEqual({
      order: [2, 3],
      stderr: '3 events read, 3 events found\n  1 more, left out by --size\n',
    })
  })

  it('tells the lines that are no events, goes on, and ends with 1', () => {
    const ended = detpack(['query', 'eql', 'any where true', '--events', '-'], { input: `nothing\n${INPUT}` })
    expect(objects(ended.stdout)).toHaveLength(3)
    expect(ended.stderr).toContain('<stdin>:1:1: error[event/broken-json]')
    expect(ended.code).toBe(1)
  })
})

describe('query could not run', () => {
  it.each([
    ['a language that is not there', ['kql', 'x', '--events', '-']],
    ['without a query', ['eql', '--events', '-']],
    ['with two', ['eql', 'any where true', '-f', 'q.eql', '--events', '-']],
    ['with a file that is not there', ['eql', '-f', 'no/such.eql', '--events', '-']],
    ['with events that are not there', ['eql', 'any where true', '--events', 'no/such.ndjson']],
    ['with both from standard input', ['eql', '-f', '-', '--events', '-']],
    ['with a schema that is not there', ['eql', 'any where true', '--events', '-', '--schema', 'no/such.yml']],
    ['with a size that is none', ['eql', 'any where true', '--events', '-', '--size', '0']],
    ['with a time that is none', ['eql', 'any where true', '--events', '-', '--now', 'soon']],
    ['with a lookup without a name', ['eql', 'any where true', '--events', '-', '--lookup', 'x.csv']],
    ['with a lookup of another form', ['eql', 'any where true', '--events', '-', '--lookup', 'x=x.xml']],
    [
      'with a lookup twice',
      ['eql', 'any where true', '--events', '-', '--lookup', 'x=package.json', '--lookup', 'x=y.csv'],
    ],
  ])('%s', (_what, args) => {
    const { code, stderr } = detpack(['query', ...args])
    expect(code).toBe(2)
    expect(stderr).not.toContain('this is a bug')
    expect(stderr).not.toBe('')
  })
})

it('completes its languages and formats', () => {
  const { stdout } = detpack(['completion', 'bash'])
  expect(stdout).toContain('"query "*)')
  expect(stdout).toMatch(/eql esql spl/)
  expect(stdout).toMatch(/--format\) words="ndjson table"/)
})
