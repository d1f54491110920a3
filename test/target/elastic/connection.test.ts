import { expect, test } from 'vitest'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'

test('a connection that names no server is a mistake', async () => {
  expect(await openElastic({})).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('a space that is none is a mistake', async () => {
  const opening = await openElastic({ kibana: { url: 'https://host', login: { kind: 'none' }, space: '../api' } })
  expect(opening).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/connection' }] })
})

test('without Elasticsearch no receipts can be kept, and only rules are for Kibana', async () => {
  const opening = await openElastic({ kibana: { url: 'https://host', login: { kind: 'none' } } })
  if (opening.kind === 'failed') throw new Error('failed')
  expect(opening.target).toMatchObject({ receipts: null, kinds: ['rule'] })
  await opening.target.close()
})
