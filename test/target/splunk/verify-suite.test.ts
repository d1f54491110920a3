import { afterAll, describe, expect } from 'vitest'
import { to } from './desired-fixture.ts'
import { splunkSuite } from './verify-suite.ts'
import { startSplunk, TOKEN } from './splunk-stand-in.ts'

// The suite of `make verify-live`, on the stand-in.

describe('the stand-in', async () => {
  const splunk = await startSplunk()
  // Hooks of the end run in the order opposite to that in which they are named.
  afterAll(async () => {
    expect(splunk.complaints).toEqual([])
    expect([splunk.searches.size, splunk.macros.size, splunk.lookups.size]).toEqual([0, 0, 0])
    await splunk.close()
  })
  splunkSuite(() => Promise.resolve(to(splunk.url, { kind: 'bearer', token: TOKEN })), true)
})
