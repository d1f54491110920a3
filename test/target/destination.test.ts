import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { prepareDestination, type Destination, type Login } from '../../src/target/destination.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { certificate, hasOpenssl } from './openssl.ts'

async function codes(to: Partial<Destination> & { readonly url: string }): Promise<readonly string[]> {
  const prepared = await prepareDestination({ login: { kind: 'none' }, ...to }, 'Kibana')
  return prepared.kind === 'failed' ? prepared.diagnostics.map((one) => one.code) : []
}

test.each(['not an address', 'ftp://host/', 'https://host/?key=x'])('%s is no address', async (url) => {
  expect(await codes({ url })).toEqual(['target/connection'])
})

test('credentials in an address are refused and not repeated', async () => {
  const prepared = await prepareDestination(
    { url: 'https://elastic:hunter2hunter2@host/', login: { kind: 'none' } },
    'Kibana',
  )
  expect(prepared).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
  expect(JSON.stringify(prepared)).not.toContain('hunter2')
})

test.each(['http://kibana.example:5601', 'http://10.0.0.1', 'http://127.0.0.1.example.org'])(
  '%s would carry the key in the clear',
  async (url) => {
    expect(await codes({ url })).toEqual(['target/insecure'])
    expect(await codes({ url, allowInsecure: true })).toEqual([])
  },
)

test.each(['https://kibana.example:5601', 'http://localhost:5601', 'http://127.1.2.3', 'http://[::1]:9200'])(
  '%s is taken',
  async (url) => {
    expect(await codes({ url })).toEqual([])
  },
)

test('a CA file that is not there is told by name', async () => {
  expect(await codes({ url: 'https://host', caFile: 'no/such.pem' })).toEqual(['target/connection'])
})

test.skipIf(!hasOpenssl())(
  'files that hold no certificate, a broken one or the key of another are told by name',
  async () => {
    const folder = temporaryFolder({ 'none.pem': 'garbage' })
    const none = path.join(folder, 'none.pem')
    const [one, other] = [certificate(folder, 'one'), certificate(folder, 'other')]
    const whole = readFileSync(one.cert, 'utf8')
    const broken = path.join(folder, 'broken.pem')
    writeFileSync(broken, `${whole}${whole.replace(/\n[^-]{20}/, '\n')}`)
    const saidOf = async (to: Partial<Destination>): Promise<string> => {
      const prepared = await prepareDestination({ url: 'https://host', login: { kind: 'none' }, ...to }, 'Kibana')
      return prepared.kind === 'failed' ? prepared.diagnostics.map((said) => said.message).join() : ''
    }
    expect(await saidOf({ caFile: one.cert, certificate: { file: one.cert, keyFile: one.key } })).toBe('')
    for (const file of [none, broken, one.key]) {
      expect(await saidOf({ caFile: file })).toContain(`CA file "${file}" holds no certificate`)
      expect(await saidOf({ certificate: { file, keyFile: one.key } })).toContain(`"${file}" holds no certificate`)
    }
    for (const keyFile of [none, other.key])
      expect(await saidOf({ certificate: { file: one.cert, keyFile } })).toContain(`"${keyFile}" is no key`)
  },
)

test.each(['', 'two words', 'key\r\nx-header: y', 'schlüssel'])('the key %j is none', async (key) => {
  const prepared = await prepareDestination({ url: 'https://host', login: { kind: 'api-key', key } }, 'Kibana')
  expect(prepared).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('a base path is kept, and slashes at its end are not', async () => {
  const prepared = await prepareDestination({ url: 'https://host/kibana//', login: { kind: 'none' } }, 'Kibana')
  expect(prepared).toMatchObject({ destination: { base: 'https://host/kibana' } })
})

const key = Buffer.from('the-id:the-secret-half').toString('base64')
test.each<[string, Login, string]>([
  ['an API key', { kind: 'api-key', key }, `${key}, half the-secret-half`],
  [
    'a password',
    { kind: 'basic', username: 'u', password: 'pass-word' },
    `pass-word, header ${Buffer.from('u:pass-word').toString('base64')}`,
  ],
  ['a token', { kind: 'bearer', token: 'tok-en-1' }, 'Bearer tok-en-1, tok-en-1'],
])('every form of %s is taken out of a text', async (_, login, said) => {
  const prepared = await prepareDestination({ url: 'https://host', login, proxy: 'http://me:pro%20xy@proxy' }, 'Kibana')
  if (prepared.kind === 'failed') throw new Error('failed')
  const redacted = prepared.destination.redact(`${said}, pro%20xy, pro xy`)
  expect(redacted).not.toMatch(/the-secret-half|pass-word|dTpwYXNz|tok-en-1|pro%20xy|pro xy/)
  expect(redacted).not.toContain(key)
  expect(redacted).toContain('[secret]')
})
