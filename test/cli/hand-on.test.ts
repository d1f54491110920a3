import { readFileSync } from 'node:fs'
import { createServer as createHttp, type IncomingHttpHeaders } from 'node:http'
import { createServer, type AddressInfo, type Server } from 'node:net'
import path from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { RULE } from './planted.ts'
import { running } from './running.ts'

// Alerts that a watch hands on, to everybody at once.

const servers: { readonly close: () => unknown }[] = []
afterEach(() => {
  for (const each of servers.splice(0)) each.close()
})

async function portOf(server: Server): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const EVENT = JSON.stringify({
  '@timestamp': '2026-01-01T00:00:00Z',
  event: { id: 'a-1', action: 'file_read', dataset: 'detpack.use' },
})

it('gives an alert to a webhook that is busy at first, to syslog and to a command', async () => {
  const asked: IncomingHttpHeaders[] = []
  const bodies: string[] = []
  const web = createHttp((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString()))
    request.on('end', () => {
      bodies.push(text)
      response.writeHead(asked.push(request.headers) === 1 ? 503 : 204).end()
    })
  })
  let logged = ''
  const syslog = createServer((socket) => void socket.on('data', (piece) => (logged += piece.toString())))
  const cwd = temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\n',
    'rules/detections/a.yml': RULE,
    'take.mjs': `import { readFileSync, writeFileSync } from 'node:fs'
writeFileSync('taken.json', JSON.stringify({ args: process.argv.slice(2), alert: JSON.parse(readFileSync(0, 'utf8')) }))`,
  })
  const url = `http://127.0.0.1:${await portOf(web)}/hook`
  const to = ['--webhook', url, '--syslog', `tcp://127.0.0.1:${await portOf(syslog)}`]
  const args = ['watch', '--no-keep', ...to, '--command', process.execPath, 'take.mjs', '$(id)', '--', '-']
  const { code, stderr } = await running(args, { cwd, input: `${EVENT}\n`, env: { DETPACK_WEBHOOK_TOKEN: 'tok' } })
    .ended
  expect(stderr).toMatch(/3 alerts handed on\n/)
  expect(code).toBe(0)
  expect(asked.map(({ authorization }) => authorization)).toEqual(['Bearer tok', 'Bearer tok'])
  expect(new Set(asked.map((headers) => headers['idempotency-key'])).size).toBe(1)
  const alert: unknown = JSON.parse(bodies[1] ?? '')
  expect(alert).toMatchObject({
    rule: { name: 'key-read', level: 'high' },
    steps: [{ event: { event: { id: 'a-1' } } }],
  })
  expect(logged).toContain(bodies[1])
  const taken: unknown = JSON.parse(readFileSync(path.join(cwd, 'taken.json'), 'utf8'))
  expect(taken).toEqual({ args: ['$(id)'], alert })
})
