import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { planDeployment } from '../../../src/target/deployment.ts'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import { apply, options, PACK, packOf, planOf, summary } from '../deploying.ts'
import { opened, template } from './desired-fixture.ts'

// A deployment to a real Elasticsearch, cut off at each of its writes in turn; then it is run again. What is cut while it
// only reads has written nothing.

const url = inject('elasticsearch')
const NAME = 'detpack-fault-test'
const pack = { ...PACK, name: NAME }
const desired = packOf([
  template('component-template', `${NAME}-settings`, { template: { settings: { number_of_replicas: 0 } } }),
  template('index-template', NAME, {
    ...{ index_patterns: ['logs-detpack.faulttest-*'], priority: 250, data_stream: {} },
    composed_of: [`${NAME}-settings`],
  }),
])

/** Stands before Elasticsearch, and cuts one write, before it is carried out (`drop`) or after (`lose`). */
class Cutter {
  writes = 0
  cut: { readonly at: number; readonly how: 'drop' | 'lose' } | undefined
  readonly server = createServer((request, response) => {
    this.#pass(request, response).catch(() => request.socket.destroy())
  })

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = []
    for await (const piece of request) pieces.push(piece as Buffer)
    const { method = 'GET', url: path = '/', headers } = request
    const isWrite = method !== 'GET' && method !== 'HEAD' && !path.includes('_search')
    const how = isWrite && this.writes++ === this.cut?.at ? this.cut.how : undefined
    if (how === 'drop') return void request.socket.destroy()
    const answer = await fetch(`${url}${path}`, {
      method,
      headers: {
        accept: headers.accept ?? 'application/json',
        'content-type': headers['content-type'] ?? 'application/json',
      },
      ...(pieces.length > 0 && { body: Buffer.concat(pieces) }),
    })
    const body = await answer.text()
    if (how === 'lose') return void request.socket.destroy()
    const type = answer.headers.get('content-type') ?? 'application/json'
    response.writeHead(answer.status, { 'content-type': type, 'x-elastic-product': 'Elasticsearch' }).end(body)
  }
}

describe.skipIf(url === '')('on a real Elasticsearch', () => {
  const cutter = new Cutter()
  const clean = async (): Promise<void> => {
    for (const path of [`_index_template/${NAME}`, `_component_template/${NAME}-settings`])
      await fetch(`${url}/${path}`, { method: 'DELETE' })
  }
  beforeAll(() => new Promise<void>((resolve) => cutter.server.listen(0, '127.0.0.1', resolve)))
  afterAll(async () => {
    cutter.server.closeAllConnections()
    cutter.server.close()
    await clean()
  })

  /** The codes of what went wrong. */
  const deploy = async (): Promise<readonly string[]> => {
    const pace = { timeout: 10_000, attempts: 1, pause: 1, longestPause: 1 }
    const opening = await openElastic({ elasticsearch: { url: cutter.url, login: { kind: 'none' } }, pace })
    if (opening.kind === 'failed') return opening.diagnostics.map(({ code }) => code)
    const planning = await planDeployment(desired, opening.target, options({ pack }))
    const found = planning.kind === 'failed' ? planning : await apply(planning.plan, opening.target)
    await opening.target.close()
    return found.diagnostics.map(({ code }) => code)
  }

  test('whichever write is cut, and whether or not it was carried out, running it again ends right', async () => {
    await clean()
    expect(await deploy()).toEqual([])
    // Two templates, and the receipt before and after; the first receipt of all makes its index as well.
    await clean()
    cutter.writes = 0
    expect(await deploy()).toEqual([])
    const writes = cutter.writes
    expect(writes).toBeGreaterThanOrEqual(4)
    for (let at = 0; at < writes; at++)
      for (const how of ['drop', 'lose'] as const) {
        await clean()
        Object.assign(cutter, { writes: 0, cut: { at, how } })
        await deploy()
        cutter.cut = undefined
        expect(await deploy(), `${how} at write ${at}`).toEqual([])
        const target = await opened({ elasticsearch: { url, login: { kind: 'none' } } })
        const planned = planOf(await planDeployment(desired, target, options({ pack })))
        expect(summary(planned)).toEqual([`unchanged ${NAME}-settings`, `unchanged ${NAME}`])
        await target.close()
      }
  })
})
