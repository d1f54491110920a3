import { expect, test } from 'vitest'
import type { JsonObject } from '../../../../src/event/field.ts'
import type { RuleId } from '../../../../src/ir/rule.ts'
import type { ClusterClient, ClusterReply } from '../../../../src/target/elastic/cluster-client.ts'
import type { ScheduledRule } from '../../../../src/target/elastic/watch/scheduled-rule.ts'
import { Scheduler } from '../../../../src/target/elastic/watch/scheduler.ts'

// An alert that was written is handed on, whatever the writing met with. The node that other tests run on does not lose
// answers or refuse single alerts: here is what stands for it.

const RULE: ScheduledRule = {
  ...{ id: 'r1', title: 'Rule', version: 1, level: 'high', risk: [], references: [], group: [], span: 0 },
  query: {
    language: 'esql',
    rule: 'r1' as RuleId,
    text: '',
    identity: { of: 'event', column: 'event.id' },
    approximations: [],
  },
}
const AT = Date.UTC(2026, 0, 1)

interface Trouble {
  /** The answer to the first writing is lost, and it is sent again. */
  readonly lost?: boolean
  /** Events of which the alert is refused at first. */
  readonly refused?: readonly string[]
}

/** Events with these ids, and a stream of alerts. */
function cluster(events: readonly string[], { lost = false, refused = [] }: Trouble): ClusterClient {
  const alerts = new Map<string, JsonObject>()
  let writings = 0
  const bulk = (lines: string): ClusterReply => {
    const all = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as JsonObject)
    const items = all.flatMap((action, at) => {
      if (at % 2 === 1) return []
      const { _id } = action['create'] as unknown as { readonly _id: string }
      const alert = all[at + 1] as unknown as {
        readonly detpack: { readonly alert: { readonly last: { readonly id: string } } }
      }
      if (writings === 0 && refused.includes(alert.detpack.alert.last.id)) return [{ create: { _id, status: 429 } }]
      if (alerts.has(_id)) return [{ create: { _id, status: 409 } }]
      alerts.set(_id, alert)
      return [{ create: { _id, status: 201 } }]
    })
    writings++
    return { kind: 'ok', body: { items } }
  }
  const searched = (body: JsonObject): ClusterReply => {
    const text = JSON.stringify(body)
    const created = /"event\.created":"([^"]+)"/.exec(text)?.[1]
    const hits = [...alerts].filter(
      ([id, alert]) =>
        text.includes(`"${id}"`) &&
        (created === undefined || (alert['event'] as unknown as { readonly created: string }).created === created),
    )
    return { kind: 'ok', body: { hits: { hits: hits.map(([_id]) => ({ _id })) } } }
  }
  return {
    close: () => Promise.resolve(),
    request: ({ path, body, lines }) => {
      if (path.startsWith('/_query')) {
        const values = events.map((id) => [id, new Date(AT).toISOString()])
        return Promise.resolve({
          kind: 'ok',
          body: { columns: [{ name: 'event.id' }, { name: '@timestamp' }], values },
        })
      }
      if (lines === undefined) return Promise.resolve(searched(body as JsonObject))
      const first = bulk(lines)
      return Promise.resolve(lost && writings === 1 ? bulk(lines) : first)
    },
  }
}

async function handedOn(client: ClusterClient, runs: number): Promise<readonly string[]> {
  const told: string[] = []
  let now = AT
  const scheduler = new Scheduler(client, [RULE], new Map(), {
    ...{ pack: 'p', index: 'i', interval: 1, delay: 1, furthest: 1, atOnce: 1, now: () => ++now },
    onAlerts: (alerts) => {
      for (const { detpack } of alerts as readonly { detpack?: unknown }[])
        told.push((detpack as { readonly alert: { readonly last: { readonly id: string } } }).alert.last.id)
      return Promise.resolve()
    },
    onProblem: () => undefined,
  })
  for (let run = 0; run < runs; run++) await scheduler.runWindow(RULE, { from: AT, to: AT + 1 })
  return told
}

test('an alert whose answer was lost is handed on, once', async () => {
  expect(await handedOn(cluster(['a', 'b'], { lost: true }), 2)).toEqual(['a', 'b'])
})

test('what was written beside an alert that was refused is handed on, and the other one with the next run', async () => {
  expect(await handedOn(cluster(['a', 'b', 'c'], { refused: ['b'] }), 2)).toEqual(['a', 'c', 'b'])
})

test('what another watch wrote meanwhile is handed on by that one', async () => {
  const shared = cluster(['a'], {})
  expect(await handedOn(shared, 1)).toEqual(['a'])
  const { request } = shared
  let looked = false
  const late: ClusterClient = {
    ...shared,
    // It looks for what is there before the other has written.
    request: (asked) => {
      if (asked.lines !== undefined || !asked.path.includes('_search') || looked) return request(asked)
      looked = true
      return Promise.resolve({ kind: 'ok', body: { hits: { hits: [] } } })
    },
  }
  let now = AT + 500
  const told: unknown[] = []
  const scheduler = new Scheduler(late, [RULE], new Map(), {
    ...{ pack: 'p', index: 'i', interval: 1, delay: 1, furthest: 1, atOnce: 1, now: () => ++now },
    onAlerts: (alerts) => Promise.resolve(void told.push(...alerts)),
    onProblem: () => undefined,
  })
  await scheduler.runWindow(RULE, { from: AT, to: AT + 1 })
  expect(told).toEqual([])
})
