import { execFileSync, spawnSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer as createHttp, get, type Server } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { bodyOf, closeServer, sendJson, startElastic, urlOf, type Elastic } from '../ship/elastic-stand-in.ts'
import { HEC_TOKEN, startHec } from '../ship/hec-stand-in.ts'
import { madeEvent, madeLines } from '../ship/made-event.ts'
import { spoolIn } from '../ship/shipping.ts'
import { smallDisk } from '../ship/small-disk.ts'
import { running, type Running } from './running.ts'
import { certificate, hasOpenssl } from '../target/openssl.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

async function elasticHere(): Promise<Elastic> {
  const elastic = await startElastic()
  closing.push(elastic.close)
  return elastic
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => closeServer(server))
  return urlOf(server.address() as AddressInfo)
}

interface Place {
  readonly folder: string
  readonly spool: string
  readonly events: string
}

/** A folder without a pack, with some events in it. */
function place(count = 20, more: Readonly<Record<string, string>> = {}): Place {
  const folder = temporaryFolder({ 'events.ndjson': madeLines(count), ...more })
  return { folder, spool: path.join(folder, 'spool'), events: path.join(folder, 'events.ndjson') }
}

function ship(
  { folder, spool, events }: Place,
  url: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Running {
  const given = [
    'ship',
    '-t',
    'elastic',
    '--elasticsearch',
    url,
    '--spool',
    spool,
    '--every',
    '50ms',
    '--retry',
    '10ms',
    ...args,
  ]
  return running([...given, events], { cwd: folder, env })
}

const once = (
  where: Place,
  url: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Running['ended'] => ship(where, url, ['--once', ...args], env).ended

/** Everything that lies below a folder, as one text. */
function contents(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(path.join(folder, name)).isFile())
    .map((name) => readFileSync(path.join(folder, name), 'latin1'))
    .join('\n')
}

describe('ship', () => {
  it('delivers a file, and later only what has come since', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    expect(await once(where, elastic.url)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('20 delivered') as string,
    })
    appendFileSync(where.events, madeLines(5, {}, 21))
    expect((await once(where, elastic.url)).stderr).toContain('5 events taken, 5 delivered')
    expect(elastic.backing[0]?.size).toBe(25)
  })

  it('takes events from standard input, and ends with it', async () => {
    const [elastic, { folder, spool }] = [await elasticHere(), place()]
    const args = ['ship', '-t', 'elastic', '--elasticsearch', elastic.url, '--spool', spool]
    const { code } = await running(args, {
      cwd: folder,
      input: `${madeLines(30)}{"detpack":{"watermark":"2026-01-01T00:00:00Z"}}\n`,
    }).ended
    expect([code, elastic.backing[0]?.size]).toEqual([0, 30])
  })

  it('says no when something was not delivered: lines that are no event, and events that are refused', async () => {
    const [elastic, where] = [await elasticHere(), place(3)]
    appendFileSync(where.events, `nonsense\n${JSON.stringify(madeEvent(4, { more: 'poison' }))}\n`)
    elastic.refuse = (document) => (document.includes('poison') ? 'mapper_parsing_exception' : undefined)
    const { code, stderr } = await once(where, elastic.url)
    expect([code, elastic.backing[0]?.size]).toEqual([1, 3])
    expect(stderr).toContain('event/broken-json')
    expect(stderr).toContain('1 lines that are no event, 1 dead letters')
  })

  it('sends what the rules of the pack can use, and everything when it is told to', async () => {
    const [elastic, where] = [await elasticHere(), place(0, { 'detpack.yml': 'rules: [rules]\nmapping: none\n' })]
    execFileSync('mkdir', [path.join(where.folder, 'rules')])
    const rule =
      'title: Read\nid: 3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0011\nlogsource: {category: test}\ndetection: {s: {event.action: file_read}, condition: s}\n'
    writeFileSync(path.join(where.folder, 'rules/a.yml'), rule)
    appendFileSync(
      where.events,
      madeLines(4) + madeLines(6, { action: 'file_write' }, 5) + madeLines(1, { action: 'sensor_health' }, 11),
    )
    const rehearsed = await once(where, elastic.url, ['--dry-run'])
    expect(rehearsed).toMatchObject({ code: 0, stdout: expect.stringContaining('of 11 events') as string })
    expect(rehearsed.stdout).toContain('5 would be sent')
    expect([existsSync(where.spool), elastic.backing[0]?.size]).toEqual([false, 0])
    expect((await once(where, elastic.url)).stderr).toContain('6 not needed by a rule')
    expect(elastic.backing[0]?.size).toBe(5)
    await once({ ...where, spool: `${where.spool}-2` }, (await elasticHere()).url, ['--all'])
    writeFileSync(path.join(where.folder, 'rules/a.yml'), 'title: [')
    expect(await once(where, elastic.url)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing is shipped') as string,
    })
  })

  it('leaves out what only rules can use that the target is not given', async () => {
    const rule = (name: string, status: string): string =>
      `title: ${name}\nname: ${name}\nstatus: ${status}\nlogsource: {product: linux}\n` +
      `detection: {selection: {event.action: ${name}}, condition: selection}\n`
    const files = {
      'detpack.yml': 'rules: [rules]\nmapping: none\ntargets: {elastic: {rules: {experimental: none}}}\n',
      'rules/a.yml': `${rule('kept', 'test')}---\n${rule('tried', 'experimental')}---\n${rule('old', 'deprecated')}`,
    }
    const where = place(0, files)
    for (const [at, action] of ['kept', 'tried', 'old'].entries())
      appendFileSync(where.events, madeLines(1, { action }, at + 1))
    const [elastic, wider] = [await elasticHere(), await elasticHere()]
    expect((await once(where, elastic.url)).stderr).toContain('what 1 rule of the pack can use is sent')
    expect([...(elastic.backing[0]?.values() ?? [])].map((text) => /"action":"(\w+)"/.exec(text)?.[1])).toEqual([
      'kept',
    ])
    // One that is deployed switched off may be switched on there.
    writeFileSync(path.join(where.folder, 'detpack.yml'), 'rules: [rules]\nmapping: none\n')
    expect((await once({ ...where, spool: `${where.spool}-2` }, wider.url)).stderr).toContain(
      'what 2 rules of the pack',
    )
  })

  it('ships to Splunk, and says what a token without acknowledgement means', async () => {
    const hec = await startHec()
    closing.push(hec.close)
    const { folder, spool, events } = place()
    const args = ['ship', '-t', 'splunk', '--collector', hec.url, '--spool', spool, '--once']
    const env = { DETPACK_HEC_TOKEN: HEC_TOKEN }
    const { code, stderr } = await running([...args, events], { cwd: folder, env }).ended
    expect([code, hec.ids.length]).toEqual([0, 20])
    expect(stderr).toContain('the token has no indexer acknowledgement')
    const strict = await running([...args, '--require-ack', events], { cwd: folder, env }).ended
    appendFileSync(events, madeLines(1, {}, 21))
    expect(strict.code).toBe(0)
    const refused = await running([...args, '--require-ack', events], { cwd: folder, env }).ended
    expect([refused.code, hec.ids.length]).toEqual([3, 20])
  })
})

describe('what is wrong with a target', () => {
  it('leaves everything in the spool, is said, and ends with 3; later it is all delivered', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    const nobody = await once(where, 'http://127.0.0.1:9')
    expect(nobody).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('cannot be reached: ECONNREFUSED') as string,
    })
    const page = await listen(createHttp((_, response) => response.end('<html>It works</html>')))
    expect((await once(where, page)).stderr).toContain('it does not say that it is Elasticsearch')
    const key = 'c2VjcmV0OnZlcnkgc2VjcmV0'
    const stranger = await listen(
      createHttp((request, response) =>
        sendJson(response, 401, { error: { reason: `unknown key ${String(request.headers.authorization)}` } }),
      ),
    )
    const denied = await once(where, stranger, [], { DETPACK_ELASTIC_API_KEY: key })
    expect(denied).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('does not accept the credentials') as string,
    })
    expect(denied.stderr).not.toContain(key)
    elastic.refuse = () => 'strict_dynamic_mapping_exception'
    expect(await once(where, elastic.url)).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('takes none of 20 events') as string,
    })
    elastic.refuse = () => undefined
    expect((await once(where, elastic.url)).code).toBe(0)
    expect(elastic.backing[0]?.size).toBe(20)
  })

  it.each([
    [['--elasticsearch', 'http://ann:secret@127.0.0.1'], {}, 'holds credentials'],
    [['--elasticsearch', 'ftp://127.0.0.1'], {}, 'must be an http or https address'],
    [['--elasticsearch', 'http://[::ffff:127.0.0.1]:9'], {}, 'over plain http'],
    [['--elasticsearch', 'https://127.0.0.1', '--ca-file', '/nowhere'], {}, 'cannot be read'],
    [['--elasticsearch', 'https://127.0.0.1', '--certificate', '/nowhere'], {}, 'needs its key'],
    [['--proxy', 'http://ann:secret@127.0.0.1'], {}, 'DETPACK_PROXY'],
    [[], { DETPACK_ELASTIC_API_KEY_FILE: '/nowhere' }, 'secret file'],
    [['--rare', 'much'], {}, '64MB'],
    [['--metrics', 'here'], {}, 'file:PATH'],
  ])('that could not even be tried ends with 2: %j %j', async (args, env, words) => {
    const where = place()
    const { code, stderr } = await once(where, 'http://127.0.0.1:9', args, env)
    expect([code, stderr.includes('secret@')]).toEqual([2, false])
    expect(stderr).toContain(words)
  })

  it('warns of plain http to another address, where it was allowed', async () => {
    const where = place()
    const { stderr } = await once(where, 'http://[::ffff:127.0.0.1]:9', ['--insecure-http'])
    expect(stderr).toContain('WARNING')
  })
})

describe('what is wrong with a spool', () => {
  it.each(['newer', 'none', 'in use', 'not named'])('is said and ends with 2: %s', async (what) => {
    const where = place()
    const spool = await spoolIn(where.spool)
    if (what !== 'in use') spool.close()
    if (what === 'newer')
      execFileSync(process.execPath, [
        '-e',
        `new (require('libsql'))(process.argv[1]).exec('PRAGMA user_version = 9')`,
        path.join(where.spool, 'spool.db'),
      ])
    if (what === 'none') writeFileSync(path.join(where.spool, 'spool.db'), 'x'.repeat(5000))
    const args = ['ship', '-t', 'elastic', '--elasticsearch', 'http://127.0.0.1:9', '--once', where.events]
    const { code, stderr } = await running(what === 'not named' ? args : [...args, '--spool', where.spool], {
      cwd: where.folder,
    }).ended
    const words = {
      newer: 'made by a newer detpack',
      none: 'is no spool',
      'in use': 'another process',
      'not named': 'no folder for the spool',
    }
    expect(code).toBe(2)
    expect(stderr).toContain(words[what as keyof typeof words])
    if (what === 'in use') spool.close()
  })
})

describe('a full disk', () => {
  const disk = smallDisk(12)

  it.skipIf(disk === undefined)('is said, and nothing is lost that it has no room for', async () => {
    if (disk === undefined) return
    try {
      const [elastic, where] = [await elasticHere(), { ...place(6000), spool: path.join(disk.folder, 'spool') }]
      const filler = path.join(disk.folder, 'filler')
      const fill = (rest: number): void => {
        const { bavail, bsize } = statfsSync(disk.folder)
        writeFileSync(filler, Buffer.alloc(bavail * bsize - rest))
      }
      fill(0)
      expect(await once(where, elastic.url)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('no room on the disk') as string,
      })
      rmSync(filler)
      fill(1e6)
      // The target is away, so that the spool fills.
      const service = ship(where, 'http://127.0.0.1:9')
      await service.until('ship/disk-full')
      expect(await service.until('NO ROOM ON THE DISK')).toContain('the source waits')
      rmSync(filler)
      service.child.kill('SIGTERM')
      await service.ended
      expect(await once(where, elastic.url)).toMatchObject({ code: 0 })
      expect(elastic.backing[0]?.size).toBe(6000)
    } finally {
      disk.remove()
    }
  })
})

describe('as a service', () => {
  it('listens on a socket, sends what is there at SIGTERM, and ends with 0', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    const socket = path.join(where.folder, 'events.sock')
    const service = ship({ ...where, events: `unix:${socket}` }, elastic.url, ['--flush', '1h'])
    await service.until(/spool empty\n/)
    expect(statSync(socket).mode & 0o777).toBe(0o600)
    await new Promise<void>((resolve) => {
      const sensor = connect(socket, () => sensor.end(madeLines(50), () => resolve()))
    })
    await service.until('50 events taken')
    expect(elastic.backing[0]?.size).toBe(0)
    service.child.kill('SIGTERM')
    expect(await service.ended).toMatchObject({ code: 0 })
    expect(elastic.backing[0]?.size).toBe(50)
  })

  it('reads its configuration anew at SIGHUP, all or nothing', async () => {
    const [first, second] = [await elasticHere(), await elasticHere()]
    const configured = (url: string, ship = 'metrics: "file:ship.prom"'): string =>
      `targets: {elastic: {elasticsearch: "${url}"}}\nrules: [rules]\nship: {${ship}}\n`
    const where = place(5, { 'detpack.yml': configured(first.url) })
    const reloaded = (text: string, words: string): Promise<string> => {
      writeFileSync(path.join(where.folder, 'detpack.yml'), text)
      service.child.kill('SIGHUP')
      return service.until(words)
    }
    const service = running(
      ['ship', '-t', 'elastic', '--all', '--spool', where.spool, '--every', '50ms', where.events],
      { cwd: where.folder },
    )
    await service.until('5 delivered')
    expect(await reloaded(configured('nowhere'), 'not reloaded')).toContain('must be an http or https address')
    await reloaded(configured(second.url, 'bulk: 9MB'), 'another metrics below ship takes a restart')
    appendFileSync(where.events, madeLines(5, {}, 6))
    await service.until('10 delivered')
    await reloaded(configured(second.url, 'metrics: "file:ship.prom", bulk: 9MB'), '\nreloaded')
    appendFileSync(where.events, madeLines(5, {}, 11))
    await service.until('15 delivered')
    service.child.kill('SIGTERM')
    await service.ended
    expect([first.backing[0]?.size, second.backing[0]?.size]).toEqual([10, 5])
    expect(readFileSync(path.join(where.folder, 'ship.prom'), 'utf8')).toContain('budget_bytes{lane="bulk"} 9000000\n')
  })

  it('tells Prometheus how it is, in a file and on a socket', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    const file = path.join(where.folder, 'ship.prom')
    await once(where, elastic.url, ['--metrics', `file:${file}`])
    const text = readFileSync(file, 'utf8')
    expect(text).toContain('\ndetpack_ship_delivered_total 20\n')
    expect(text).toMatch(/detpack_ship_spool_bytes\{lane="rare"\} 0\n/)
    const socket = path.join(where.folder, 'metrics.sock')
    const service = ship(where, elastic.url, ['--metrics', `unix:${socket}`])
    await service.until('spool empty')
    const asked = await new Promise<string>((resolve) =>
      get({ socketPath: socket, path: '/metrics' }, (answer) => void bodyOf(answer).then(resolve)),
    )
    expect(asked).toContain('detpack_ship_up 1')
    service.child.kill('SIGTERM')
    await service.ended
  })

  const receiver = `import os,socket,sys
s=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM); s.bind(sys.argv[1]); s.settimeout(20)
print('bound',flush=True)
while True:
  text=s.recv(4096).decode()
  if 'STOPPING' in text: print(text,flush=True); break
  if text.strip(): print(text,flush=True)`
  const hasTools = ['systemd-notify --version', 'python3 --version'].every((line) => {
    const [program = '', ...args] = line.split(' ')
    return spawnSync(program, args).status === 0
  })

  it.skipIf(!hasTools)('tells systemd that it is ready, alive and stopping', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    const socket = path.join(where.folder, 'notify')
    const script = path.join(where.folder, 'receive.py')
    writeFileSync(script, receiver)
    const { spawn } = await import('node:child_process')
    const systemd = spawn('python3', [script, socket])
    let heard = ''
    systemd.stdout.on('data', (piece: Buffer) => (heard += piece.toString()))
    while (!heard.includes('bound')) await new Promise((resolve) => setTimeout(resolve, 10))
    const service = ship(where, elastic.url, [], { NOTIFY_SOCKET: socket, WATCHDOG_USEC: '400000' })
    while (!heard.includes('WATCHDOG=1') || !heard.includes('20 delivered'))
      await new Promise((resolve) => setTimeout(resolve, 10))
    service.child.kill('SIGTERM')
    await new Promise((resolve) => systemd.on('close', resolve))
    await service.ended
    expect(heard).toContain('READY=1')
    expect(heard).toContain('STATUS=20 events taken, 20 delivered, spool empty')
    expect(heard).toContain('STOPPING=1')
  })
})

describe('secrets', () => {
  it('are found in no output, spool or dead letter, wherever they come from', async () => {
    const where = place(5, { key: 'ZmlsZS1rZXk6ZnJvbS1hLWZpbGU=\n' })
    chmodSync(path.join(where.folder, 'key'), 0o600)
    const seen: (string | undefined)[] = []
    const url = await listen(
      createHttp((request, response) => {
        seen.push(request.headers.authorization)
        sendJson(response, 403, { error: { reason: `may not: ${String(request.headers.authorization)}` } })
      }),
    )
    const secrets = [
      'ZW52OmZyb20tdGhlLWVudmlyb25tZW50',
      'ZmlsZS1rZXk6ZnJvbS1hLWZpbGU=',
      'planted-password',
      'planted-proxy-password',
    ]
    const runs = [
      await once(where, url, [], { DETPACK_ELASTIC_API_KEY: secrets[0] ?? '' }),
      await once(where, url, [], { DETPACK_ELASTIC_API_KEY_FILE: path.join(where.folder, 'key') }),
      await once(where, url, [], { DETPACK_ELASTIC_USERNAME: 'ann', DETPACK_ELASTIC_PASSWORD: secrets[2] ?? '' }),
      await once(where, 'http://127.0.0.1:9', [], { DETPACK_PROXY: `http://ann:${secrets[3] ?? ''}@127.0.0.1:9` }),
    ]
    expect(runs.map((one) => one.code)).toEqual([3, 3, 3, 3])
    expect(new Set(seen)).toEqual(
      new Set([
        `ApiKey ${secrets[0] ?? ''}`,
        `ApiKey ${secrets[1] ?? ''}`,
        `Basic ${Buffer.from('ann:planted-password').toString('base64')}`,
      ]),
    )
    const left = runs.map((one) => one.stdout + one.stderr).join('') + contents(where.spool)
    for (const secret of [...secrets, Buffer.from('ann:planted-password').toString('base64')])
      expect(left).not.toContain(secret)
  })
})

describe.skipIf(!hasOpenssl())('over TLS', () => {
  /** One whose time is long over: OpenSSL sets such times for an authority only, so it is one of its own. */
  function expiredCertificate(folder: string): { readonly key: string; readonly cert: string } {
    const files = certificate(folder, 'expired')
    const [request, config] = [path.join(folder, 'expired.csr'), path.join(folder, 'ca.cnf')]
    writeFileSync(path.join(folder, 'index.txt'), '')
    writeFileSync(
      config,
      `[ca]\ndefault_ca = d\n[d]\ndatabase = ${folder}/index.txt\nnew_certs_dir = ${folder}\nrand_serial = yes\n` +
        'default_md = sha256\npolicy = p\nx509_extensions = e\n[p]\ncommonName = supplied\n[e]\nsubjectAltName = IP:127.0.0.1\n',
    )
    const quiet = { stdio: 'ignore' } as const
    execFileSync('openssl', ['req', '-new', '-key', files.key, '-out', request, '-subj', '/CN=expired'], quiet)
    const times = ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z', '-notext']
    const own = ['-keyfile', files.key, '-in', request, '-out', files.cert]
    execFileSync('openssl', ['ca', '-batch', '-selfsign', '-config', config, ...times, ...own], quiet)
    return files
  }

  async function secured(
    elastic: Elastic,
    files: { key: string; cert: string },
    more: ServerOptions = {},
  ): Promise<string> {
    const server = createHttps(
      { key: readFileSync(files.key), cert: readFileSync(files.cert), ...more },
      (request, response) => {
        void bodyOf(request).then(async (text) => {
          const body = request.method === 'GET' ? {} : { body: text }
          const answer = await fetch(`${elastic.url}${request.url ?? ''}`, { method: request.method ?? 'GET', ...body })
          sendJson(response, answer.status, await answer.json())
        })
      },
    )
    return (await listen(server)).replace('http:', 'https:')
  }

  it('trusts the authority that is named, and no other, and no certificate that has expired', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    const files = certificate(where.folder, 'localhost')
    const url = await secured(elastic, files)
    expect(await once(where, url)).toMatchObject({ code: 3, stderr: expect.stringContaining('CA file') as string })
    const expired = expiredCertificate(where.folder)
    const old = await secured(elastic, expired)
    expect(await once(where, old, ['--ca-file', expired.cert])).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('CERT_HAS_EXPIRED') as string,
    })
    expect((await once(where, url, ['--ca-file', files.cert])).code).toBe(0)
    expect(elastic.backing[0]?.size).toBe(20)
  })

  it('shows its own certificate, and goes through a proxy', async () => {
    const [elastic, where] = [await elasticHere(), place()]
    const [files, client] = [certificate(where.folder, 'localhost'), certificate(where.folder, 'shipper')]
    const url = await secured(elastic, files, {
      requestCert: true,
      rejectUnauthorized: true,
      ca: readFileSync(client.cert),
    })
    const asked: string[] = []
    const proxy = createHttp()
    proxy.on('connect', (request, socket) => {
      asked.push(`${request.url ?? ''} ${String(request.headers['proxy-authorization'])}`)
      const [, port = ''] = (request.url ?? '').split(':')
      const onward = connect(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        onward.pipe(socket).pipe(onward)
      })
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    const through = (await listen(proxy)).replace('http://', 'http://ann:pass@')
    const trust = ['--ca-file', files.cert]
    expect((await once(where, url, trust)).code).toBe(3)
    const own = ['--certificate', client.cert, '--certificate-key', client.key]
    const brought = await once(where, url, [...trust, ...own], { DETPACK_PROXY: through })
    expect(brought.code).toBe(0)
    expect(brought.stderr).not.toContain('Warning')
    const elsewhere = url.replace('127.0.0.1', '127.0.0.2')
    appendFileSync(where.events, madeLines(1, {}, 21))
    expect(await once(where, elsewhere, [...trust, ...own], { DETPACK_PROXY: through })).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') as string,
    })
    expect(elastic.backing[0]?.size).toBe(20)
    expect(new Set(asked)).toEqual(
      new Set(
        [url, elsewhere].map(
          (one) => `${one.replace('https://', '')} Basic ${Buffer.from('ann:pass').toString('base64')}`,
        ),
      ),
    )
  })
})
