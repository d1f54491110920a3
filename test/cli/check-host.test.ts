import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { startSplunk, TOKEN, type SplunkStandIn } from '../target/splunk/splunk-stand-in.ts'
import { detpack, type Ended } from './detpack.ts'
import { running } from './running.ts'

const IMAGE = {
  'etc/hostname': 'image-1\n',
  'usr/lib/systemd/system/redis-server.service': '[Service]\nExecStart=/bin/redis\n',
}

interface Told {
  readonly host: string
  readonly findings: readonly {
    readonly id: string
    readonly unit: string | null
    readonly result: string
    readonly evidence: readonly string[]
  }[]
}

function told({ stdout }: Pick<Ended, 'stdout'>): Told {
  return JSON.parse(stdout) as Told
}

it('judges the services of an image, and says of each what was seen, why it matters and what to write', () => {
  const { code, stdout } = detpack(['check', 'host', '--root', temporaryFolder(IMAGE)])
  expect(stdout).toMatch(/DP-2\.1 +fail +redis-server\.service: its unit grants what its baseline allows/)
  expect(stdout).toContain('  seen      only the general profile "redis" names it')
  expect(stdout).toContain('  why       ')
  expect(stdout).toContain('  write     detpack harden check UNIT says what to write')
  expect(stdout).toContain('0 pass, 2 fail, 0 not-applicable, 1 unknown')
  expect(code).toBe(1)
})

it('gives the same to other programs, and the evidence takes it, each check once', () => {
  const root = temporaryFolder(IMAGE)
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n' })
  const asked = detpack(['check', 'host', '--root', root, '--format', 'json'], { cwd })
  expect(told(asked)).toMatchObject({
    host: 'image-1',
    findings: [{ id: 'DP-1.1', unit: 'redis-server.service', result: 'fail', nist: ['AC-6(7)', 'CM-6'] }, {}, {}],
    summary: { pass: 0, fail: 2, unknown: 1 },
  })
  const sarif = detpack(['check', 'host', '--root', root, '--format', 'sarif'], { cwd })
  expect(sarif.stdout).toContain('"ruleId": "govern/host-check"')
  writeFileSync(path.join(cwd, 'image.json'), asked.stdout)
  const taken = detpack(['evidence', 'hosts', 'image.json', '-'], { cwd, input: asked.stdout })
  expect(taken.stderr).toContain('1 check new, 1 check of hosts in')
  expect(readFileSync(path.join(cwd, 'reviews/hosts.ndjson'), 'utf8')).toContain('"host":"image-1"')
  expect(detpack(['evidence', 'hosts', 'detpack.yml'], { cwd })).toMatchObject({ code: 2 })
})

it('could not run where there is no such folder or target, or nothing to put an event into', () => {
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n' })
  const asked = (...args: string[]) => detpack(['check', 'host', ...args], { cwd })
  const said = (text: string) => ({ code: 2, stderr: expect.stringContaining(text) as string })
  expect(asked('--root', 'nowhere')).toMatchObject(said('no folder "nowhere"'))
  expect(asked('-t', 'nosuch')).toMatchObject(said('nosuch'))
  const unknown = asked('-t', 'elastic', '--elasticsearch', 'http://127.0.0.1:9')
  expect(unknown).toMatchObject(said('what the shipper reads is not known'))
})

describe('with Splunk', () => {
  let splunk: SplunkStandIn
  beforeAll(async () => {
    splunk = await startSplunk()
  })
  afterAll(() => splunk.close())

  const pack = (): string =>
    temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\nship: {input: events.ndjson}\n', 'events.ndjson': '' })
  /** Judges this host, whatever it is. */
  const judged = async (
    cwd: string,
    token = TOKEN,
    within = '100ms',
  ): Promise<Told & { readonly code: number | null }> => {
    const args = ['check', 'host', '-t', 'splunk', '--within', within, '--format', 'json']
    const env = { DETPACK_SPLUNKD: splunk.url, DETPACK_SPLUNK_TOKEN: token }
    const ended = await running(args, { cwd, env }).ended
    return { ...told(ended), code: ended.code }
  }
  const of = ({ findings }: Told, id: string): Told['findings'][number] | undefined =>
    findings.find((each) => each.id === id)

  it('knows it when it is found', async () => {
    const cwd = pack()
    const judging = judged(cwd, TOKEN, '20s')
    const searches = (): readonly string[] =>
      splunk.searched.flatMap(({ search = '' }) => /event\.id="([^"]+)"/.exec(search)?.[1] ?? [])
    const before = searches().length
    while (searches().length === before) await new Promise((resolve) => setTimeout(resolve, 20))
    const id = searches().at(-1) ?? ''
    splunk.finds(`event.id="${id}"`, [{ 'event.id': id }])
    expect(of(await judging, 'DP-7.3')).toMatchObject({ result: 'pass', evidence: [expect.stringContaining(id)] })
  })

  it('puts one event into what the shipper reads, and looks for that one in the target', async () => {
    const cwd = pack()
    const found = await judged(cwd)
    expect(of(found, 'DP-7.3')).toMatchObject({
      result: 'fail',
      evidence: [expect.stringContaining('not found in "splunk"')],
    })
    expect(found.code).toBe(1)
    const [put = '', ...more] = readFileSync(path.join(cwd, 'events.ndjson'), 'utf8').split('\n')
    expect(more).toEqual([''])
    const { event } = JSON.parse(put) as { event: { id: string; action: string } }
    expect(event.action).toBe('sensor_canary')
    expect(splunk.searched.at(-1)?.['search']).toContain(`event.id="${event.id}"`)
    splunk.finds('event.id=', [{ 'event.id': 'another' }])
    expect(of(await judged(cwd), 'DP-7.3')).toMatchObject({ result: 'fail' })
    expect(splunk.complaints).toEqual([])
  })

  it('tells the rest also when the target refuses, of which it then knows nothing', async () => {
    const found = await judged(pack(), 'a-token-of-nobody')
    for (const n of [2, 3, 4, 5, 6, 7]) expect(of(found, `DP-6.${n}`)).toBeDefined()
    expect(of(found, 'DP-6.1')?.evidence).toEqual(['no event of a sensor of this host is there'])
    expect(of(found, 'DP-7.3')).toMatchObject({ result: 'unknown' })
    expect(found.code).toBe(found.findings.some(({ result }) => result === 'fail') ? 1 : 3)
  })
})
