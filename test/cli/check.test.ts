import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const GOOD = `title: Key read
name: key_read
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: file_read}
  condition: selection
`

function check(
  files: Readonly<Record<string, string>>,
  ...args: string[]
): ReturnType<typeof detpack> & { folder: string } {
  const folder = temporaryFolder(files)
  return { folder, ...detpack(['check', ...args, folder]) }
}

describe('check', () => {
  it('is content with a good rule', () => {
    const { code, stdout } = check({ 'a.yml': GOOD })
    expect(stdout).toContain('1 rule in 1 file: 0 errors, 0 warnings')
    expect(code).toBe(0)
  })

  it('points at a mistake with file, line and column, shows it, and says what was meant', () => {
    const { code, stdout, folder } = check({ 'a.yml': GOOD.replace('event.action:', 'event.action|containss:') })
    expect(stdout).toContain(`${path.join(folder, 'a.yml')}:5:`)
    expect(stdout).toContain('^^^^^^^^^')
    expect(stdout).toContain('did you mean "contains"?')
    expect(code).toBe(1)
  })

  it('says what a rule of a pack lacks before people are woken by it, its tests among that', () => {
    const lacks = (alerts: readonly number[]): string | undefined => {
      const cases = alerts.map((count) => `  - {name: c${count}, events: a.ndjson, alerts: ${count}}\n`)
      const { stdout } = check({
        'detpack.yml': 'pack: {name: mine}\n',
        'rules/detections/a.yml': GOOD,
        'test/rules/a.test.yml': `rule: key_read\ncases:\n${cases.join('')}`,
      })
      return /pack\/incomplete-rule.*/.exec(stdout)?.[0]
    }
    expect(lacks([1])).toMatch(/a risk \(detpack: risk\), a silent test$/)
    expect(lacks([0])).toMatch(/a risk \(detpack: risk\), a firing test$/)
    expect(lacks([1, 0])).toMatch(/a risk \(detpack: risk\)$/)
  })

  it('reads on after a bad file', () => {
    const { stdout } = check({ 'a.yml': 'title: [\n', 'b.yml': GOOD })
    expect(stdout).toContain('yaml/syntax')
    expect(stdout).toContain('1 rule in 2 files')
  })

  it('gives JSON that other programs read', () => {
    const { stdout } = check({ 'a.yml': 'title: x\nlogsource: {}\n' }, '--format', 'json')
    const parsed = JSON.parse(stdout) as { diagnostics: Record<string, unknown>[]; summary: Record<string, number> }
    expect(Object.keys(parsed.diagnostics[0] ?? {})).toEqual([
      'file',
      'line',
      'column',
      'severity',
      'code',
      'message',
      'hint',
    ])
    expect(parsed.summary['errors']).toBeGreaterThan(0)
  })

  it.each(['sarif', 'github'])('also prints %s', (format) => {
    expect(check({ 'a.yml': 'title: x\n' }, '--format', format).stdout).toContain('sigma/')
  })

  it('fails on warnings only when asked to', () => {
    const unused = GOOD.replace('  condition:', '  other: {event.action: mount}\n  condition:')
    expect(check({ 'a.yml': unused }).code).toBe(0)
    expect(check({ 'a.yml': unused }, '--strict').code).toBe(1)
  })

  it('finds no fault with rules about other events, unless it is asked for a mapping', () => {
    const windows = GOOD.replace('product: linux, service: detpack', 'product: windows, category: process_creation')
    expect(check({ 'a.yml': windows }).code).toBe(0)
    expect(check({ 'a.yml': windows }, '--mapping', 'ecs')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('mapping/unknown-logsource') as string,
    })
  })

  describe('with a source of events', () => {
    const SEND = GOOD.replace('key_read', 'send').replace('file_read', 'network_send').replace('Key read', 'Send')
    const files = { 'a.yml': `${GOOD}---\n${SEND}` }

    it('says which rules can run on them, and why the others cannot', () => {
      const { code, stdout, folder } = check(files, '--source', 'sysmon')
      expect(stdout).toContain('with events of sysmon (logs of Sysmon for Linux)')
      expect(stdout).toContain(`unable  send\n        ${path.join(folder, 'a.yml')}:12:29  network_send: `)
      expect(stdout).toContain('2 rules with events of sysmon: 0 able, 0 partly, 2 unable')
      expect(code).toBe(0)
      expect(check(files, '--source', 'auditd').stdout).toContain(
        'file_read     a rule for read and its like, with one for open',
      )
    })

    it('fails on those that cannot only when asked to', () => {
      expect(check(files, '--source', 'sysmon', '--strict').code).toBe(1)
      expect(check(files, '--source', 'auditd', '--strict').code).toBe(0)
    })

    it('gives the same as JSON, and as findings where a format knows only those', () => {
      const { stdout } = check(files, '--source', 'sysmon', '--format', 'json')
      expect(JSON.parse(stdout)).toMatchObject({
        source: {
          name: 'sysmon',
          rules: [{}, { name: 'send', verdict: 'unable', lacks: [{ actions: ['network_send'], line: 12 }] }],
          needs: [],
          summary: { able: 0, partly: 0, unable: 2 },
        },
      })
      for (const format of ['sarif', 'github'])
        expect(check(files, '--source', 'sysmon', '--format', format).stdout).toContain('check/source-lacks')
    })

    it('leaves the rules of base files to those that name them', () => {
      const { stdout } = detpack(['check', '--source', 'auditd', '--format', 'json'])
      const { source } = JSON.parse(stdout) as { source: { rules: { name: string; verdict: string }[] } }
      expect(source.rules.map((one) => one.name)).not.toContain('credential_read')
      const named = (verdict: string): string[] =>
        source.rules.filter((one) => one.verdict === verdict).map((one) => one.name)
      expect(named('unable')).toEqual([
        'credential-descriptor-passed',
        'service-drift',
        // What was joined with the log of an agent.
        'tool-call-without-uses',
        'use-beyond-tool-call',
        'use-without-tool-call',
        // Of a unit, which no record names, and counted, so that no step is left without it.
        'ssh-daemon.documents-arranged.at-most',
      ])
      // No record names the unit of a process, which is what these tasks are known by, or anything but them. Of the
      // objects that a baseline counts they know some.
      const partly = named('partly').filter((name) => !/\.(baseline\.amount\.objects|not-granted\.handed)$/.test(name))
      const [others, ofTasks] = [
        partly.filter((name) => !name.includes('.')),
        partly.filter((name) => name.includes('.')),
      ]
      const tasks = [...new Set(ofTasks.map((name) => name.slice(0, name.indexOf('.'))))]
      // Who is at the other end of a socket no record says either.
      expect(others).toEqual(['task-asks-local-socket'])
      expect(tasks).toEqual(['database', 'ssh-daemon', 'undeclared-process', 'web-server'])
      // Nor whether the process at the other end of a socket has a task, which of every task is asked.
      expect(named('partly')).toContain('summarize-document.not-granted.handed')
    })

    it('knows its name', () => {
      expect(detpack(['check', '--source', 'audit'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('auditd') as string,
      })
    })
  })

  it('could not run where there is nothing to check', () => {
    expect(check({})).toMatchObject({ code: 2, stdout: expect.stringContaining('there are no rules in') as string })
    expect(detpack(['check', 'no/such/folder'])).toMatchObject({ code: 2 })
  })

  it('could not run with a configuration that is wrong', () => {
    const folder = temporaryFolder({ 'detpack.yml': 'mappnig: ecs\n', 'a.yml': GOOD })
    const { code, stderr } = detpack(['check', folder])
    expect(code).toBe(2)
    expect(stderr).toContain('did you mean "mapping"?')
  })

  it('lets no escape sequence of a rule reach the terminal', () => {
    const { stdout } = check({ 'a.yml': 'title: "\u001b]0;owned\u0007"\nlogsource: {}\n' })
    expect(stdout).not.toMatch(/[\u001b\u0007]/)
  })
})
