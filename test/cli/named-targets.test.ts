import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack, type Ended } from './detpack.ts'
import { RULE } from './planted.ts'

const CONFIGURATION = `pack: {name: mine, version: 1.0.0}
targets:
  dev: {kind: local, file: dev.db, rules: {test: disabled}}
  prod: {kind: local, file: prod.db, after: dev}
`

interface Pack {
  readonly cwd: string
  readonly run: (...args: readonly string[]) => Ended
  readonly change: () => void
}

function pack(): Pack {
  const cwd = temporaryFolder({ 'detpack.yml': CONFIGURATION, 'rules/detections/a.yml': RULE })
  const file = path.join(cwd, 'rules/detections/a.yml')
  const change = (): void =>
    writeFileSync(file, readFileSync(file, 'utf8').replace('level: high', 'level: low\ndetpack: {version: 2}'))
  return { cwd, change, run: (...args) => detpack(args, { cwd }) }
}

interface StatusJson {
  readonly pack: { readonly digest: string }
  readonly last: { readonly pack: { readonly digest: string } } | null
  readonly rules: readonly { readonly state: string; readonly wanted: number; readonly deployed: number }[]
}

function statusOf(run: Pack['run'], name: string): StatusJson {
  return JSON.parse(run('status', '-t', name, '--format', 'json').stdout) as StatusJson
}

describe('targets by name', () => {
  it('each have a place and wishes of their own', () => {
    const { run } = pack()
    const enabled = (name: string): unknown => {
      const { stdout } = run('deploy', '-t', name, '--dry-run', '--format', 'json')
      const { plan } = JSON.parse(stdout) as { plan: { place: { at: string }; actions: { content: object }[] } }
      return [path.basename(plan.place.at), (plan.actions[0]?.content as { enabled: boolean }).enabled]
    }
    expect(enabled('dev')).toEqual(['dev.db', false])
    run('deploy', '-t', 'dev')
    expect(enabled('prod')).toEqual(['prod.db', true])
  })

  it('are promoted to one after the other, with the same digest', () => {
    const { run, change } = pack()
    const early = run('deploy', '-t', 'prod')
    expect(early).toMatchObject({ code: 1 })
    expect(early.stderr).toMatch(/target\/not-promoted.*not deployed to "dev" yet, which holds nothing of it/)
    expect(statusOf(run, 'prod').last).toBeNull()

    expect(run('deploy', '-t', 'dev').code).toBe(0)
    expect(run('deploy', '-t', 'prod').code).toBe(0)
    expect(statusOf(run, 'prod').last?.pack.digest).toBe(statusOf(run, 'dev').last?.pack.digest)

    change()
    const other = run('deploy', '-t', 'prod')
    expect(other).toMatchObject({ code: 1 })
    expect(other.stderr).toMatch(/which had deploy done of digest/)
    run('deploy', '-t', 'dev')
    expect(run('deploy', '-t', 'prod').code).toBe(0)
  })

  it('are not promoted to from one that was rolled back', () => {
    const { run } = pack()
    run('deploy', '-t', 'dev')
    run('rollback', '-t', 'dev')
    expect(run('deploy', '-t', 'prod').stderr).toMatch(/which had rollback done/)
  })

  it('that are none are told with what was meant', () => {
    const { code, stderr } = pack().run('deploy', '-t', 'prd')
    expect(stderr).toMatch(/no target "prd"; did you mean "prod"\?/)
    expect(code).toBe(2)
  })

  it('do not take plans of each other', () => {
    const { run } = pack()
    expect(run('deploy', '-t', 'dev', '--dry-run', '--out', 'plan.json').code).toBe(0)
    const elsewhere = run('deploy', '-t', 'prod', '--plan', 'plan.json')
    expect(elsewhere).toMatchObject({ code: 2 })
    expect(elsewhere.stderr).toContain('target/other-place')
    expect(run('deploy', '--plan', 'plan.json').code).toBe(0)
    // What it saw has changed by what it did.
    expect(run('deploy', '--plan', 'plan.json').stdout).toContain('1 done and read back')
  })
})

describe('a plan file that is none', () => {
  it.each([
    ['half of one', (text: string) => text.slice(0, text.length / 2)],
    ['changed by hand', (text: string) => text.replace('"title": "Key read"', '"title": "Nothing"')],
    ['of a newer detpack', (text: string) => text.replace('detpack-plan/1', 'detpack-plan/9')],
    ['of something else', () => '{"resource_changes": []}'],
  ])('%s: it is said, nothing is changed, and the exit code is 2', (_, change) => {
    const { cwd, run } = pack()
    run('deploy', '-t', 'dev', '--dry-run', '--out', 'plan.json')
    const file = path.join(cwd, 'plan.json')
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    const { code, stderr } = run('deploy', '--plan', 'plan.json')
    expect(stderr).toContain('target/plan-file')
    expect(stderr).toContain('nothing was changed')
    expect(code).toBe(2)
    expect(statusOf(run, 'dev').rules).toMatchObject([{ state: 'missing' }])
  })
})

describe('status', () => {
  it('says of each rule whether it is there, and as it should be', () => {
    const { run, change } = pack()
    const states = (): readonly string[] => statusOf(run, 'dev').rules.map((rule) => rule.state)
    expect(states()).toEqual(['missing'])
    expect(run('status', '-t', 'dev').code).toBe(1)
    run('deploy', '-t', 'dev')
    expect(states()).toEqual(['deployed'])
    expect(run('status', '-t', 'dev').code).toBe(0)
    change()
    expect(statusOf(run, 'dev').rules).toMatchObject([{ state: 'outdated', wanted: 2, deployed: 1 }])
    const { code, stdout } = run('status', '-t', 'dev')
    expect(stdout).toContain('v1, not v2')
    expect(code).toBe(1)
  })
})
