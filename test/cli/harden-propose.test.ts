import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const OWN = {
  host: { name: 'a' },
  service: { name: 'web.service' },
  process: { entity_id: 'main', executable: '/bin/web' },
}
const EVENTS = [
  { event: { action: 'process_exec' } },
  {
    event: { action: 'privilege_use' },
    detpack: { linux_capability: 'CAP_CHOWN', granted: true, syscall: 'fchown' },
  },
  { event: { action: 'process_signal' }, detpack: { signal: 'SIGHUP', object: { process: { entity_id: 'main' } } } },
]

function pack(): string {
  const lines = EVENTS.map((one, i) => JSON.stringify({ '@timestamp': `2026-01-01T00:00:0${i}Z`, ...OWN, ...one }))
  return temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\n',
    'events.ndjson': `${lines.join('\n')}\n`,
    'root/etc/systemd/system/web.service': '[Service]\nUser=web\nExecStart=/bin/web\n',
  })
}

it('proposes from events, lets somebody else approve, and judges the unit by that', () => {
  const cwd = pack()
  const propose = ['harden', 'propose', 'web', '--root', 'root', '--events', 'events.ndjson', '--by', 'anna']
  const proposed = detpack(propose, { cwd })
  expect(proposed).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('\nCapabilityBoundingSet=\nCapabilityBoundingSet=CAP_CHOWN\n') as string,
    stderr: expect.stringContaining('nothing is applied') as string,
  })
  const file = 'rules/baselines/proposals/web.service.yml'
  expect(readFileSync(path.join(cwd, file), 'utf8')).toContain('by: anna')

  const check = (): ReturnType<typeof detpack> => detpack(['harden', 'check', '--root', 'root', 'web'], { cwd })
  expect(check().stdout).toContain('govern/no-profile')
  expect(detpack(['harden', 'approve', file, '--by', 'anna'], { cwd })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('govern/own-approval') as string,
  })
  expect(detpack(['harden', 'approve', file, '--by', 'bert'], { cwd }).code).toBe(0)
  expect(check()).toMatchObject({ code: 1, stdout: expect.stringContaining('the profile "web.service"') as string })
})

it('passes the check with its own drop-in', () => {
  const cwd = pack()
  const base = ['--root', 'root', '--events', 'events.ndjson', '--by', 'anna']
  const dropIn = detpack(['harden', 'propose', 'web', ...base], { cwd }).stdout
  detpack(['harden', 'approve', 'rules/baselines/proposals/web.service.yml', '--by', 'bert'], { cwd })
  const root = temporaryFolder({
    'etc/systemd/system/web.service': readFileSync(path.join(cwd, 'root/etc/systemd/system/web.service'), 'utf8'),
    'etc/systemd/system/web.service.d/50-detpack.conf': dropIn,
  })
  expect(detpack(['harden', 'check', '--strict', '--root', root, 'web'], { cwd })).toMatchObject({ code: 0 })
})

it('makes no proposal of too little, and writes nothing then or when told to', () => {
  const cwd = pack()
  const file = path.join(cwd, 'proposal.yml')
  const run = (...args: string[]): ReturnType<typeof detpack> =>
    detpack(['harden', 'propose', '-o', file, '--events', 'events.ndjson', ...args], { cwd })
  expect(run('other')).toMatchObject({ code: 1, stderr: expect.stringContaining('govern/nothing-observed') as string })
  expect(run('web', '--dry-run').code).toBe(0)
  expect(() => readFileSync(file)).toThrow()
  expect(run('web', '--system-calls', 'events.ndjson')).toMatchObject({ code: 2 })
  expect(detpack(['harden', 'propose', 'web', '--events', 'no.ndjson'], { cwd })).toMatchObject({ code: 2 })
})
