import { expect, test } from 'vitest'
import { prepareEndpoint, type Endpoint } from '../../../src/target/elastic/connection.ts'
import { planElastic } from '../../../src/target/elastic/deploy.ts'
import { pack, wanted } from './desired-fixture.ts'

async function codes(endpoint: Endpoint): Promise<readonly string[]> {
  const prepared = await prepareEndpoint(endpoint, 'Kibana')
  return prepared.kind === 'failed' ? prepared.diagnostics.map((one) => one.code) : []
}

test.each(['not an address', 'ftp://host/', 'https://host/?key=x'])('%s is no address', async (url) => {
  expect(await codes({ url })).toEqual(['target/connection'])
})

test('credentials in an address are refused and not repeated', async () => {
  const prepared = await prepareEndpoint({ url: 'https://elastic:hunter2hunter2@host/' }, 'Kibana')
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

test.each(['', 'two words', 'key\r\nx-header: y', 'schlüssel'])('the key %j is none', async (apiKey) => {
  const prepared = await prepareEndpoint({ url: 'https://host', apiKey }, 'Kibana')
  expect(prepared).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('a base path is kept, and slashes at its end are not', async () => {
  const prepared = await prepareEndpoint({ url: 'https://host/kibana//' }, 'Kibana')
  expect(prepared).toMatchObject({ endpoint: { base: 'https://host/kibana' } })
})

test('every form of a secret is taken out of a text', async () => {
  const apiKey = Buffer.from('the-id:the-secret-half').toString('base64')
  const prepared = await prepareEndpoint(
    { url: 'https://host', apiKey, basic: { username: 'u', password: 'pass-word' } },
    'Kibana',
  )
  if (prepared.kind === 'failed') throw new Error('failed')
  const said = `key ${apiKey}, half the-secret-half, word pass-word, header ${Buffer.from('u:pass-word').toString('base64')}`
  expect(prepared.endpoint.redact(said)).toBe('key [secret], half [secret], word [secret], header [secret]')
})

test('a connection that names no server is a mistake', async () => {
  expect(await planElastic(pack([]), {})).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/connection' }],
  })
})

test('a space that is none is a mistake', async () => {
  const planning = await planElastic(pack([]), { kibana: { url: 'https://host', space: '../api' } })
  expect(planning).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('what one side wants and the connection does not name is left out, and that is said', async () => {
  const template = { kind: 'index-template', name: 'x', body: {} } as const
  const nothing = await planElastic(pack([wanted('r1')], { templates: [template] }), {
    kibana: { url: 'http://127.0.0.1:9' },
    pace: { timeout: 500, attempts: 1, pause: 1, longestPause: 1 },
  })
  expect(nothing.diagnostics.map((one) => one.code)).toEqual(['target/not-configured', 'target/unreachable'])
})
