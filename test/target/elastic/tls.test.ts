import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { planDeployment } from '../../../src/target/deployment.ts'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import type { Planning } from '../../../src/target/plan.ts'
import { options, packOf, planOf, summary } from '../deploying.ts'
import { certificate, hasOpenssl } from '../openssl.ts'

describe.skipIf(!hasOpenssl())('a Kibana behind a certificate of its own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-tls-'))
  const ca = path.join(folder, 'localhost.pem')
  let server: Server
  let asked = 0

  beforeAll(async () => {
    const { key } = certificate(folder, 'localhost')
    server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (_, response) => {
      asked++
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ page: 1, perPage: 100, total: 0, data: [] }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })

  const planWith = async (caFile?: string, insecure = false): Promise<Planning> => {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const login = { kind: 'api-key', key: 'a2V5' } as const
    const kibana = { url, login, insecure, ...(caFile !== undefined && { caFile }) }
    const opening = await openElastic({ kibana })
    return opening.kind === 'failed' ? opening : planDeployment(packOf([]), opening.target, options())
  }

  test('is not trusted, sees no request, and the hint says what to do', async () => {
    const planning = await planWith()
    expect(planning).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/unreachable', hint: expect.stringContaining('CA file') as string }],
    })
    expect(asked).toBe(0)
  })

  test('is trusted when the certificate is named', async () => {
    expect(summary(planOf(await planWith(ca)))).toEqual([])
    expect(asked).toBe(4)
  })

  test('is taken unseen where that is asked for', async () => {
    expect(summary(planOf(await planWith(undefined, true)))).toEqual([])
    expect(asked).toBe(8)
  })
})
