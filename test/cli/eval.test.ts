import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RULES = `title: Read
name: read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001
logsource: {category: test}
detection:
  selection: {action: read}
  condition: selection
---
title: Send
name: send
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0002
logsource: {category: test}
detection:
  selection: {action: send}
  condition: selection
---
title: Read, then send
name: read-then-send
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0003
correlation:
  type: temporal_ordered
  rules: [read, send]
  group-by: [host]
  timespan: 5s
`

const EVENTS = [
  { timestamp: '2026-01-01T00:00:00.000Z', host: 'a', action: 'read' },
  { timestamp: '2026-01-01T00:00:01.000Z', host: 'b', action: 'send' },
  { timestamp: '2026-01-01T00:00:05.000Z', host: 'a', action: 'send' },
]

function lines(events: readonly object[]): string {
  return events.map((event) => `${JSON.stringify(event)}\n`).join('')
}

function evaluate(events: string, ...args: string[]): ReturnType<typeof detpack> {
  const folder = temporaryFolder({ 'rules.yml': RULES })
  const rules = path.join(folder, 'rules.yml')
  return detpack(['eval', '--rules', rules, '--events', '-', '--mapping', 'none', ...args], { input: events })
}

describe('eval', () => {
  it('writes an object for each alert, with the lines of its events', () => {
    const { code, stdout } = evaluate(lines(EVENTS), '--format', 'ndjson')
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as object),
    ).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
        rule: { id: '3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0003', name: 'read-then-send', title: 'Read, then send' },
        group: { host: 'a' },
        first: '2026-01-01T00:00:00.000Z',
        last: '2026-01-01T00:00:05.000Z',
        events: [1, 3],
      },
    ])
    expect(code).toBe(0)
  })

  it('puts events in order first', () => {
    expect(evaluate(lines(EVENTS.toReversed()), '--format', 'ndjson').stdout).toContain('"events":[3,1]')
  })

  it('takes the time from the field that is named', () => {
    const moved = EVENTS.map(({ timestamp, ...rest }) => ({ when: timestamp, ...rest }))
    expect(evaluate(lines(moved), '--format', 'ndjson', '--time-field', 'when').stdout).toContain('"events":[1,3]')
    expect(evaluate(lines(moved), '--format', 'ndjson').stderr).toContain('3 events without a readable time')
  })

  it('tells the line of what is no event and goes on', () => {
    const [first = '', ...rest] = lines(EVENTS).split(/(?<=\n)/)
    const { code, stdout, stderr } = evaluate(`${first}{broken\n${rest.join('')}[1]\n`, '--format', 'ndjson')
    expect(stdout).toContain('"events":[1,4]')
    expect(stderr).toContain('<stdin>:2:')
    expect(stderr).toContain('2 lines skipped')
    expect(code).toBe(1)
  })

  it('evaluates what it can when another rule has a mistake, and ends with 1', () => {
    const folder = temporaryFolder({ 'good.yml': RULES, 'bad.yml': 'title: x\nlogsource: {}\ndetection: {}\n' })
    const { code, stdout } = detpack(
      ['eval', '--rules', folder, '--events', '-', '--mapping', 'none', '--format', 'ndjson'],
      { input: lines(EVENTS) },
    )
    expect(stdout).toContain('"events":[1,3]')
    expect(code).toBe(1)
  })

  it('has no alerts in an empty file', () => {
    expect(evaluate('', '--format', 'ndjson')).toMatchObject({ code: 0, stdout: '' })
  })

  it('tells a person what happened', () => {
    const { stdout, stderr } = evaluate(lines(EVENTS))
    expect(stdout).toContain('Read, then send')
    expect(stdout).toContain('5000 ms')
    expect(stderr).toContain('3 events, 1 alert')
  })

  it('names the clause of each alert of a task or a baseline, also where no grant is broken', () => {
    const { stdout } = detpack(['eval', '--events', 'test/recordings/translate-elsewhere.ndjson'])
    const alerts = stdout.split('\n\n').filter((one) => one.includes('translate-document.yml'))
    const clauses = alerts.map((one) => /^clause +(.*?) {3}\S+\.yml:\d+:\d+$/m.exec(one)?.[1])
    expect(clauses).toContain(
      'No grant of translate-document covers it. It may send to service (service-send) or send to resolver or own-resolver (name-asked).',
    )
    expect(clauses).toContainEqual(
      expect.stringMatching(/^Not in its baseline .*, which has as destinations: \{service\}/),
    )
    expect(clauses).not.toContain(undefined)
  })

  it.each([
    ['a file that is not there', ['--events', 'no/such.ndjson']],
    ['a mapping that is not there', ['--events', '-', '--mapping', 'eks']],
    ['a time that is none', ['--events', '-', '--now', 'soon']],
    ['rules that are not there', ['--events', '-', '--rules', 'no/such/rules']],
  ])('could not run with %s', (_what, args) => {
    const { code, stderr } = detpack(['eval', '--rules', 'rules', ...args])
    expect(code).toBe(2)
    expect(stderr).not.toContain('this is a bug')
  })
})
