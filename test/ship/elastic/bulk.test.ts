import { expect, it } from 'vitest'
import { bulkFates } from '../../../src/ship/elastic/bulk.ts'

it('takes what went to the failure store for refused, though it is told as taken', () => {
  const items = [
    { create: { status: 201 } },
    { create: { _index: '.fs-logs-2026.01.01-000002', status: 201, failure_store: 'used' } },
    { create: { status: 400, failure_store: 'not_enabled', error: { type: 'document_parsing_exception' } } },
    { create: { status: 429, failure_store: 'failed', error: { type: 'cluster_block_exception' } } },
  ]
  const fates = bulkFates({ errors: true, items }, 4, false, () => false)
  expect(fates).toMatchObject([
    { kind: 'stored' },
    { kind: 'refused', why: expect.stringContaining('failure store') as string },
    { kind: 'refused', why: 'document_parsing_exception (400)' },
    { kind: 'again' },
  ])
})
