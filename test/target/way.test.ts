import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createProxy, type Server as Proxy } from 'node:http'
import { createServer, type Server } from 'node:https'
import { connect, type AddressInfo, type Server as AnyServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { TLSSocket } from 'node:tls'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Destination } from '../../src/target/destination.ts'
import { openElastic } from '../../src/target/elastic/elastic-target.ts'
import { openSplunk } from '../../src/target/splunk/splunk-target.ts'
import { certificate, hasOpenssl } from './openssl.ts'

// The way to a server that wants to see a certificate, and through a proxy that wants a password; by each of the clients.

const PACE = { timeout: 5000, attempts: 1, pause: 1, longestPause: 1 }
/** Enough for each server to be taken for one of its kind. */
const ANSWER = {
  version: { number: '9.1.0' },
  entry: [{ name: 'x', acl: {}, content: { version: '9.4.1', disabled: false } }],
}

const OPENERS: Readonly<Record<string, (to: Destination) => Promise<{ readonly kind: 'open' | 'failed' }>>> = {
  Kibana: async (to) => closed(await openElastic({ kibana: { ...to, space: 'default' }, pace: PACE })),
  Elasticsearch: async (to) => closed(await openElastic({ elasticsearch: to, pace: PACE })),
  Splunk: async (to) => closed(await openSplunk({ splunkd: to, app: 'detpack', pace: PACE }, 'splunk', 'index=main')),
}

async function closed<T extends { readonly kind: string }>(
  opening: T & { readonly target?: { readonly close: () => Promise<void> } },
): Promise<T> {
  await opening.target?.close()
  return opening
}

const address = (server: AnyServer): string => `127.0.0.1:${(server.address() as AddressInfo).port}`

describe.skipIf(!hasOpenssl())('the way to a server', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-way-'))
  const sockets = new Set<Socket>()
  let server: Server
  let proxy: Proxy
  let shown: string[] = []
  let through: (string | undefined)[] = []

  let files: { readonly server: string; readonly own: { readonly key: string; readonly cert: string } }
  beforeAll(async () => {
    const [theirs, own] = [certificate(folder, 'localhost'), certificate(folder, 'deployer')]
    files = { server: theirs.cert, own }
    const options = {
      ...{ key: readFileSync(theirs.key), cert: readFileSync(theirs.cert), ca: readFileSync(own.cert) },
      ...{ requestCert: true, rejectUnauthorized: true },
    }
    server = createServer(options, (request, response) => {
      if (request.socket instanceof TLSSocket) shown.push(request.socket.getPeerCertificate().subject.CN as string)
      const lacking = /_ilm|_ingest/.test(request.url ?? '')
      response.writeHead(lacking ? 404 : 200, {
        'content-type': 'application/json',
        'x-elastic-product': 'Elasticsearch',
      })
      response.end(JSON.stringify(lacking ? {} : ANSWER))
    })
    proxy = createProxy()
    proxy.on('connect', (request, socket) => {
      through.push(request.headers['proxy-authorization'])
      const [host = '', port = ''] = (request.url ?? '').split(':')
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
        onward.pipe(socket).pipe(onward)
      })
      sockets.add(onward)
      onward.on('error', () => socket.destroy())
      socket.on('error', () => onward.destroy())
    })
    for (const each of [server, proxy]) {
      each.on('connection', (socket: Socket) => sockets.add(socket))
      await new Promise<void>((resolve) => each.listen(0, '127.0.0.1', resolve))
    }
  })
  beforeEach(() => {
    shown = []
    through = []
  })
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
    proxy.close()
    rmSync(folder, { recursive: true })
  })

  const to = (more: Partial<Destination> = {}): Destination => ({
    ...{ url: `https://${address(server)}`, login: { kind: 'none' }, caFile: files.server },
    ...more,
  })
  const shows = (): Partial<Destination> => ({ certificate: { file: files.own.cert, keyFile: files.own.key } })

  it.each(Object.entries(OPENERS))('shows %s the certificate of this side', async (_, open) => {
    expect(await open(to(shows()))).toMatchObject({ kind: 'open' })
    expect(new Set(shown)).toEqual(new Set(['deployer']))
  })

  it.each(Object.entries(OPENERS))('is not open to %s without it, and that is told', async (_, open) => {
    expect(await open(to())).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unreachable' }] })
    expect(shown).toEqual([])
  })

  it.each(Object.entries(OPENERS))('goes through a proxy to %s, whose certificate still counts', async (_, open) => {
    const way = { ...shows(), proxy: `http://anna:pass%20word@${address(proxy)}` }
    expect(await open(to(way))).toMatchObject({ kind: 'open' })
    expect(new Set(shown)).toEqual(new Set(['deployer']))
    const asked = `Basic ${Buffer.from('anna:pass word').toString('base64')}`
    expect(new Set(through)).toEqual(new Set([asked]))
    expect(await open(to({ ...way, caFile: files.own.cert }))).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/unreachable' }],
    })
  })
})
