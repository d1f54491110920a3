import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { esqlBackend } from '../../../../src/backend/esql/backend.ts'
import { scopeQuery } from '../../../../src/artifact/kibana/exception.ts'
import { longest } from '../../../../src/artifact/kibana/schedule.ts'
import { Source } from '../../../../src/diagnostic/source.ts'
import { ALERT_STREAM, ALERT_TEMPLATE, emitAlertTemplate } from '../../../../src/event/alert-template.ts'
import { evaluate } from '../../../../src/engine/stream/evaluate.ts'
import type { JsonObject } from '../../../../src/event/field.ts'
import { toRecord } from '../../../../src/event/record-reader.ts'
import { ecs } from '../../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../../src/pack/configuration.ts'
import { loadRules } from '../../../../src/pack/rules.ts'
import { openCluster, type ClusterClient } from '../../../../src/target/elastic/cluster-client.ts'
import { elasticStatus } from '../../../../src/target/elastic/status.ts'
import { openRunLog, readRuns, RUN_INDEX } from '../../../../src/target/elastic/watch/run-log.ts'
import type { ScheduledRule } from '../../../../src/target/elastic/watch/scheduled-rule.ts'
import { search } from '../../../../src/target/elastic/watch/search.ts'
import { Scheduler, type ScheduleOptions } from '../../../../src/target/elastic/watch/scheduler.ts'
import type { TargetStatus } from '../../../../src/target/status.ts'
import { ElasticsearchClient } from '../../../elasticsearch/client.ts'
import { makeIndex } from '../../../elasticsearch/detpack-index.ts'

const url = inject('elasticsearch')
const INDEX = 'detpack-watch-test'

const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)

/** The rules of the pack that ES|QL can say and a window can answer, on the index of this test. */
function scheduled(name: string): ScheduledRule {
  const rule = [...program.rules.values()].find((each) => each.name === name)
  if (rule === undefined) throw new Error(`no rule ${name}`)
  const store = { elasticIndex: INDEX, splunkBase: '' }
  const compiled = esqlBackend.compile(program, rule.id, { mapping: ecs, store, today: '2026-01-01' })
  if (compiled.kind === 'refused') throw new Error(`ES|QL cannot say ${name}`)
  return {
    ...{ id: rule.id, title: rule.title, version: 1, level: rule.level, risk: [], references: [] },
    query: compiled.query,
    group: rule.kind === 'correlation' ? rule.group.map((key) => key.name) : [],
    span: longest(rule, program),
  }
}

describe.skipIf(url === '')('rules run by detpack on a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)
  let cluster: ClusterClient
  let events: readonly JsonObject[] = []
  let end = 0
  const simple = scheduled('credential-by-sendfile')
  const known = scheduled('summarize-document.credential-read.only-to')
  // The stream of alerts outlives a test: this run has chains of its own.
  const rule = { ...known, id: `watch-test-${Date.now()}` }

  beforeAll(async () => {
    const opening = await openCluster({ elasticsearch: { url, login: { kind: 'none' } } })
    if (opening.kind === 'failed') throw new Error('not open')
    cluster = opening.client
    const lines = readFileSync('test/recordings/key-passed.ndjson', 'utf8').trim().split('\n')
    events = lines.map((line) => JSON.parse(line) as JsonObject).filter((event) => '@timestamp' in event)
    end = Math.max(...events.map((event) => Date.parse(event['@timestamp'] as string)))
    await makeIndex(client, INDEX, events)
    const there = await fetch(`${url}/_index_template/${ALERT_TEMPLATE}`)
    if (there.status === 404) await client.request('PUT', `/_index_template/${ALERT_TEMPLATE}`, emitAlertTemplate())
    await openRunLog(cluster)
  })
  afterAll(async () => {
    await cluster.close()
    for (const path of [INDEX, RUN_INDEX]) await fetch(`${url}/${path}?ignore_unavailable=true`, { method: 'DELETE' })
  })

  const told: JsonObject[] = []
  function scheduler(pack: string, rules: readonly ScheduledRule[], more: Partial<ScheduleOptions> = {}): Scheduler {
    return new Scheduler(cluster, rules, new Map(), {
      ...{ pack, index: INDEX, interval: 60_000, delay: 120_000, furthest: 86_400_000, atOnce: 4 },
      onAlerts: (alerts) => Promise.resolve(void told.push(...alerts)),
      onProblem: (problems) => expect(problems).toEqual([]),
      now: () => end + 1000,
      ...more,
    })
  }

  const whole = { from: 0, to: Date.parse('2027-01-01') }

  test('a chain is known by the same id as on a stream of the same events', async () => {
    const { alerts } = evaluate(
      program,
      events.map((fields, at) => toRecord(fields, at + 1)),
    )
    const streamed = alerts.filter((alert) => alert.rule === known.id)
    expect(streamed).toHaveLength(1)
    expect(await search(cluster, known, whole)).toMatchObject({
      kind: 'read',
      value: streamed.map(({ id }) => ({ id })),
    })
  })

  test('an alert carries its rule, its chain and the fields of its closing event, and comes once', async () => {
    const first = scheduler('watch-once', [rule])
    await first.once()
    expect(first.stats).toMatchObject({ runs: 1, failed: 0, alerts: 1 })
    expect(told).toMatchObject([
      {
        rule: { id: rule.id, name: known.title },
        host: { name: 'web-1' },
        event: { kind: 'alert', severity: 73 },
        detpack: { alert: { pack: 'watch-once', level: 'high' } },
      },
    ])
    const again = scheduler('watch-once', [rule])
    await again.once()
    expect(again.stats).toMatchObject({ runs: 1, alerts: 0 })
  })

  test('nor does it come again when the stream has rolled over in between', async () => {
    const rolled = await fetch(`${url}/${ALERT_STREAM}/_rollover`, { method: 'POST' })
    expect(rolled.status).toBe(200)
    const again = scheduler('watch-once', [rule])
    await again.once()
    expect(again.stats).toMatchObject({ runs: 1, alerts: 0 })
  })

  test('a chain belongs to the window in which it closes, and to no other', async () => {
    const found = await search(cluster, known, whole)
    const closed = Date.parse((found.kind === 'read' ? found.value[0]?.last.time : undefined) ?? '')
    const count = async (from: number, to: number): Promise<number> => {
      const some = await search(cluster, known, { from, to })
      return some.kind === 'read' ? some.value.length : -1
    }
    expect(await count(closed - 60_000, closed)).toBe(0)
    expect(await count(closed, closed + 1)).toBe(1)
    expect(await count(closed + 1, closed + 60_000)).toBe(0)
  })

  test('events in an exception are not seen while it holds, and those are no others', async () => {
    const span = { source: new Source('x.yml', ''), start: 0, end: 0 }
    const count = async (test: 'is' | 'like', value: string, until: number): Promise<number> => {
      const query = scopeQuery([{ field: 'process.name', test, values: ['nobody', value], span }])
      const found = await search(cluster, { ...known, except: [{ query, until }] }, whole, end)
      return found.kind === 'read' ? found.value.length : -1
    }
    expect(await count('is', 'python3', end)).toBe(0)
    expect(await count('is', 'python3', end - 1)).toBe(1)
    expect(await count('is', 'Python3', end)).toBe(1)
    expect(await count('like', 'pyth?n*', end)).toBe(0)
    expect(await count('like', 'pyth?n', end)).toBe(1)
  })

  test('status tells when a rule ran, how often it alerted, which events are there, and what came late', async () => {
    const own = { ...known, id: `status-test-${Date.now()}` }
    await scheduler('watch-status', [own]).once()
    const lag = { from: '2026-01-01T00:00:00.000Z', to: '2026-01-01T01:00:00.000Z', count: 7 }
    const late = { '@timestamp': new Date(end).toISOString(), host: { name: 'web-1' }, detpack: { lag } }
    await client.index(INDEX, [late])
    for (const index of [RUN_INDEX, ALERT_STREAM, INDEX]) await fetch(`${url}/${index}/_refresh`, { method: 'POST' })
    const told = async (since: number): Promise<TargetStatus> => {
      const status = await elasticStatus(cluster, null, INDEX, 'watch-status', since)
      if (status.kind === 'failed') throw new Error(status.diagnostic.message)
      return status.value
    }
    const { runs, alerts, events: seen, late: stretches } = await told(0)
    expect([...runs]).toEqual([[own.id, { at: new Date(end + 1000).toISOString(), error: null }]])
    expect([alerts?.get(own.id), alerts?.get('no-such-rule')]).toEqual([1, undefined])
    const reads = events.filter((event) => (event['event'] as JsonObject)['action'] === 'file_read')
    expect(seen?.get('file_read')).toBe(reads.length)
    expect(stretches).toEqual([{ ...lag, host: 'web-1' }])
    const later = await told(Date.parse('2030-01-01'))
    expect([later.events?.size, later.late]).toEqual([0, []])
  })

  test('what is run again over a stretch of time alerts only of what was not found before', async () => {
    const own = { ...known, id: `again-test-${Date.now()}` }
    const again = scheduler('watch-again', [own])
    expect(await again.runWindow(own, whole)).toMatchObject({ found: 1, alerts: 1 })
    await fetch(`${url}/${ALERT_STREAM}/_refresh`, { method: 'POST' })
    expect(await again.runWindow(own, whole)).toMatchObject({ found: 1, alerts: 0 })
  })

  test(
    'a thousand rules do not pile up: each runs once at a time, and the runs are kept',
    { timeout: 120_000 },
    async () => {
      const many = Array.from({ length: 1000 }, (_, at) => ({ ...simple, id: `many-${at}` }))
      const all = scheduler('watch-many', many, { now: () => end - 3_600_000 })
      await all.once()
      expect(all.stats).toMatchObject({ runs: 1000, failed: 0, alerts: 0 })
      expect(all.stats.most).toBeLessThanOrEqual(4)
      await fetch(`${url}/${RUN_INDEX}/_refresh`, { method: 'POST' })
      const runs = await readRuns(cluster, 'watch-many')
      expect(runs.kind === 'read' && runs.value.size).toBe(1000)
    },
  )

  test(
    'a rule that is late goes on where it ended, and is not run twice to catch up',
    { timeout: 30_000 },
    async () => {
      let clock = end - 7_200_000
      const began = clock
      const some = Array.from({ length: 20 }, (_, at) => ({ ...rule, id: `late-${at}` }))
      // Time goes ten times as fast as the runs can follow.
      const late = scheduler('watch-late', some, { interval: 100, delay: 1000, now: () => (clock += 50) })
      setTimeout(() => late.stop(), 1500)
      await late.run()
      const runs = await readRuns(cluster, 'watch-late')
      await fetch(`${url}/${RUN_INDEX}/_refresh`, { method: 'POST' })
      expect(runs.kind).toBe('read')
      expect(late.stats.behind).toBeGreaterThan(100)
      // Far fewer than one for each interval that has gone by.
      expect(late.stats.runs).toBeLessThan(((clock - began) / 100) * some.length)
      expect(late.stats.most).toBeLessThanOrEqual(4)
    },
  )
})
