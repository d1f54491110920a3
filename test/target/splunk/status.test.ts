import { afterEach, beforeEach, expect, test } from 'vitest'
import type { LiveObject } from '../../../src/target/object.ts'
import type { Target } from '../../../src/target/target.ts'
import { apply, PACK, plan } from '../deploying.ts'
import { opened, pack, to, wanted } from './desired-fixture.ts'
import { jobEntry } from './splunk-searching.ts'
import { startSplunk, TOKEN, type SplunkStandIn } from './splunk-stand-in.ts'

let splunk: SplunkStandIn
let target: Target
beforeEach(async () => {
  splunk = await startSplunk()
  target = await opened(to(splunk.url, { kind: 'bearer', token: TOKEN }))
  const desired = pack(wanted('r1'), wanted('r2'))
  expect((await apply(await plan(desired, target), target)).diagnostics).toEqual([])
})
afterEach(async () => {
  await target.close()
  await splunk.close()
  expect(splunk.complaints).toEqual([])
})

const NAME = 'Detpack - Rule r1 - Rule'
const HOUR = 3_600_000

async function deployed(): Promise<readonly LiveObject[]> {
  const live = await target.read(PACK.name, [])
  if (live.kind === 'failed') throw new Error(live.diagnostic.message)
  return live.value.filter(({ kind }) => kind === 'saved-search')
}

test('status tells the newest run of each search, its error, alerts, telemetry and what came late', async () => {
  splunk.jobs.push(
    jobEntry('detpack', NAME, '2026-01-01T10:00:00.000+00:00'),
    jobEntry('detpack', NAME, '2026-01-01T12:05:00.000+02:00', 'Search was cut off'),
    jobEntry('detpack', 'Something of detpack users', '2026-01-01T10:00:00.000+00:00'),
  )
  splunk.alerts.push({ name: NAME, acl: { app: 'detpack' }, content: { triggered_alert_count: 7 } })
  splunk.finds('stats count by event.action', [{ 'event.action': 'file_read', count: '12' }])
  const lag = { 'detpack.lag.from': '2026-01-01T09:00:00Z', 'detpack.lag.to': '2026-01-01T09:10:00Z' }
  splunk.finds('detpack.lag.from', [{ ...lag, 'detpack.lag.count': '5', 'host.name': 'web-1' }])
  const told = await target.status?.(PACK.name, Date.parse('2026-01-01T00:00:00Z'))
  expect(told).toEqual({
    kind: 'read',
    value: {
      runs: new Map([['r1', { at: '2026-01-01T10:05:00.000Z', error: 'Search was cut off' }]]),
      alerts: new Map([['r1', 7]]),
      events: new Map([['file_read', 12]]),
      late: [{ from: '2026-01-01T09:00:00Z', to: '2026-01-01T09:10:00Z', count: 5, host: 'web-1' }],
    },
  })
})

test('a search that fails is told with its own words', async () => {
  splunk.finds('stats count by event.action', 'The index detpack does not exist.')
  expect(await target.status?.(PACK.name, 0)).toMatchObject({
    kind: 'failed',
    diagnostic: { message: 'Splunk failed to count the events: The index detpack does not exist.' },
  })
})

test('running again dispatches each search over a wider stretch, with its actions, and waits for it', async () => {
  const to = Date.now() - HOUR
  const from = to - HOUR
  const ran = await target.runAgain?.(await deployed(), new Date(from).toISOString(), new Date(to).toISOString())
  expect(ran).toEqual({ taken: 2, diagnostics: [] })
  const window = 6 * 60
  expect(splunk.dispatched).toMatchObject([
    {
      name: NAME,
      form: {
        'dispatch.earliest_time': String(from / 1000 - window),
        'dispatch.latest_time': String(to / 1000 + window),
        trigger_actions: '1',
      },
    },
    { name: 'Detpack - Rule r2 - Rule' },
  ])
})

test('what Splunk no longer remembers is not run again: it would be told twice', async () => {
  const from = new Date(Date.now() - 25 * HOUR).toISOString()
  const ran = await target.runAgain?.(await deployed(), from, new Date().toISOString())
  expect(ran?.taken).toBe(0)
  expect(ran?.diagnostics.map(({ code }) => code)).toEqual(['target/too-old', 'target/too-old'])
  expect(splunk.dispatched).toEqual([])
})

test('a search that Splunk fails to run again is told', async () => {
  splunk.finds(`dispatch of ${NAME}`, 'No memory.')
  const from = new Date(Date.now() - HOUR).toISOString()
  const ran = await target.runAgain?.(await deployed(), from, new Date().toISOString())
  expect(ran?.taken).toBe(1)
  expect(ran?.diagnostics[0]?.message).toBe('Splunk failed to run "Rule r1" again: No memory.')
})
