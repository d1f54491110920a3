import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { readKibanaAlerts, readKibanaCase } from '../../../src/target/elastic/alert-reader.ts'
import { openKibana, type KibanaClient } from '../../../src/target/elastic/kibana-client.ts'

interface Seen {
  readonly method: string
  readonly path: string
  readonly body: JsonObject
}

/** Answers as Kibana's search of signals and its cases are documented to: `hits.hits`, each with `_source` and `sort`. */
async function kibana(count: number): Promise<{ readonly client: KibanaClient; readonly seen: readonly Seen[] }> {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void bodyOf(request).then((text) => {
      const body = (text === '' ? {} : JSON.parse(text)) as JsonObject
      seen.push({ method: request.method ?? '', path: request.url ?? '', body })
      const send = (status: number, answer: unknown): void =>
        void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
      if (request.headers['kbn-xsrf'] === undefined && request.method === 'POST') send(400, { message: 'kbn-xsrf' })
      else if (request.url === '/s/soc/api/cases/c%2F1') send(200, { title: 'Case', tags: ['verdict:duplicate', 3] })
      else if (request.url?.startsWith('/s/soc/api/cases/') === true) send(404, { message: 'gone' })
      else if (request.url === '/s/soc/api/detection_engine/signals/search') send(200, page(body, count))
      else send(404, { message: 'Not Found' })
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const opening = await openKibana({ kibana: { url, login: { kind: 'none' }, space: 'soc' } })
  if (opening.kind === 'failed') throw new Error(opening.diagnostics[0]?.message)
  const { client } = opening
  onTestFinished(async () => {
    await client.close()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return { client, seen }
}

function page({ size, search_after: after }: JsonObject, count: number): unknown {
  const from = Array.isArray(after) ? Number(after[1]) + 1 : 0
  const length = Math.max(0, Math.min(Number(size), count - from))
  const hits = Array.from({ length }, (_, i) => ({ _source: { 'kibana.alert.uuid': from + i }, sort: [1, from + i] }))
  return { hits: { hits } }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const ASKED = { rules: ['r1'], from: '2026-10-01T00:00:00.000Z', to: '2027-01-01T00:00:00.000Z', fields: ['a'] }

it('reads alerts page by page, each once', async () => {
  const { client, seen } = await kibana(2500)
  const ids: unknown[] = []
  for await (const each of readKibanaAlerts(client, ASKED)) {
    if ('code' in each) throw new Error(each.message)
    ids.push(...each.alerts.map((alert) => alert['kibana.alert.uuid']))
  }
  expect(ids).toEqual(Array.from({ length: 2500 }, (_, i) => i))
  expect(seen).toHaveLength(3)
  expect(seen[0]?.body).toEqual({
    query: {
      bool: {
        filter: [
          { terms: { 'kibana.alert.rule.rule_id': ['r1'] } },
          { range: { '@timestamp': { gte: ASKED.from, lt: ASKED.to } } },
        ],
      },
    },
    _source: ['a'],
    sort: [{ '@timestamp': 'asc' }, { 'kibana.alert.uuid': 'asc' }],
    size: 1000,
  })
  expect(seen[1]?.body['search_after']).toEqual([1, 999])
})

it('reads cases, and does not mind one that is gone', async () => {
  const { client } = await kibana(0)
  expect(await readKibanaCase(client, 'c/1')).toEqual({ title: 'Case', tags: ['verdict:duplicate'] })
  expect(await readKibanaCase(client, 'c2')).toBeUndefined()
})
