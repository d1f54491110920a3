import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const RULE = `title: Key read
name: key-read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001
status: test
level: high
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: file_read, file.path|endswith: .pem}
  condition: selection
`
const SECRET = 'aWQ6dGhpcy1pcy1hLXNlY3JldC1rZXk='

function pack(files: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', 'rules/detections/a.yml': RULE, ...files })
}

describe('deploy -t local', () => {
  it('shows what it will do, does it, and has nothing to do the second time', () => {
    const cwd = pack()
    const first = detpack(['deploy', '-t', 'local'], { cwd })
    expect(first.stdout).toContain('+ create')
    expect(first.stdout).toContain('1 done and read back')
    expect(first.code).toBe(0)
    const second = detpack(['deploy', '-t', 'local'], { cwd })
    expect(second.stdout).toContain('plan for local: 1 unchanged')
    expect(second.stdout).toContain('nothing to do')
    expect(second.stdout).not.toContain('create')
    expect(second.code).toBe(0)
  })

  it('shows each field of a rule that changes', () => {
    const cwd = pack()
    detpack(['deploy', '-t', 'local'], { cwd })
    const changed = temporaryFolder({
      'detpack.yml': 'pack: {name: mine}\n',
      'rules/detections/a.yml': RULE.replace('high', 'low'),
    })
    const store = path.join(cwd, '.detpack/local.db')
    const { stdout } = detpack(['deploy', '-t', 'local', '--store', store, '--dry-run'], { cwd: changed })
    expect(stdout).toContain('~ update')
    expect(stdout).toContain('level: "high" -> "low"')
  })

  it.each([
    [['--overwrite', 'enabld'], /target\/no-such-field.*"enabld"[^]*did you mean "enabled"\?/],
    [['--adopt', 'key-raed'], /target\/no-such-object.*"key-raed"[^]*known: 3f6c2f0e/],
  ])('takes no %j for something else', (more, words) => {
    const { code, stderr } = detpack(['deploy', '-t', 'local', ...more], { cwd: pack() })
    expect(stderr).toMatch(words)
    expect(stderr).toContain('nothing was changed')
    expect(code).toBe(2)
  })

  it('writes nothing in a dry run', () => {
    const cwd = pack()
    expect(detpack(['deploy', '-t', 'local', '--dry-run'], { cwd }).stdout).toContain('1 to create')
    expect(detpack(['deploy', '-t', 'local', '--dry-run'], { cwd }).stdout).toContain('1 to create')
  })

  it('deploys nothing of a pack with a mistake', () => {
    const cwd = pack({ 'rules/detections/b.yml': 'title: x\n' })
    const { code, stderr } = detpack(['deploy', '-t', 'local'], { cwd })
    expect(stderr).toContain('nothing was changed')
    expect(code).toBe(1)
  })

  it('gives the plan and what became of it as JSON', () => {
    const { stdout } = detpack(['deploy', '-t', 'local', '--format', 'json'], { cwd: pack() })
    expect(JSON.parse(stdout)).toMatchObject({
      plan: { place: { kind: 'local' }, actions: [{ kind: 'create' }] },
      outcomes: [{ result: 'done' }],
    })
  })
})

describe('deploy -t elastic', () => {
  it('says where to name the address when none is given', () => {
    const { code, stderr } = detpack(['deploy', '-t', 'elastic'], { cwd: pack() })
    expect(stderr).toContain('--elasticsearch')
    expect(code).toBe(2)
  })

  it('ends with 3 when nobody answers, and shows no key', async () => {
    const url = `http://127.0.0.1:${await closedPort()}`
    const { code, stdout, stderr } = detpack(['deploy', '-t', 'elastic', '--elasticsearch', url], {
      cwd: pack(),
      env: { DETPACK_ELASTIC_API_KEY: SECRET },
    })
    expect(stderr).toContain('target/unreachable')
    expect(stderr).toContain('nothing was changed')
    expect(`${stdout}${stderr}`).not.toContain(SECRET)
    expect(`${stdout}${stderr}`).not.toContain('this-is-a-secret-key')
    expect(code).toBe(3)
  })

  it('sends no key over plain http to another machine', () => {
    const { code, stderr } = detpack(['deploy', '-t', 'elastic', '--kibana', 'http://kibana.example.org'], {
      cwd: pack(),
      env: { DETPACK_ELASTIC_API_KEY: SECRET },
    })
    expect(stderr).toContain('target/insecure')
    expect(code).toBe(2)
  })

  it('takes the key from a file, and says which file it cannot read', () => {
    const cwd = pack({ 'detpack.yml': 'targets: {elastic: {kibana: "http://127.0.0.1:1", api_key_file: no.key}}\n' })
    const { code, stderr } = detpack(['deploy', '-t', 'elastic'], { cwd })
    expect(stderr).toContain('no.key')
    expect(code).toBe(2)
  })
})

/** A port of this machine on which nobody listens. */
function closedPort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 1))
    })
  })
}
