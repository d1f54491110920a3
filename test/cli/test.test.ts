import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RULE = `title: Read
name: read
logsource: {category: test}
detection:
  selection: {action: read}
  condition: selection
`
const EVENTS = '{"@timestamp":"2026-01-01T00:00:00Z","action":"read"}\n'

function pack(test: string): string {
  return temporaryFolder({
    'detpack.yml': 'mapping: none\n',
    'rules/detections/read.yml': RULE,
    'test/recordings/one.ndjson': EVENTS,
    'test/recordings/empty.ndjson': '',
    'test/rules/read.test.yml': test,
  })
}

function testOf(alerts: number, events = 'one.ndjson', rule = 'read'): string {
  return `rule: ${rule}\ncases:\n  - {name: "it is read", events: ../recordings/${events}, alerts: ${alerts}}\n`
}

describe('test', () => {
  it('passes when each recording gives exactly the alerts it should', () => {
    expect(detpack(['test'], { cwd: pack(testOf(1)) })).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('1 passed, 0 failed') as string,
    })
  })

  it('fails with what was expected, what came, and where', () => {
    const { code, stdout } = detpack(['test'], { cwd: pack(testOf(0)) })
    expect(stdout).toContain('expected 0 alerts, got 1 (lines 1-1)')
    expect(code).toBe(1)
  })

  it.each([
    ['a rule that is not there', testOf(1, 'one.ndjson', 'raed'), 'did you mean "read"?'],
    ['a recording that is not there', testOf(1, 'two.ndjson'), 'pack/no-recording'],
    ['an empty recording', testOf(0, 'empty.ndjson'), 'pack/empty-recording'],
  ])('never passes over %s', (_what, text, said) => {
    const { code, stderr } = detpack(['test'], { cwd: pack(text) })
    expect(stderr).toContain(said)
    expect(code).toBe(1)
  })

  it('prints JUnit for CI services, what is hostile escaped', () => {
    const { stdout } = detpack(['test', '--format', 'junit'], { cwd: pack(testOf(0).replace('it is read', '<&\\"')) })
    expect(stdout).toContain('name="&lt;&amp;&quot;"')
    expect(stdout).toContain('<failure message="expected 0 alerts, got 1 (lines 1-1)"/>')
  })

  it('prints JSON', () => {
    const { stdout } = detpack(['test', '--format', 'json'], { cwd: pack(testOf(1)) })
    expect(JSON.parse(stdout)).toMatchObject({ summary: { passed: 1, failed: 0 } })
  })

  it('could not run where there are no tests', () => {
    const folder = temporaryFolder({ 'detpack.yml': '', 'rules/detections/read.yml': RULE, 'test/rules/x.txt': '' })
    expect(detpack(['test'], { cwd: folder }).code).toBe(2)
  })
})
