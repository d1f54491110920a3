import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack, type Ended } from './detpack.ts'

const STOCK = path.resolve('test/govern/systemd/debian12')

function check(...args: string[]): Ended {
  return detpack(['harden', 'check', ...args])
}

describe('harden check', () => {
  it('is content with the unit of Redis in Debian 12', () => {
    const { code, stdout } = check(path.join(STOCK, 'redis-server.service'))
    expect(stdout).toContain('redis-server.service  redis    1.2 OK')
    expect(code).toBe(0)
  })

  it('says of the unit of nginx what it grants too much and what to write', () => {
    const { code, stdout } = check(path.join(STOCK, 'nginx.service'))
    expect(stdout).toMatch(/nginx\.service:8:1: error\[govern\/bounding-set\]: .+ 32 more Linux capabilities/)
    expect(stdout).toContain('hint: write CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_SETUID')
    expect(stdout).toContain('9.6 UNSAFE')
    expect(code).toBe(1)
  })

  it('finds units below a root with their drop-ins, and says at which line of which', () => {
    const root = temporaryFolder({
      'usr/lib/systemd/system/redis.service': '[Service]\nExecStart=/bin/redis\n',
      'etc/systemd/system/redis.service.d/10.conf': '[Service]\nCapabilityBoundingSet=CAP_RAWIO\n',
    })
    const { code, stdout } = check('--root', root)
    expect(stdout).toContain(`${root}/etc/systemd/system/redis.service.d/10.conf:2:1: error[govern/unknown-value]`)
    expect(stdout).toContain('did you mean "CAP_SYS_RAWIO"?')
    expect(code).toBe(1)
  })

  it('says where a unit does not parse, and still judges what systemd would read of it', () => {
    const root = temporaryFolder({
      'etc/systemd/system/redis.service': '[Service]\nExecStart=/bin/redis\nUser redis\nUMask=077\n',
    })
    const { code, stdout } = check('--root', root)
    expect(stdout).toContain(`${root}/etc/systemd/system/redis.service:3:1: error[govern/broken-unit]`)
    expect(stdout).toContain('govern/bounding-set')
    expect(code).toBe(1)
  })

  it('judges by another profile where it is told to, and fails on warnings when asked', () => {
    const unit = path.join(STOCK, 'chrony.service')
    expect(check(unit)).toMatchObject({ code: 0, stdout: expect.stringContaining('govern/no-profile') as string })
    expect(check('--strict', unit).code).toBe(1)
    expect(check('--profile', 'network-daemon', unit)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('the profile "network-daemon"') as string,
    })
    expect(check('--profile', 'network-demon', unit)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "network-daemon"?') as string,
    })
  })

  it('takes the profile of the pack before the one that comes with detpack', () => {
    const cwd = temporaryFolder({
      'detpack.yml': 'pack: {name: mine}\n',
      'rules/baselines/profiles/redis.yml':
        'id: redis\ntitle: Ours\nowner: us\nunits: [redis-server.service]\nreview_every: 90d\nroot: true\n' +
        'exposure: 1.0\nlinux_capabilities: {}\nsettings: {}\n',
    })
    const { stdout } = detpack(['harden', 'check', path.join(STOCK, 'redis-server.service')], { cwd })
    expect(stdout).toContain('the profile "redis" allows 1.0')
  })

  it('gives exposure and controls to other programs', () => {
    const { stdout } = check('--format', 'json', path.join(STOCK, 'nginx.service'))
    const read = JSON.parse(stdout) as Record<string, unknown>
    expect(read).toMatchObject({
      units: [{ name: 'nginx.service', profile: 'nginx', exposure: { overall: 9.6, level: 'UNSAFE' } }],
      summary: { units: 1, files: 1, errors: 5 },
      controls: { 'DP-6': { cis: expect.arrayContaining(['6.2.3.20']) as string[] } },
    })
    expect(check('--format', 'sarif', path.join(STOCK, 'nginx.service')).stdout).toContain(
      '"ruleId": "govern/exposure"',
    )
  })

  it('could not run where there is no unit, no file, no folder', () => {
    const root = temporaryFolder()
    for (const args of [
      ['--root', root, 'a'],
      [path.join(root, 'a.service')],
      ['--root', root],
      ['--root', `${root}/no`],
    ])
      expect(check(...args)).toMatchObject({ code: 2 })
  })
})
