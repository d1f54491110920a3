import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const BASE = `title: Key read
name: key_read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: file_read, detpack.object.class: credential}
  condition: selection
---
title: Sent
name: sent
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0002
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: network_send}
  condition: selection
`

const PAIR = `${BASE}---
title: Key read, then sent
name: key-sent
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0003
correlation:
  type: temporal_ordered
  rules: [key_read, sent]
  group-by: [process.entity_id]
  timespan: 10s
`

/** Three steps with a gap: EQL and ES|QL cannot say it. */
const CHAIN = `${PAIR.replace('[key_read, sent]', '[key_read, key_read, sent]')}detpack:
  steps:
    - {as: first, rule: key_read}
    - {as: second, rule: key_read, within: 1s}
    - {as: send, rule: sent, within: 2s}
`

describe('compile', () => {
  it('prints one query alone, so that it can be piped on', () => {
    const file = path.join(temporaryFolder({ 'a.yml': PAIR }), 'a.yml')
    const { code, stdout, stderr } = detpack(['compile', '-l', 'eql', file])
    expect(stderr).toBe('')
    expect(stdout).toMatch(/^sequence by /)
    expect(code).toBe(0)
  })

  it('means by a target all of its languages', () => {
    const folder = temporaryFolder({ 'a.yml': PAIR })
    const { stdout } = detpack(['compile', '-t', 'elastic', folder])
    expect(stdout).toContain('// eql: Key read, then sent')
    expect(stdout).toContain('// esql: Key read, then sent')
  })

  it('writes what it can, names what it refuses with its place, and ends with 1', () => {
    const folder = temporaryFolder({ 'a.yml': CHAIN })
    const { code, stdout, stderr } = detpack(['compile', folder])
    expect(stdout).toContain('streamstats')
    expect(stderr).toMatch(/a\.yml:\d+:\d+: error\[backend\//)
    expect(stderr).toContain('refused')
    expect(code).toBe(1)
  })

  it('writes a file for each query, whole', () => {
    const folder = temporaryFolder({ 'a.yml': PAIR })
    const out = path.join(folder, 'out')
    expect(detpack(['compile', '-l', 'spl', '-o', out, folder]).code).toBe(0)
    expect(readdirSync(out)).toEqual(['key-sent.spl'])
    expect(readFileSync(path.join(out, 'key-sent.spl'), 'utf8')).toContain('streamstats')
  })

  it('writes the configuration of Splunk: searches and their macros', () => {
    const folder = temporaryFolder({ 'a.yml': PAIR })
    const out = path.join(folder, 'default')
    const made = ['compile', '-t', 'splunk', '-f', 'conf']
    expect(detpack([...made, '-o', out, folder]).code).toBe(0)
    expect(readdirSync(out).sort()).toEqual(['macros.conf', 'savedsearches.conf'])
    const searches = readFileSync(path.join(out, 'savedsearches.conf'), 'utf8')
    expect(searches).toContain('[Detpack - Key read, then sent - Rule]\nsearch = `detpack_events` (')
    expect(readFileSync(path.join(out, 'macros.conf'), 'utf8')).toContain('[detpack_key_sent_filter]')
    expect(detpack([...made, path.join(folder, 'a.yml')]).stdout).toContain(`# savedsearches.conf\n${searches}`)
  })

  it('keeps no two searches of one name, and nothing but SPL, in the configuration of Splunk', () => {
    const twice = PAIR.replace('title: Sent', 'title: Key read, then sent').replaceAll(
      '\ncorrelation:',
      '\ncorrelation:\n  generate: true',
    )
    const folder = temporaryFolder({ 'a.yml': twice })
    const result = detpack(['compile', '-t', 'splunk', '-f', 'conf', folder])
    expect(result.code).toBe(1)
    expect(result.stderr).toContain('refused: splunk: Key read, then sent: another rule has the title')
    expect(detpack(['compile', '-f', 'conf', folder]).stderr).toContain('add "-t splunk"')
  })

  it('gives JSON with where to read the identity of an alert', () => {
    const { stdout } = detpack(['compile', '-l', 'esql', '--format', 'json', temporaryFolder({ 'a.yml': PAIR })])
    expect(JSON.parse(stdout)).toMatchObject([
      { language: 'esql', rule: { name: 'key-sent' }, identity: { of: 'row' } },
    ])
  })

  it('finds a rule that another file of the pack names', () => {
    const folder = temporaryFolder({
      'detpack.yml': '',
      'rules/detections/base.yml': BASE,
      'rules/detections/pair.yml': PAIR.slice(BASE.length + 4),
    })
    const { code, stderr } = detpack(['compile', '-l', 'eql', path.join(folder, 'rules/detections/pair.yml')])
    expect(stderr).toBe('')
    expect(code).toBe(0)
  })

  it('says so when the rule that is named is nowhere', () => {
    const folder = temporaryFolder({ 'pair.yml': PAIR.slice(BASE.length + 4) })
    const { code, stderr } = detpack(['compile', '-l', 'eql', folder])
    expect(stderr).toContain('key_read')
    expect(code).toBe(1)
  })

  describe('with pipelines', () => {
    const RULE = `title: Shell
logsource: {product: windows, category: process_creation}
detection:
  selection: {Image: C:\\a.exe, User|expand: '%admins%'}
  condition: selection
`
    const PIPELINE = `priority: 20
vars: {admins: ['1', '2']}
transformations:
  - {type: field_name_mapping, mapping: {Image: process.executable, User: user.id}}
  - {type: value_placeholders}
`

    it('sends rules through them first, and leaves them unmapped', () => {
      const folder = temporaryFolder({
        'rule.yml': RULE,
        'a.yml': PIPELINE,
        'b.yml': 'priority: 30\ntransformations: [{type: field_name_prefix, prefix: w.}]\n',
      })
      const file = (name: string): string => path.join(folder, name)
      const { code, stdout, stderr } = detpack([
        'compile',
        '-l',
        'kql',
        '--pipeline',
        file('b.yml'),
        '--pipeline',
        file('a.yml'),
        file('rule.yml'),
      ])
      expect(stderr).toContain('KQL cannot say a text without regard to case')
      expect(code).toBe(1)
      expect(stdout).toBe('')
      const lucene = detpack([
        'compile',
        '-l',
        'lucene',
        '--pipeline',
        file('b.yml'),
        '--pipeline',
        file('a.yml'),
        file('rule.yml'),
      ])
      expect(lucene.stdout).toBe('w.process.executable:/[Cc]:\\\\[Aa]\\.[Ee][Xx][Ee]/ AND w.user.id:(1 OR 2)\n')
      expect(lucene.code).toBe(0)
    })

    it('takes those that detpack.yml names', () => {
      const folder = temporaryFolder({
        'detpack.yml': 'rules: [rules]\npipelines: [a.yml]\n',
        'rules/rule.yml': RULE,
        'a.yml': PIPELINE,
      })
      const { stdout } = detpack(['-C', folder, 'compile', '-l', 'lucene'])
      expect(stdout).toContain('user.id:(1 OR 2)')
    })

    it('does not run with one that has a mistake', () => {
      const folder = temporaryFolder({ 'rule.yml': RULE, 'a.yml': PIPELINE.replace('value_placeholders', 'values') })
      const { code, stderr } = detpack([
        'compile',
        '--pipeline',
        path.join(folder, 'a.yml'),
        path.join(folder, 'rule.yml'),
      ])
      expect(code).toBe(2)
      expect(stderr).toContain('a.yml:5:12: error[mapping/unknown-transformation]')
    })
  })

  it('says where events of other agents lie, unless the configuration does', () => {
    const rule = `title: Shell
logsource: {product: linux, category: process_creation}
detection:
  selection: {Image|endswith: /sh}
  condition: selection
`
    const folder = temporaryFolder({ 'rule.yml': rule })
    const run = (...more: readonly string[]) => detpack(['compile', ...more, path.join(folder, 'rule.yml')]).stdout
    expect(run('-l', 'esql', '--mapping', 'sigma-ecs')).toContain('FROM logs-*,winlogbeat-*')
    expect(run('-l', 'spl', '--mapping', 'sigma-cim')).toContain('index=*')
  })
})
