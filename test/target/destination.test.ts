import { expect, test } from 'vitest'
import { prepareDestination, type Destination, type Login } from '../../src/target/destination.ts'

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
