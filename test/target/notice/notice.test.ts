import { createSocket } from 'node:dgram'
import { createServer as createHttp, type IncomingMessage } from 'node:http'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, expect, test } from 'vitest'
import type { Diagnostic } from '../../../src/diagnostic/diagnostic.ts'
import { command } from '../../../src/target/notice/command.ts'
import { Notices, type Notice, type Receiver } from '../../../src/target/notice/notice.ts'
import { syslog, syslogMessage } from '../../../src/target/notice/syslog.ts'
import { webhook } from '../../../src/target/notice/webhook.ts'

const PACE = { timeout: 1000, attempts: 3, pause: 1, longestPause: 2 }
const notice = (id: string): Notice => ({ id, rule: 'r1', title: 'Key sent', level: 'high', json: `{"id":"${id}"}` })

const closers: (() => void)[] = []
afterEach(() => closers.splice(0).forEach((close) => close()))

async function handOn(
  receiver: Receiver,
  ...ids: readonly string[]
): Promise<{ readonly notices: Notices; readonly told: readonly Diagnostic[] }> {
  const told: Diagnostic[] = []
  const notices = new Notices([receiver], (found) => told.push(...found), PACE)
  for (const id of ids) notices.push(notice(id))
  await notices.end(5000)
  return { notices, told }
}

/** A server that answers each request with the next status; the last one goes on. */
async function receiving(
  ...statuses: readonly number[]
): Promise<{ readonly url: URL; readonly got: readonly string[]; readonly requests: readonly IncomingMessage[] }> {
  const got: string[] = []
  const requests: IncomingMessage[] = []
  const server = createHttp((request, response) => {
    let text = ''
    request.on('data', (piece: Buffer) => (text += piece.toString('utf8')))
    request.on('end', () => {
      requests.push(request)
      const status = statuses[Math.min(requests.length, statuses.length) - 1] ?? 200
      if (status < 300) got.push(text)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return { url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/hook/secret-part`), got, requests }
}

test('a webhook is given each alert in order, with its id and the token', async () => {
  const { url, got, requests } = await receiving(204)
  const { notices, told } = await handOn(webhook({ url, token: 'tok' }), 'a', 'b')
  expect(got).toEqual(['{"id":"a"}', '{"id":"b"}'])
  expect(requests[0]?.headers).toMatchObject({ 'idempotency-key': 'a', authorization: 'Bearer tok' })
  expect([notices.handed, notices.lost, told]).toEqual([2, 0, []])
})

test.each([429, 500, 503])('a webhook that answers %i is asked again', async (status) => {
  const { url, got } = await receiving(status, 200)
  expect((await handOn(webhook({ url }), 'a')).notices.handed).toBe(1)
  expect(got).toEqual(['{"id":"a"}'])
})

test('what a webhook refuses for good is told as lost, without its secret path', async () => {
  const { url, requests } = await receiving(404)
  const { notices, told } = await handOn(webhook({ url }), 'a')
  expect(requests).toHaveLength(1)
  expect(notices.lost).toBe(1)
  expect(told).toMatchObject([{ code: 'target/not-handed-on', severity: 'warning' }])
  expect(told[0]?.message).toContain('status 404')
  expect(told[0]?.message).not.toContain('secret-part')
})

test('a webhook that is not there is tried a few times, then told', async () => {
  const { told } = await handOn(webhook({ url: new URL('http://127.0.0.1:9/') }), 'a')
  expect(told[0]?.message).toContain('ECONNREFUSED')
})

test('a message of syslog has priority, time, host, program and the alert', () => {
  const text = syslogMessage(notice('a'), new Date('2026-01-01T00:00:00Z'))
  expect(text).toMatch(/^<107>1 2026-01-01T00:00:00\.000Z \S+ detpack \d+ alert - \{"id":"a"\}$/)
  expect(syslogMessage({ ...notice('a'), level: 'critical' }, new Date(0))).toMatch(/^<106>1 /)
})

test('syslog over TCP counts the bytes of each message, and connects anew after a cut', async () => {
  let text = ''
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('data', (piece) => (text += piece.toString('utf8')))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  const receiver = syslog({ transport: 'tcp', host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  expect(await receiver.hand(notice('a'))).toEqual({ value: null, passing: false })
  await expect.poll(() => text).toContain('{"id":"a"}')
  const [length, rest] = [text.slice(0, text.indexOf(' ')), text.slice(text.indexOf(' ') + 1)]
  expect(Number(length)).toBe(Buffer.byteLength(rest))
  sockets[0]?.destroy()
  await new Promise((resolve) => setTimeout(resolve, 50))
  const { notices } = await handOn(receiver, 'b')
  expect(notices.handed).toBe(1)
  await expect.poll(() => text).toContain('{"id":"b"}')
  expect(sockets).toHaveLength(2)
})

test('syslog over UDP sends a datagram for each alert', async () => {
  const socket = createSocket('udp4')
  const got: string[] = []
  socket.on('message', (message) => got.push(message.toString('utf8')))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  closers.push(() => socket.close())
  await handOn(syslog({ transport: 'udp', host: '127.0.0.1', port: socket.address().port }), 'a')
  await expect.poll(() => got.length).toBe(1)
  expect(got[0]).toContain('{"id":"a"}')
})

test('a command gets the alert on its input and no secret of ours, its arguments as they are', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-notice-'))
  closers.push(() => rmSync(folder, { recursive: true }))
  const [program, out] = [path.join(folder, 'program.mjs'), path.join(folder, 'out')]
  writeFileSync(
    program,
    `import { readFileSync, writeFileSync } from 'node:fs'
writeFileSync(process.argv[2], JSON.stringify({ args: process.argv.slice(3), text: readFileSync(0, 'utf8'), env: process.env }))`,
  )
  process.env['DETPACK_ELASTIC_API_KEY'] = 'a-secret'
  closers.push(() => delete process.env['DETPACK_ELASTIC_API_KEY'])
  const { notices } = await handOn(command([process.execPath, program, out, '$(id); `id`', '*']), 'a')
  expect(notices.handed).toBe(1)
  const seen = JSON.parse(readFileSync(out, 'utf8')) as Record<string, unknown>
  expect(seen).toMatchObject({ args: ['$(id); `id`', '*'], text: '{"id":"a"}\n', env: { DETPACK_ALERT_ID: 'a' } })
  expect(JSON.stringify(seen)).not.toContain('a-secret')
})

test.each([
  ['that fails', [process.execPath, '-e', 'process.exit(3)'], 'it ended with 3'],
  ['that is not there', ['/no/such/program'], 'ENOENT'],
])('a command %s is told', async (_, words, why) => {
  const { told, notices } = await handOn(command(words), 'a')
  expect(notices.lost).toBe(1)
  expect(told[0]?.message).toContain(why)
})

test('what still waits at the end is told as lost, not forgotten', async () => {
  const never: Receiver = { name: 'nobody', hand: () => new Promise(() => undefined), close: () => undefined }
  const told: Diagnostic[] = []
  const notices = new Notices([never], (found) => told.push(...found), PACE)
  for (const id of ['a', 'b', 'c']) notices.push(notice(id))
  await notices.end(20)
  expect(notices.lost).toBe(3)
})
