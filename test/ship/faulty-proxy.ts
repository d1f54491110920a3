import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bodyOf, closeServer, sendJson, urlOf } from './elastic-stand-in.ts'

/**
 * What happens to one `_bulk` on its way. `half`: the second half of the items is not taken (429); `lose`: everything is
 * carried out and the answer is lost.
 */
export type BulkFault = 429 | 503 | 'drop' | 'lose' | 'half'

export interface FaultyProxy {
  readonly url: string
  /** Taken one for each `_bulk`; undefined lets it pass. */
  readonly faults: (BulkFault | undefined)[]
  /** What it answers by itself to a `_bulk` of this text: a status and a page that is not Elasticsearch's. */
  refuse: (text: string) => number | undefined
  readonly close: () => Promise<void>
}

/** Stands before Elasticsearch, real or not, and spoils what it is told to. */
export async function startFaultyProxy(
  behind: string,
  onBulk: (fault: BulkFault | undefined) => Promise<void> = () => Promise.resolve(),
): Promise<FaultyProxy> {
  const faults: (BulkFault | undefined)[] = []
  const proxy: Partial<FaultyProxy> = { faults, refuse: () => undefined }
  const server = createServer((request, response) => {
    void (async () => {
      const text = await bodyOf(request)
      const isBulk = request.url?.includes('/_bulk') === true
      const refused = isBulk ? proxy.refuse?.(text) : undefined
      if (refused !== undefined) {
        response.writeHead(refused, { 'content-type': 'text/html' }).end('<h1>Refused by a gateway</h1>')
        return
      }
      const fault = isBulk ? faults.shift() : undefined
      if (fault === 'drop') return void request.socket.destroy()
      if (fault === 429 || fault === 503) {
        sendJson(response, fault, { error: { reason: 'as the test wants it' } })
        return
      }
      const lines = text.split('\n')
      const kept = fault === 'half' ? 2 * Math.ceil((lines.length - 1) / 4) : lines.length
      const passed = fault === 'half' ? `${lines.slice(0, kept).join('\n')}\n` : text
      const answer = await fetch(`${behind}${request.url ?? ''}`, {
        method: request.method ?? 'GET',
        headers: {
          'content-type': request.headers['content-type'] ?? 'application/json',
          ...(request.headers.authorization !== undefined && { authorization: request.headers.authorization }),
        },
        ...(request.method === 'GET' ? {} : { body: passed }),
      })
      const body = (await answer.json()) as { errors?: boolean; items?: unknown[] }
      if (isBulk) await onBulk(fault)
      if (fault === 'lose') return void request.socket.destroy()
      if (fault === 'half') {
        const left = (lines.length - 1 - kept) / 2
        const busy = { create: { status: 429, error: { type: 'es_rejected_execution_exception', reason: 'busy' } } }
        body.items?.push(...Array.from({ length: left }, () => busy))
        body.errors = true
      }
      sendJson(response, answer.status, body)
    })().catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(proxy, {
    url: urlOf(server.address() as AddressInfo),
    close: () => closeServer(server),
  }) as FaultyProxy
}
