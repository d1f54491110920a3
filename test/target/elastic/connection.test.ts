import { expect, test } from 'vitest'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import { API_KEY, startKibana } from './kibana-stand-in.ts'

test('a connection that names no server is a mistake', async () => {
  expect(await openElastic({})).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('a space that is none is a mistake', async () => {
  const opening = await openElastic({ kibana: { url: 'https://host', login: { kind: 'none' }, space: '../api' } })
  expect(opening).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('without Elasticsearch no receipts can be kept, and only rules and their exceptions are for Kibana', async () => {
  const kibana = await startKibana()
  const opening = await openElastic({ kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } } })
  if (opening.kind === 'failed') throw new Error('failed')
  expect(opening.target).toMatchObject({ receipts: null, kinds: ['value-list', 'exception-list', 'exception', 'rule'] })
  await opening.target.close()
  await kibana.close()
})
