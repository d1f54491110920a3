import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Target } from '../../../src/target/target.ts'
import { deploy, PACK, packOf } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'
import { API_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'

// What Kibana tells of the runs of rules, and rules that it runs again.

let kibana: StandIn
let target: Target
beforeEach(async () => {
  kibana = await startKibana()
  const pace = { timeout: 2000, attempts: 1, pause: 1, longestPause: 1 }
  target = await opened({ kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } }, pace })
})
afterEach(async () => {
  await target.close()
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

const [FROM, TO] = ['2026-01-01T00:00:00.000Z', '2026-01-01T06:00:00.000Z']

test('status tells the last run of each rule, and in Kibana’s words why it failed', async () => {
  await deploy(packOf(['r1', 'r2', 'r3'].map((id) => wanted(id))), target)
  const ran = (id: string, status: string, message: string): void => {
    const last = { date: FROM, status, status_order: 0, message, metrics: {} }
    Object.assign(kibana.rules().get(id) ?? {}, { execution_summary: { last_execution: last } })
  }
  ran('r1', 'succeeded', 'Rule execution completed successfully')
  ran('r2', 'partial failure', 'missing index [logs-detpack.use-*]')
  const told = await target.status?.(PACK.name, 0)
  if (told?.kind !== 'read') throw new Error('not told')
  expect([...told.value.runs]).toEqual([
    ['r1', { at: FROM, error: null }],
    ['r2', { at: FROM, error: 'missing index [logs-detpack.use-*]' }],
  ])
  // Alerts and events lie in Elasticsearch, which is not named.
  expect([told.value.alerts, told.value.events]).toEqual([null, null])
})

test('rules are run again by Kibana over a stretch of time', async () => {
  await deploy(packOf(Array.from({ length: 120 }, (_, at) => wanted(`r${at}`))), target)
  const live = await target.read(PACK.name, [])
  if (live.kind === 'failed') throw new Error('not read')
  expect(await target.runAgain?.(live.value, FROM, TO)).toEqual({ taken: 120, diagnostics: [] })
  expect(kibana.ran.map(({ rules, ...stretch }) => ({ count: rules.length, ...stretch }))).toEqual([
    { count: 100, start_date: FROM, end_date: TO },
    { count: 20, start_date: FROM, end_date: TO },
  ])
})

test('of rules that Kibana does not run again it is told how many ran, and why the others did not', async () => {
  await deploy(packOf([wanted('r1'), wanted('r2')]), target)
  const live = await target.read(PACK.name, [])
  if (live.kind === 'failed') throw new Error('not read')
  Object.assign(kibana.rules().get('r2') ?? {}, { enabled: false })
  const again = await target.runAgain?.(live.value, FROM, TO)
  expect(again).toMatchObject({ taken: 1, diagnostics: [{ code: 'target/refused' }] })
  expect(again?.diagnostics[0]?.message).toContain('Cannot schedule manual rule run for a disabled rule')
})
