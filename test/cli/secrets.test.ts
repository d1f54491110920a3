import { readFileSync, readdirSync, statSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { madeLines } from '../ship/made-event.ts'
import { API_KEY, expectNone, plant, PLANTED, RULE, unspoken, type Planted } from './planted.ts'
import { running } from './running.ts'

// A server that says in its errors all it was sent, as it was sent and decoded. What it says is passed on, without the
// secrets in it; and no file that a command leaves holds them.

let server: Server
let url = ''
beforeAll(async () => {
  server = createServer((request, response) => {
    const { authorization = '' } = request.headers
    const decoded = Buffer.from(authorization.split(' ')[1] ?? '', 'base64').toString('utf8')
    const text = `refused ${authorization} which is ${decoded}; ${JSON.stringify(request.rawHeaders)}`
    response.writeHead(400, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
    const inWords = { statusCode: 400, error: { type: text, reason: text }, message: text, text }
    response.end(JSON.stringify({ ...inWords, messages: [{ type: 'ERROR', text }] }))
  })
  server.on('connect', ({ headers }, socket) => {
    socket.end(`HTTP/1.1 407 ${String(headers['proxy-authorization'])}\r\ncontent-length: 0\r\n\r\n`)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => void server.close())

function folderWith(planted: Planted): string {
  const folder = temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\n',
    'rules/detections/a.yml': RULE,
    'events.ndjson': madeLines(3),
  })
  plant(folder, planted)
  return folder
}

/** Runs a command, and looks at all that it said and left behind. */
async function refused(args: readonly string[], planted: Planted, input?: string): Promise<string> {
  const cwd = folderWith(planted)
  const { stdout, stderr } = await unspoken(running(args, { cwd, env: planted.env, ...(input && { input }) }), planted)
  for (const name of readdirSync(cwd, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(cwd, name)
    if (statSync(file).isFile() && !(name in (planted.files ?? {})))
      expectNone(readFileSync(file, 'latin1'), planted.secrets)
  }
  return `${stdout}${stderr}`
}

const DEPLOY = ['deploy', '-t', 'elastic', '--out', 'plan.json', '--format', 'json']
const SHIP = ['ship', '-t', 'elastic', '--spool', 'spool', '--retry', '10ms', '--once', 'events.ndjson']
const WATCH = ['watch', '--from', 'elastic', '--once']
const [FILE, TOKEN, USER] = [PLANTED[1], PLANTED[2], PLANTED[3]] as unknown as [Planted, Planted, Planted]
const STRETCH = ['--from', '2026-01-01T00:00:00Z', '--to', '2026-01-01T01:00:00Z']

const SPLUNK_TOKEN: Planted = {
  ...{ kind: 'a token', env: { DETPACK_SPLUNK_TOKEN: 'planted-splunk-token' }, secrets: ['planted-splunk-token'] },
}
const SPLUNK_SESSION: Planted = {
  ...{ kind: 'a session', env: { DETPACK_SPLUNK_SESSION_KEY: 'planted-session' }, secrets: ['planted-session'] },
}
const SPLUNK_USER: Planted = {
  ...{ kind: 'a user', secrets: USER.secrets },
  env: { DETPACK_SPLUNK_USERNAME: 'anna', DETPACK_SPLUNK_PASSWORD: USER.env['DETPACK_ELASTIC_PASSWORD'] ?? '' },
}

describe('secrets are shown by no command', () => {
  it.each([
    [DEPLOY, API_KEY],
    [DEPLOY, TOKEN],
    [DEPLOY, USER],
    [SHIP, API_KEY],
    [SHIP, TOKEN],
    [SHIP, USER],
    [WATCH, USER],
    [['diff', '-t', 'elastic', '--format', 'json'], FILE],
    [['status', '-t', 'elastic', '--format', 'json'], TOKEN],
    [['rollback', '-t', 'elastic', '--format', 'json'], USER],
    [['destroy', '-t', 'elastic', '--confirm', 'elastic', '--format', 'json'], API_KEY],
    [['deploy', '-t', 'elastic', '--preview', '24h'], USER],
    [['deploy', 'backfill', '-t', 'elastic', ...STRETCH], API_KEY],
    [['deploy', 'shipper-key', '-t', 'elastic', '--to-file', 'made.key'], FILE],
    [['triage', 'pull', '--from', 'elastic'], API_KEY],
    [['test', '--live', 'elastic', '--since', '1d'], USER],
    [['evidence', 'coverage', '--from', 'elastic'], TOKEN],
    [['check', 'host', '-t', 'elastic', '--input', 'events.ndjson', '--within', '1s'], USER],
  ] as const)('%j, %#', async ([...args], planted) => {
    // It was asked, and what it said was passed on.
    const kibana = !['ship', 'watch', 'test', 'evidence'].includes(args[0] ?? '')
    const at = ['--elasticsearch', url, ...(kibana ? ['--kibana', url] : [])]
    expect(await refused([...args, ...at], planted)).toContain('[secret]')
  })

  it.each([
    [['deploy', '-t', 'splunk', '--out', 'plan.json', '--format', 'json'], SPLUNK_TOKEN],
    [['diff', '-t', 'splunk'], SPLUNK_SESSION],
    [['status', '-t', 'splunk', '--format', 'json'], SPLUNK_USER],
    [['rollback', '-t', 'splunk'], SPLUNK_TOKEN],
    [['destroy', '-t', 'splunk', '--confirm', 'splunk'], SPLUNK_SESSION],
    [['deploy', 'backfill', '-t', 'splunk', ...STRETCH], SPLUNK_USER],
    [['triage', 'pull', '--from', 'splunk'], SPLUNK_TOKEN],
    [['check', 'host', '-t', 'splunk', '--input', 'events.ndjson', '--within', '1s'], SPLUNK_SESSION],
  ] as const)('%j, %#', async ([...args], planted) => {
    expect(await refused([...args, '--splunkd', url], planted)).toContain('[secret]')
  })

  it('that reads the key from standard input', async () => {
    const key = API_KEY.env['DETPACK_ELASTIC_API_KEY'] ?? ''
    const args = ['deploy', '-t', 'elastic', '--secret-stdin', '--elasticsearch', url]
    expect(await refused(args, { ...API_KEY, env: {} }, `${key}\n`)).toContain('[secret]')
  })

  it('whose proxy wants a password', async () => {
    const proxy = url.replace('//', '//anna:planted%20proxy%20password@')
    const secrets = ['planted proxy password', 'planted%20proxy%20password']
    const planted: Planted = { kind: 'a proxy', env: { DETPACK_PROXY: proxy, ...API_KEY.env }, secrets }
    expect(await refused(['deploy', '-t', 'elastic', '--kibana', 'http://127.0.0.1:9'], planted)).toContain('target/')
  })

  it('that ships to Splunk', async () => {
    const secrets = ['planted-hec-token']
    const planted: Planted = { kind: 'a token', env: { DETPACK_HEC_TOKEN: 'planted-hec-token' }, secrets }
    const args = [
      'ship',
      '-t',
      'splunk',
      '--collector',
      url,
      '--spool',
      'spool',
      '--retry',
      '10ms',
      '--once',
      'events.ndjson',
    ]
    expect(await refused(args, planted)).toContain('[secret]')
  })

  it('that hands alerts on to a webhook', async () => {
    const env = { DETPACK_WEBHOOK: `${url}/planted-path`, DETPACK_WEBHOOK_TOKEN: 'planted-webhook-token' }
    const planted: Planted = { kind: 'a webhook', env, secrets: ['planted-path', 'planted-webhook-token'] }
    const event = JSON.stringify({
      '@timestamp': '2026-01-01T00:00:00Z',
      event: { id: 'a-1', action: 'file_read', dataset: 'detpack.use' },
    })
    expect(await refused(['watch', '-'], planted, `${event}\n`)).toContain('target/not-handed-on')
  })
})
