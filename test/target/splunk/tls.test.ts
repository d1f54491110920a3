import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSplunk, type TargetOpening } from '../../../src/target/splunk/splunk-target.ts'
import { PACE } from './desired-fixture.ts'
import { certificate, hasOpenssl } from '../openssl.ts'

// splunkd comes with a certificate of its own.
describe.skipIf(!hasOpenssl())('a Splunk behind a certificate of its own', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'detpack-splunk-tls-'))
  const ca = path.join(folder, 'localhost.pem')
  let server: Server
  let asked = 0

  beforeAll(async () => {
    const { key } = certificate(folder, 'localhost')
    server = createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (_, response) => {
      asked++
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ entry: [{ name: 'x', acl: {}, content: { version: '9.4.1', disabled: false } }] }))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })

  const open = async (caFile?: string, insecure = false): Promise<TargetOpening> => {
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
    const login = { kind: 'bearer', token: 'token' } as const
    const splunkd = { url, login, insecure, ...(caFile !== undefined && { caFile }) }
    const opening = await openSplunk({ splunkd, app: 'detpack', pace: PACE }, 'splunk', 'index=main')
    if (opening.kind === 'open') await opening.target.close()
    return opening
  }

  test('is not trusted, sees no request, and the hint says what to do', async () => {
    expect(await open()).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/unreachable', hint: expect.stringContaining('CA file') as string }],
    })
    expect(asked).toBe(0)
  })

  test('is trusted when the certificate is named', async () => expect((await open(ca)).kind).toBe('open'))
  test('is taken as it is when that is asked for', async () => expect((await open(undefined, true)).kind).toBe('open'))
})
