import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
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

it('gives the same to other programs, and the evidence takes it', () => {
  const root = temporaryFolder(IMAGE)
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n' })
  const asked = detpack(['check', 'host', '--root', root, '--format', 'json'], { cwd })
  expect(told(asked)).toMatchObject({
    host: 'image-1',
    findings: [
      { id: 'DP-1.1', unit: 'redis-server.service', result: 'fail', cis: [], nist: ['AC-6(7)', 'CM-6'] },
      {},
      {},
    ],
    summary: { pass: 0, fail: 2, unknown: 1 },
  })
  expect(detpack(['check', 'host', '--root', root, '--format', 'sarif'], { cwd }).stdout).toContain(
    '"ruleId": "govern/host-check"',
  )
  writeFileSync(path.join(cwd, 'image.json'), asked.stdout)
  expect(detpack(['evidence', 'hosts', 'image.json'], { cwd }).stderr).toContain('1 check new, 1 check of hosts in')
  expect(detpack(['evidence', 'hosts', '-'], { cwd, input: asked.stdout }).stderr).toContain('0 checks new')
  expect(readFileSync(path.join(cwd, 'reviews/hosts.ndjson'), 'utf8')).toContain('"host":"image-1"')
  expect(detpack(['evidence', 'hosts', 'detpack.yml'], { cwd })).toMatchObject({ code: 2 })
})

it('judges this host, whatever it is, and changes nothing', () => {
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', 'events.ndjson': '' })
  const { code, stdout, stderr } = detpack(['check', 'host', '--sensor-events', 'events.ndjson', '--format', 'json'], {
    cwd,
  })
  const { findings } = told({ stdout })
  const of = (id: string): object | undefined => findings.find((each) => each.id === id)
  for (const n of [2, 3, 4, 5, 6, 7]) expect(of(`DP-6.${n}`), stderr).toBeDefined()
  expect(of('DP-6.1')).toMatchObject({ evidence: ['no event of a sensor of this host is there'] })
  expect(of('DP-7.3')).toMatchObject({ result: 'unknown', evidence: ['it was not asked for: give --target'] })
  expect(code).toBe(findings.some(({ result }) => result === 'fail') ? 1 : 0)
  expect(readFileSync(path.join(cwd, 'events.ndjson'), 'utf8')).toBe('')
})

it('could not run where there is no such folder or target, or nothing to put an event into', () => {
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n' })
  const asked = (...args: string[]): number | null => detpack(['check', 'host', ...args], { cwd }).code
  expect(asked('--root', 'nowhere')).toBe(2)
  expect(asked('--root', '.', '-t', 'elastic')).toBe(2)
  expect(asked('-t', 'elastic', '--elasticsearch', 'http://127.0.0.1:9')).toBe(2)
  expect(asked('-t', 'moon', '--input', 'detpack.yml')).toBe(2)
})

it('tells what it found also when the target is not reached, of which it then knows nothing', () => {
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', 'events.ndjson': '' })
  const at = ['-t', 'elastic', '--elasticsearch', 'http://127.0.0.1:9', '--input', 'events.ndjson']
  const ended = detpack(['check', 'host', ...at, '--format', 'json'], { cwd })
  const { findings } = told(ended)
  expect(findings.find(({ id }) => id === 'DP-7.3')).toMatchObject({ result: 'unknown' })
  expect(ended.stderr).toContain('127.0.0.1:9')
  expect(ended.code).toBe(findings.some(({ result }) => result === 'fail') ? 1 : 3)
})

let splunk: SplunkStandIn
beforeAll(async () => {
  splunk = await startSplunk()
})
afterAll(() => splunk.close())

it('puts an event into what the shipper reads, and looks for that one in Splunk', async () => {
  const cwd = temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\nship: {input: events.ndjson}\n',
    'events.ndjson': '',
  })
  const env = { DETPACK_SPLUNKD: splunk.url, DETPACK_SPLUNK_TOKEN: TOKEN }
  const asked = (): Promise<Ended> =>
    running(['check', 'host', '-t', 'splunk', '--within', '1s', '--format', 'json'], { cwd, env })
      .ended as Promise<Ended>
  const shipping = (ended: Ended): object | undefined => told(ended).findings.find(({ id }) => id === 'DP-7.3')
  expect(shipping(await asked())).toMatchObject({
    result: 'fail',
    evidence: [expect.stringContaining('not found in "splunk"')],
  })
  const [put = ''] = readFileSync(path.join(cwd, 'events.ndjson'), 'utf8').split('\n')
  const { event } = JSON.parse(put) as { event: { id: string; action: string } }
  expect(event.action).toBe('sensor_canary')
  expect(JSON.stringify(splunk.dispatched)).toContain(event.id)
  splunk.finds('event.id=', [{ 'event.id': 'it' }])
  expect(shipping(await asked())).toMatchObject({ result: 'pass' })
  expect(splunk.complaints).toEqual([])
})
