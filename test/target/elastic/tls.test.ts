import { execFileSync } from 'node:child_process'
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

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'])
    return true
  } catch {
    return false
  }
}

describe.skipIf(!hasOpenssl())('a Kibana behind a certificate of its own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-tls-'))
  const certificate = path.join(folder, 'certificate.pem')
  let server: Server
  let asked = 0

  beforeAll(async () => {
    const key = path.join(folder, 'key.pem')
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1']
    const options = [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-days',
      '2',
    ]
    execFileSync('openssl', [...options, '-keyout', key, '-out', certificate, ...subject], { stdio: 'ignore' })
    server = createServer({ key: readFileSync(key), cert: readFileSync(certificate) }, (_, response) => {
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
    expect(summary(planOf(await planWith(certificate)))).toEqual([])
    expect(asked).toBe(4)
  })

  test('is taken unseen where that is asked for', async () => {
    expect(summary(planOf(await planWith(undefined, true)))).toEqual([])
    expect(asked).toBe(8)
  })
})
