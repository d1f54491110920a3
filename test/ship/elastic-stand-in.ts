import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export interface Elastic {
  readonly url: string
  /** Backing indices, oldest first: id → document. */
  readonly backing: Map<string, string>[]
  /** Reason for which a document is refused (400). */
  refuse: (document: string) => string | undefined
  readonly rollOver: () => void
  readonly close: () => Promise<void>
}

/**
 * The few calls of Elasticsearch that shipping makes, answered at once and from memory: for what needs many runs, or
 * speed without the node's. What is claimed of Elasticsearch is proved on the real one.
 *
 * @param keep false to forget the documents: then nothing is ever there already
 */
export async function startElastic(keep = true): Promise<Elastic> {
  const backing = [new Map<string, string>()]
  const elastic: Partial<Elastic> = { backing, refuse: () => undefined, rollOver: () => void backing.push(new Map()) }
  const nameOf = (at: number): string => `.ds-logs-000${at + 1}`

  const bulk = (text: string): unknown => {
    const lines = text.split('\n')
    const items: unknown[] = []
    let errors = false
    const written = backing.at(-1)
    for (let at = 0; at + 1 < lines.length; at += 2) {
      const { create } = JSON.parse(lines[at] ?? '') as { create: { _id: string } }
      const document = lines[at + 1] ?? ''
      const why = elastic.refuse?.(document)
      let item: object = { _index: nameOf(backing.length - 1), status: 201 }
      if (why !== undefined) item = { status: 400, error: { type: 'document_parsing_exception', reason: why } }
      else if (written?.has(create._id) === true)
        item = { status: 409, error: { type: 'version_conflict_engine_exception' } }
      else if (keep) written?.set(create._id, document)
      errors ||= !('_index' in item)
      items.push({ create: item })
    }
    return { errors, items }
  }

  const answer = (method: string, path: string, text: string): [number, unknown] => {
    if (path.startsWith('/_resolve/index/'))
      return [
        200,
        {
          indices: [],
          aliases: [],
          data_streams: [{ name: 'logs', backing_indices: backing.map((_, at) => nameOf(at)) }],
        },
      ]
    if (method === 'POST' && /^\/[^/]+\/_bulk/.test(path)) return [200, bulk(text)]
    const index = /^\/([^/]+)\/_mget/.exec(path)?.[1]
    if (index !== undefined) {
      const documents = backing[backing.findIndex((_, at) => nameOf(at) === index)]
      const { ids } = JSON.parse(text) as { ids: string[] }
      return [200, { docs: ids.map((_id) => ({ _id, found: documents?.has(_id) === true })) }]
    }
    return [404, { error: { reason: `no such path ${path}` } }]
  }

  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const [status, body] = answer(request.method ?? '', request.url ?? '/', text)
      sendJson(response, status, body)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(elastic, {
    url: urlOf(server.address() as AddressInfo),
    close: () => closeServer(server),
  }) as Elastic
}

export function urlOf({ port }: AddressInfo): string {
  return `http://127.0.0.1:${port}`
}

export async function closeServer(server: ReturnType<typeof createServer>): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = []
  for await (const piece of request) pieces.push(piece as Buffer)
  const whole = Buffer.concat(pieces)
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(whole) : whole).toString('utf8')
}

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' })
  response.end(JSON.stringify(body))
}
