import { afterAll, describe, expect } from 'vitest'
import { API_KEY, startKibana } from './kibana-stand-in.ts'
import { kibanaSuite } from './verify-suite.ts'

// The suite of `make verify-live`, on the stand-in.

describe('the stand-in', async () => {
  const kibana = await startKibana()
  // Hooks of the end run in the order opposite to that in which they are named.
  afterAll(async () => {
    expect(kibana.complaints).toEqual([])
    expect([kibana.rules().size, kibana.exceptions().lists.size, kibana.exceptions().items.size]).toEqual([0, 0, 0])
    await kibana.close()
  })
  const pace = { timeout: 2000, attempts: 3, pause: 1, longestPause: 2 }
  kibanaSuite(() => Promise.resolve({ kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } }, pace }))
})
