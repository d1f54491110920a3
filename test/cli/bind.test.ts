import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RECORDING = `812 1767225600.000100 openat(AT_FDCWD</home/agent>, "/home/agent/documents/report.txt", O_RDONLY) = 5</home/agent/documents/report.txt>
812 1767225600.012000 read(5</home/agent/documents/report.txt>, "x"..., 4096) = 411
812 1767225600.013000 openat(AT_FDCWD</home/agent>, "/home/agent/private/letter.txt", O_RDONLY) = 6</home/agent/private/letter.txt>
812 1767225600.014000 read(6</home/agent/private/letter.txt>, "x"..., 4096) = 411
`
function linesOf(log: string): { readonly args: readonly string[] }[] {
  const lines = readFileSync(log, 'utf8').split('\n')
  return lines.flatMap((line) => (line === '' ? [] : [JSON.parse(line) as { args: string[] }]))
}

const SERVICE = ['--bind', 'service=192.0.2.10']
const DOCUMENT = ['--bind', 'document=/home/agent/documents/report.txt']

describe('import with --bind', () => {
  const run = (...bind: readonly string[]) =>
    detpack(['import', 'strace', '-', '--task', 'translate-document', ...bind], { input: RECORDING })

  it('makes the same agent reading another private file an alert', () => {
    const { stdout, code } = run(...DOCUMENT, ...SERVICE)
    expect(code).toBe(0)
    const rules = ['--rules', 'rules/tasks/translate-document.yml']
    const alerts = detpack(['eval', ...rules, '--events', '-', '--format', 'ndjson'], { input: stdout }).stdout
    expect(alerts.trimEnd().split('\n')).toHaveLength(1)
    expect(alerts).toContain('not-granted.read')
  })

  it.each([
    [
      'an unknown parameter',
      ['--bind', 'dokument=/a', ...SERVICE],
      'no parameter "dokument"; did you mean "document"?',
    ],
    ['a missing one', DOCUMENT, 'needs its parameter "service": --bind service=ADDRESS'],
    ['a value that is too long', ['--bind', `document=/${'a'.repeat(1024)}`, ...SERVICE], 'longer than 1024 bytes'],
    ['a name for an address', [...DOCUMENT, '--bind', 'service=api.example.org'], 'addresses, not names'],
    ['no value', ['--bind', 'document', ...SERVICE], '"document" binds nothing'],
  ])('is refused with %s', (_, bind, why) => {
    const { code, stdout, stderr } = run(...bind)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('nothing was imported')
    expect(stderr).toContain(why)
  })

  it('needs a task, and one of the pack', () => {
    expect(detpack(['import', 'strace', '-', ...DOCUMENT], { input: RECORDING })).toMatchObject({ code: 2 })
    const other = detpack(['import', 'strace', '-', '--task', 'translate-documents', ...DOCUMENT], { input: RECORDING })
    expect(other.code).toBe(2)
    expect(other.stderr).toContain('did you mean "translate-document"?')
  })
})

describe('run with --bind', () => {
  const sensor = path.resolve(import.meta.dirname, 'sensor-stand-in.mjs')
  const run = (bind: readonly string[]) => {
    const log = path.join(temporaryFolder({ log: '' }), 'log')
    const env = { DETPACK_SENSOR: sensor, STAND_IN_LOG: log }
    const ended = detpack(['run', '--task', 'translate-document', ...bind, '--', 'true'], { env })
    return { ...ended, calls: linesOf(log) }
  }

  it('hands whole paths on to the launcher', () => {
    const { code, calls } = run(['--bind', 'document=./package.json', ...SERVICE])
    expect(code).toBe(0)
    const [call] = calls
    expect(call?.args.slice(0, 6)).toEqual([
      '--task',
      'translate-document',
      '--bind',
      `document=${path.resolve('package.json')}`,
      ...SERVICE,
    ])
  })

  it.each([
    ['a path that is not there', ['--bind', 'document=no/such/file', ...SERVICE], 'No such file or directory'],
    ['a folder for a file', ['--bind', 'document=src', ...SERVICE], 'is to be a file'],
    ['a missing parameter', SERVICE, 'needs its parameter "document": --bind document=PATH'],
    ['an unknown parameter', ['--bind', 'x=y', ...SERVICE], 'no parameter "x"'],
  ])('starts nothing with %s', (_, bind, why) => {
    const { code, stderr, calls } = run(bind)
    expect(code).toBe(2)
    expect(stderr).toContain('nothing was started')
    expect(stderr.toLowerCase()).toContain(why.toLowerCase())
    expect(calls).toEqual([])
  })
})

describe('task import', () => {
  it('writes a draft that check lists the open questions of', () => {
    const folder = temporaryFolder({
      'detpack.yml': 'pack: { name: own }\n',
      'paths.txt': 'ro /srv/data\nconnect 443\n',
      'rules/resources.yml': 'version: 1\nhomes: []\nclasses: []\n',
    })
    const drafted = detpack(
      ['task', 'import', 'paths', 'paths.txt', '--name', 'convert', '-o', 'rules/tasks/convert.yml'],
      { cwd: folder },
    )
    expect(drafted.stderr).toContain('2 grants')
    expect(drafted.code).toBe(0)
    const { stdout, stderr } = detpack(['check'], { cwd: folder })
    expect(stdout + stderr).toContain('"convert" is not finished: what is the task for?')
  })

  it('reads a unit with its drop-ins', () => {
    const folder = temporaryFolder({
      'a.service': '[Service]\nExecStart=/usr/bin/a\n',
      'a.service.d/own.conf': '[Service]\nIPAddressAllow=192.0.2.0/24\n',
    })
    const { stdout, code } = detpack(['task', 'import', 'systemd', path.join(folder, 'a.service')])
    expect(code).toBe(0)
    expect(stdout).toContain('unit: a.service')
    expect(stdout).toContain('network: "192.0.2.0/24"')
  })

  it('ends with 2 for another format, and with 1 for what is no such source', () => {
    const folder = temporaryFolder({ 'tools.json': '{' })
    expect(detpack(['task', 'import', 'mpc', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('did you mean "mcp"?') as string,
    })
    const broken = detpack(['task', 'import', 'mcp', path.join(folder, 'tools.json')])
    expect([broken.code, broken.stdout]).toEqual([1, ''])
    expect(broken.stderr).toContain('tools.json:1:')
  })
})
