import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { PASSWORD, SESSION_KEY, startSplunk, TOKEN, type SplunkStandIn } from '../target/splunk/splunk-stand-in.ts'
import { detpack, type Ended } from './detpack.ts'
import { exceptionText, MANY } from './exception-text.ts'
import { running } from './running.ts'

const rule = (at: number, more = ''): string => `title: Key ${at} read
name: key-${at}-read
id: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f000${at}
status: test
level: high
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: file_read, file.path|endswith: .pem${at}}
  condition: selection
${more}`

function pack(files: Readonly<Record<string, string>> = {}): string {
  return temporaryFolder({
    'detpack.yml': 'pack: {name: mine, version: 1.2.3}\n',
    'rules/detections/a.yml': rule(1),
    'rules/detections/b.yml': rule(2),
    ...files,
  })
}

describe('deploy -t splunk', () => {
  let splunk: SplunkStandIn
  let cwd: string
  const ended: Omit<Ended, 'code'>[] = []
  beforeEach(async () => {
    splunk = await startSplunk()
    cwd = pack()
  })
  afterEach(async () => {
    await splunk.close()
    expect(splunk.complaints).toEqual([])
  })

  const run = async (args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Ended> => {
    const env = { DETPACK_SPLUNKD: splunk.url, DETPACK_SPLUNK_TOKEN: TOKEN, ...more }
    const end = await running([...args, '-t', 'splunk'], { cwd, env }).ended
    ended.push(end)
    return end
  }

  it('deploys, says where things stand, takes back and takes away', async () => {
    const first = await run(['deploy', '--yes'])
    expect([first.code, first.stdout]).toEqual([0, expect.stringContaining('6 done and read back')])
    expect([...splunk.searches.values()].map(({ name }) => name)).toEqual([
      'Detpack - Key 1 read - Rule',
      'Detpack - Key 2 read - Rule',
    ])
    expect((await run(['diff'])).code).toBe(0)

    const one = splunk.searches.get('detpack Detpack - Key 1 read - Rule')
    if (one === undefined) throw new Error('not there')
    one.settings['disabled'] = '1'
    splunk.finds('stats count by event.action', [{ 'event.action': 'file_read', count: '3' }])
    splunk.alerts.push({ name: one.name, acl: { app: 'detpack' }, content: { triggered_alert_count: 4 } })
    const status = await run(['status'])
    expect(status.code).toBe(0)
    expect(status.stdout).toMatch(/Key 1 read +v1 +tuned, off +- +4 +seen/)
    expect(status.stdout).toMatch(/Key 2 read +v1 +deployed +- +0 +seen/)

    one.settings['search'] = 'index=other'
    const diff = await run(['diff'])
    expect(diff.code).toBe(1)
    expect(diff.stdout).toContain('index=other')
    expect((await run(['deploy', '--yes'])).code).toBe(0)
    expect((await run(['rollback', '--list'])).stdout).toContain('1.2.3')
    expect((await run(['rollback', '--yes'])).code).toBe(0)
    expect(one.settings['search']).toBe('index=other')

    const [from, to] = [Date.now() - 3_600_000, Date.now()].map((time) => new Date(time).toISOString())
    const backfill = await run(['deploy', 'backfill', '--from', from ?? '', '--to', to ?? ''])
    expect(backfill.stderr).toContain('splunk runs 1 rule again')
    expect(splunk.dispatched.map(({ name }) => name)).toEqual(['Detpack - Key 2 read - Rule'])

    const destroyed = await run(['destroy', '--confirm', 'splunk'])
    expect([destroyed.code, splunk.searches.size, splunk.macros.size, splunk.lookups.size]).toEqual([0, 0, 0, 0])
  })

  it('runs again over what came late, as far as shippers say when that was', async () => {
    expect((await run(['deploy', '--yes'])).code).toBe(0)
    const [from, to] = [Date.now() - 3_600_000, Date.now()].map((time) => new Date(time).toISOString())
    splunk.finds('detpack.lag.from', [
      { 'detpack.lag.from': from, 'detpack.lag.to': to, 'detpack.lag.count': '5', 'host.name': 'web-1' },
      { 'detpack.lag.from': 'soon', 'detpack.lag.to': to, 'detpack.lag.count': '5', 'host.name': 'web-2' },
    ])
    const { code, stderr } = await run(['deploy', 'backfill', '--late'])
    expect(stderr).toContain('1 shipper told of late events without a time that can be read')
    expect(stderr).toContain(`splunk runs 2 rules again from ${from ?? ''} to ${to ?? ''}`)
    expect([code, splunk.dispatched.length]).toEqual([0, 2])
  })

  it('says of which rules no events came', async () => {
    cwd = pack({
      'rules/detections/b.yml': rule(2).replace('file_read', 'network_send').replace('file.path', 'user.name'),
    })
    expect((await run(['deploy', '--yes'])).code).toBe(0)
    splunk.finds('stats count by event.action', [{ 'event.action': 'file_read', count: '3' }])
    const { stdout } = await run(['status'])
    expect(stdout).toMatch(/Key 1 read +v1 +deployed +- +0 +seen/)
    expect(stdout).toMatch(/Key 2 read +v1 +deployed +- +0 +silent/)
  })

  it('deploys one rule with the macros that it calls', async () => {
    expect((await run(['deploy', '--yes', '--only', 'key-1-read'])).code).toBe(0)
    expect([...splunk.macros.values()].map(({ name }) => name).sort()).toEqual([
      'detpack_events',
      'detpack_key_1_read_filter',
    ])
  })

  it('puts an exception into the search of its rule, and shows it in the plan', async () => {
    cwd = pack({ 'rules/exceptions/x.yml': exceptionText(-1, 30, { rule: 'key-1-read' }) })
    const { code, stdout } = await run(['deploy', '--yes', '--only', 'key-1-read'])
    expect([code, stdout]).toEqual([0, expect.stringMatching(/create +exception The nightly backup/)])
    const { definition, description } = splunk.macros.get('detpack detpack_X-1_exception')?.settings ?? {}
    expect(definition).toMatch(/^where NOT \(now\(\)<\d+ AND isnotnull\(mvfind\('process.executable', ".*restic/)
    expect(description).toContain('Written by anna, approved by bert. Ticket: OPS-1.')
    const search = splunk.searches.get('detpack Detpack - Key 1 read - Rule')?.settings['search']
    expect(search?.split('\n')[1]).toBe('| `detpack_X-1_exception`')
  })

  it('takes the list of values along that the exception of a rule looks up', async () => {
    cwd = pack({ 'rules/exceptions/x.yml': exceptionText(-1, 30, { rule: 'key-1-read', values: MANY }) })
    for (const only of ['key-1-read', 'detpack_X-1_exception']) {
      splunk.collections.clear()
      splunk.lookups.clear()
      expect((await run(['deploy', '--yes', '--only', only])).code).toBe(0)
      expect([...splunk.lookups.keys()]).toEqual(['detpack detpack_X_h1_values_1'])
    }
  })

  it('blocks an exception that cannot be met, and deploys its rule', async () => {
    cwd = pack({ 'rules/exceptions/x.yml': exceptionText(-1, 30, { rule: 'key-1-read', field: 'process.exe' }) })
    const { code, stdout } = await run(['deploy', '--yes'])
    expect(stdout).toMatch(/! blocked +exception The nightly backup/)
    expect([code, splunk.searches.size]).toEqual([1, 2])
  })

  it('changes nothing when an exception cannot be read', async () => {
    cwd = pack({ 'rules/exceptions/x.yml': 'id: X-1\n' })
    expect(await run(['deploy', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing was changed') as string,
    })
    expect(splunk.searches.size).toBe(0)
  })

  it('keeps a plan, and does exactly it later', async () => {
    const file = path.join(cwd, 'plan.json')
    await run(['deploy', '--dry-run', '--out', file])
    expect(splunk.searches.size).toBe(0)
    expect((await run(['deploy', '--plan', file])).code).toBe(0)
    expect(splunk.searches.size).toBe(2)
    for (const { settings } of splunk.searches.values()) settings['search'] = 'index=other'
    const later = await run(['deploy', '--plan', file])
    expect([later.code, later.stderr]).toEqual([3, expect.stringContaining('target/changed')])
    expect(later.stdout).toMatch(/not tried\nnothing was changed\n$/)
  })

  it('takes to one app only what another holds, with the same digest', async () => {
    const targets = `dev: {kind: splunk, splunkd: "${splunk.url}"}, prod: {kind: splunk, splunkd: "${splunk.url}", app: soc, after: dev}`
    cwd = pack({ 'detpack.yml': `pack: {name: mine, version: 1.2.3}\ntargets: {${targets}}\n` })
    const env = { DETPACK_SPLUNK_TOKEN: TOKEN }
    const to = (name: string): Promise<Ended> => running(['deploy', '--yes', '-t', name], { cwd, env }).ended
    expect(await to('prod')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('target/not-promoted') as string,
    })
    expect(splunk.searches.size).toBe(0)
    expect((await to('dev')).code).toBe(0)
    expect((await to('prod')).code).toBe(0)
    expect([...splunk.searches.values()].map(({ acl }) => acl.app).sort()).toEqual(['detpack', 'detpack', 'soc', 'soc'])
  })

  it('says what is wrong with the way to Splunk, with 2 or 3, and changes nothing', async () => {
    expect(await run(['deploy', '--yes'], { DETPACK_SPLUNK_APP: 'other' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('target/no-app') as string,
    })
    expect(await run(['deploy', '--yes'], { DETPACK_SPLUNK_TOKEN: 'wrong' })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('target/unauthorized') as string,
    })
    expect(splunk.requests.every((each) => each.startsWith('GET '))).toBe(true)
  })

  it('prints no secret of any login, in no answer, plan or receipt', async () => {
    const logins = [
      { DETPACK_SPLUNK_TOKEN: TOKEN },
      { DETPACK_SPLUNK_TOKEN: undefined, DETPACK_SPLUNK_SESSION_KEY: SESSION_KEY },
      { DETPACK_SPLUNK_TOKEN: undefined, DETPACK_SPLUNK_USERNAME: 'admin', DETPACK_SPLUNK_PASSWORD: PASSWORD },
    ]
    const file = path.join(cwd, 'plan.json')
    for (const login of logins) {
      const env = Object.fromEntries(Object.entries(login).filter(([, value]) => value !== undefined)) as Record<
        string,
        string
      >
      const end = async (args: readonly string[]): Promise<void> => {
        const all = { DETPACK_SPLUNKD: splunk.url, ...env }
        ended.push(await running([...args, '-t', 'splunk', '--format', 'json'], { cwd, env: all }).ended)
      }
      await end(['deploy', '--yes', '--out', file])
      splunk.fail({ answer: { status: 403, body: JSON.stringify({ said: login }) } })
      await end(['status'])
    }
    const kept = JSON.stringify([...splunk.collections].map(([name, rows]) => [name, [...rows]]))
    const seen = [readFileSync(file, 'utf8'), kept, JSON.stringify(ended)].join()
    for (const secret of [TOKEN, SESSION_KEY, PASSWORD]) expect(seen).not.toContain(secret)
    expect(splunk.searches.size).toBe(2)
  })
})

describe('compile -t splunk -f app', () => {
  const excepted = (): string => pack({ 'rules/exceptions/x.yml': exceptionText(-1, 30, { rule: 'key-1-read' }) })
  const made = (folder: string): { readonly file: string; readonly result: Ended } => {
    const result = detpack(['compile', '-t', 'splunk', '-f', 'app', '-o', folder], { cwd: excepted() })
    return { file: path.join(folder, 'detpack-1.2.3.spl'), result }
  }

  it('writes the same bytes each time, with one folder and plain modes', () => {
    const [one, two] = [made(temporaryFolder({})), made(temporaryFolder({}))]
    expect(one.result.code).toBe(0)
    expect(readFileSync(one.file).equals(readFileSync(two.file))).toBe(true)
    const listing = execFileSync('tar', ['tzvf', one.file], { encoding: 'utf8' }).trim().split('\n')
    expect(listing.map((line) => [line.split(/\s+/)[0], line.split(' ').at(-1)])).toEqual([
      ['drwxr-xr-x', 'detpack/'],
      ['-rw-r--r--', 'detpack/README.md'],
      ['drwxr-xr-x', 'detpack/README/'],
      ['-rw-r--r--', 'detpack/README/savedsearches.conf.spec'],
      ['drwxr-xr-x', 'detpack/default/'],
      ...['app', 'eventtypes', 'macros', 'props', 'savedsearches', 'tags'].map((name) => [
        '-rw-r--r--',
        `detpack/default/${name}.conf`,
      ]),
      ['drwxr-xr-x', 'detpack/metadata/'],
      ['-rw-r--r--', 'detpack/metadata/default.meta'],
    ])
  })

  it('brings many values of an exception along as a table', () => {
    const cwd = pack({ 'rules/exceptions/x.yml': exceptionText(-1, 30, { rule: 'key-1-read', values: MANY }) })
    expect(detpack(['compile', '-t', 'splunk', '-f', 'app', '-o', cwd], { cwd }).code).toBe(0)
    const inside = (name: string): string =>
      execFileSync('tar', ['xzfO', path.join(cwd, 'detpack-1.2.3.spl'), `detpack/${name}`], { encoding: 'utf8' })
    expect(inside('default/transforms.conf')).toBe(
      '[detpack_X_h1_values_1]\nfilename = detpack_X_h1_values_1.csv\ncase_sensitive_match = 1\n',
    )
    const table = inside('lookups/detpack_X_h1_values_1.csv').split('\n')
    expect([table.length, table[0], table[1]]).toEqual([503, 'value', '"/opt/backup-0"'])
    detpack(['compile', '-t', 'splunk', '-f', 'conf', '-o', path.join(cwd, 'conf')], { cwd })
    expect(readdirSync(path.join(cwd, 'conf'))).toContain('detpack_X_h1_values_1.csv')
  })

  it('is what a deployment over REST finds unchanged', async () => {
    const folder = temporaryFolder({})
    mkdirSync(path.join(folder, 'out'))
    const { file } = made(folder)
    execFileSync('tar', ['xzf', file, '-C', path.join(folder, 'out')])
    expect(readdirSync(path.join(folder, 'out'))).toEqual(['detpack'])
    const splunk = await startSplunk()
    for (const [name, shelf] of [['savedsearches', splunk.searches] as const, ['macros', splunk.macros] as const])
      for (const stanza of read(readFileSync(path.join(folder, 'out/detpack/default', `${name}.conf`), 'utf8')))
        shelf.set(`detpack ${stanza.name}`, {
          ...stanza,
          acl: {
            app: 'detpack',
            owner: 'nobody',
            sharing: 'global',
            read: ['*'],
            write: ['admin', 'sc_admin'],
            removable: false,
          },
        })
    const env = { DETPACK_SPLUNKD: splunk.url, DETPACK_SPLUNK_TOKEN: TOKEN }
    const { stdout } = await running(['deploy', '--dry-run', '-t', 'splunk'], { cwd: excepted(), env }).ended
    await splunk.close()
    // The catalogue of rules lies in the KV store alone.
    expect(stdout).toContain('1 to create, 6 unchanged')
  })

  it('asks for a folder and a version that apps have', () => {
    expect(detpack(['compile', '-t', 'splunk', '-f', 'app'], { cwd: pack() }).stderr).toContain('-o')
    const cwd = pack({ 'detpack.yml': 'pack: {name: mine, version: one}\n' })
    expect(detpack(['compile', '-t', 'splunk', '-f', 'app', '-o', cwd], { cwd })).toMatchObject({ code: 2 })
  })
})

it('says to an administrator what is to be set up for events', () => {
  const { code, stdout } = detpack(['deploy', 'shipper-key', '-t', 'splunk'], { cwd: pack() })
  expect(code).toBe(0)
  for (const words of ['[detpack]', 'homePath', 'allowed indexes: detpack', 'schedule_search'])
    expect(stdout).toContain(words)
})

/** A configuration file as splunkd reads it and gives it over REST. */
function read(text: string): { readonly name: string; readonly settings: Record<string, string> }[] {
  const renamed: Readonly<Record<string, string>> = {
    enableSched: 'is_scheduled',
    counttype: 'alert_type',
    relation: 'alert_comparator',
    quantity: 'alert_threshold',
  }
  const joined = text.replaceAll('\\\n', '\u0000')
  return joined
    .split(/^\[/m)
    .slice(1)
    .map((stanza) => {
      const [head = '', ...lines] = stanza.split('\n')
      const settings: Record<string, string> = {}
      for (const line of lines) {
        const at = line.indexOf(' = ')
        if (at < 0 || line.startsWith('#')) continue
        const key = line.slice(0, at)
        const value = line.slice(at + 3).replaceAll('\u0000', '\n')
        if (/^action\.[a-z]+$/.test(key))
          settings['actions'] = [settings['actions'], key.slice(7)].filter(Boolean).join(', ')
        else settings[renamed[key] ?? key] = value
      }
      return { name: head.slice(0, head.lastIndexOf(']')), settings }
    })
}
