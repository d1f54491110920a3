import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { afterEach, expect, it } from 'vitest'
import { openHttp } from '../../../src/ship/http/http-client.ts'
import { closeServer, urlOf } from '../elastic-stand-in.ts'
import { readyDestination } from '../shipping.ts'

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

it('leaves no connection behind at a proxy that does not answer', async () => {
  const open = new Set<Duplex>()
  const proxy = createServer().on('connect', (_, socket) => {
    open.add(socket)
    socket
      .on('error', () => undefined)
      .on('end', () => socket.end())
      .on('close', () => open.delete(socket))
    socket.resume()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  closing.push(() => closeServer(proxy))
  const destination = await readyDestination({
    ...{ url: 'https://127.0.0.1:9', login: { kind: 'none' } },
    proxy: urlOf(proxy.address() as AddressInfo),
  })
  const client = openHttp(destination, 2, 100)
  for (let attempt = 0; attempt < 3; attempt++)
    expect(await client.send({ method: 'GET', path: '/' })).toEqual({
      kind: 'none',
      reason: 'the proxy does not answer',
    })
  while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 10))
  await client.close()
})
