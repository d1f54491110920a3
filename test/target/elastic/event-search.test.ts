import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import type { ClusterClient } from '../../../src/target/elastic/cluster-client.ts'
import { readEvents } from '../../../src/target/elastic/event-search.ts'

const ASKED = { actions: ['file_read'], from: '2026-01-01T00:00:00Z', to: '2026-01-02T00:00:00Z', fields: ['event.id'] }

/** Holds so many events, and gives those behind `search_after`, as Elasticsearch documents it; fails at one request. */
function holding(count: number, failing = -1): ClusterClient {
  let requests = 0
  return {
    request: ({ body }) => {
      if (requests++ === failing)
        return Promise.resolve({
          kind: 'failed',
          diagnostic: { severity: 'error', code: 'target/refused', message: 'no' },
        })
      const { size, search_after: after } = body as { readonly size: number; readonly search_after?: readonly Json[] }
      const first = after === undefined ? 0 : Number(after[1]) + 1
      const length = Math.max(0, Math.min(size, count - first))
      const hits = Array.from({ length }, (_, at): JsonObject => ({
        _source: { event: { id: String(first + at) } },
        sort: [0, String(first + at)],
      }))
      return Promise.resolve({ kind: 'ok', body: { hits: { hits } } })
    },
    close: () => Promise.resolve(),
  }
}

async function read(client: ClusterClient): Promise<readonly (string | number)[]> {
  const pages: (string | number)[] = []
  for await (const page of readEvents(client, 'logs-*', ASKED))
    pages.push(page.kind === 'read' ? page.value.length : page.diagnostic.code)
  return pages
}

test.each([0, 1, 4999, 5000, 5001, 12_000])('of %i events none is lost between two pages', async (count) => {
  const pages = await read(holding(count))
  expect(pages.reduce<number>((sum, one) => sum + Number(one), 0)).toBe(count)
})

test('a page that cannot be had is the last', async () => {
  expect(await read(holding(12_000, 1))).toEqual([5000, 'target/refused'])
})
