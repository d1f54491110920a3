import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RECORDING = 'test/recordings/key-passed.ndjson'
const RULE = 'summarize-document.credential-read.only-to'

describe('explain', () => {
  it('says what a rule is for, when it fires, who can run it and what to do then', () => {
    const { code, stdout } = detpack(['explain', RULE])
    expect(stdout).toContain('summarize-document broke its grant credential-read: sent elsewhere')
    expect(stdout).toContain('within 10s, for one object')
    expect(stdout).toMatch(
      /may read objects of class credential at ~\/.config\/notes-agent\/, sent on only to summary-service or resolver within 10s {2}\S+:\d+:\d+/,
    )
    expect(stdout).toContain('local: the stream engine')
    expect(stdout).toContain('when it fires')
    expect(code).toBe(0)
  })

  it('says which parts of a rule an event meets', () => {
    const { stdout } = detpack(['explain', 'send_elsewhere', `${RECORDING}:1`])
    expect(stdout).toContain('not met')
    expect(stdout).toMatch(/yes +event\.dataset/)
    expect(stdout).toMatch(/no +event\.action/)
  })

  it('tells a kept alert again, by the beginning of its id', () => {
    const store = path.join(temporaryFolder(), 'local.db')
    const env = { DETPACK_STORE: store }
    const keep = ['eval', '--events', RECORDING, '--keep', '--format', 'ndjson']
    const { stdout, stderr } = detpack(keep, { env })
    expect(stderr).toMatch(new RegExp(`[1-9]\\d* alerts? kept in ${store}\n$`))
    expect(detpack(keep, { env }).stderr).toMatch(/\n0 alerts kept in .*, [1-9]\d* there already\n$/)
    const { id } = JSON.parse(stdout.split('\n')[0] ?? '') as { id: string }
    const told = detpack(['explain', id.slice(0, 12)], { env })
    expect(told.stdout).toContain('203.0.113.9:443')
    expect(told.stdout).toContain('passed')
    expect(told.code).toBe(0)
  })

  it.each([
    ['no-such-rule', []],
    ['credential-descriptor-pased', []],
    ['abcdef012345', []],
    [RULE, ['nowhere.ndjson:1']],
    [RULE, [`${RECORDING}:999999`]],
    [RULE, ['not-a-place']],
  ])('could not run for %s %j', (name, event) => {
    const { code, stderr } = detpack(['explain', name, ...event], { env: { DETPACK_STORE: '/nowhere-at-all.db' } })
    expect(stderr).not.toContain('bug of detpack')
    expect(code).toBe(2)
  })
})

describe('list', () => {
  it.each(['rules', 'mappings', 'fields'])('prints %s as a table and as JSON', (what) => {
    const { code, stdout } = detpack(['list', what])
    expect(stdout.split('\n').length).toBeGreaterThan(2)
    expect(code).toBe(0)
    const rows = JSON.parse(detpack(['list', what, '--format', 'json']).stdout) as Record<string, string>[]
    expect(rows.length).toBe(stdout.trimEnd().split('\n').length - 1)
  })

  it('prints the languages, and what each of them says exactly, approximately or not at all', () => {
    const { code, stdout } = detpack(['list', 'backends'])
    expect(stdout).toMatch(/^spl +Splunk/m)
    expect(stdout).toMatch(/^three steps +exact +– +– +– +exact$/m)
    expect(code).toBe(0)
    const told: unknown = JSON.parse(detpack(['list', 'backends', '--format', 'json']).stdout)
    expect(told).toMatchObject({
      languages: expect.arrayContaining([expect.objectContaining({ language: 'kql' })]) as unknown,
    })
    expect(told).toHaveProperty('capabilities.0.languages.kql.instead')
  })
})
