import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { exceptionReference, kibanaExceptionList } from '../../../src/artifact/kibana/exception.ts'
import type { Json } from '../../../src/event/field.ts'
import type { ClusterClient, ClusterReply } from '../../../src/target/elastic/cluster-client.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { openKibana, type KibanaClient } from '../../../src/target/elastic/kibana-client.ts'
import { previewRules } from '../../../src/target/elastic/preview.ts'
import { textOf, type DesiredObject } from '../../../src/target/object.ts'
import { writes } from '../../../src/target/plan.ts'
import type { RulePreview } from '../../../src/target/preview.ts'
import { apply, PACK, packOf, plan } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'
import { API_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'

const NOW = Date.UTC(2026, 0, 2)

let kibana: StandIn
let connection: ElasticConnection
let client: KibanaClient
beforeEach(async () => {
  kibana = await startKibana()
  const pace = { timeout: 2000, attempts: 3, pause: 1, longestPause: 1 }
  connection = { kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } }, pace }
  const opening = await openKibana(connection)
  if (opening.kind === 'failed') throw new Error('failed')
  client = opening.client
})
afterEach(async () => {
  await client.close()
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

/** Elasticsearch as far as it is asked here: how many alerts it says that there are. */
function counting(
  alerts: number,
  asked: (path: string, body: Json | undefined) => void = () => undefined,
): ClusterClient {
  const request = ({ path, body }: Parameters<ClusterClient['request']>[0]): Promise<ClusterReply> => {
    asked(path, body)
    return Promise.resolve({ kind: 'ok', body: { hits: { total: { value: alerts, relation: 'eq' } } } })
  }
  return { request, close: () => Promise.resolve() }
}

const pack = (...rules: readonly DesiredObject[]): Parameters<typeof plan>[0] => packOf(rules)

async function previewed(
  desired = pack(wanted('r1')),
  { cluster = null as ClusterClient | null, seconds = 86_400 } = {},
): Promise<readonly RulePreview[]> {
  const { actions } = await plan(desired, await opened(connection))
  const read = await previewRules(client, cluster, 'soc', actions.filter(writes), seconds, NOW)
  if (read.kind === 'failed') throw new Error(read.diagnostic.message)
  return read.value
}

describe('a preview', () => {
  it('runs the rule over the whole time, each run as far back as the rule looks, and keeps nothing', async () => {
    const rule = wanted('r1')
    const beyond = seconds(rule.content['from']) - seconds(rule.content['interval'])
    await previewed(pack({ ...rule, content: { ...rule.content, actions: [ACTION] } }))
    expect(kibana.previews.asked).toMatchObject([
      {
        ...{ rule_id: 'r1', query: rule.content['query'], interval: '3600s', from: `now-${3600 + beyond}s` },
        ...{ invocationCount: 24, timeframeEnd: '2026-01-02T00:00:00.000Z', actions: [] },
      },
    ])
    expect(kibana.rules().size).toBe(0)
    expect(kibana.requests.filter((each) => !each.startsWith('GET '))).toEqual([
      'POST /api/detection_engine/rules/preview',
    ])
  })

  it('covers a short time by as few runs as it takes', async () => {
    await previewed(undefined, { seconds: 600 })
    expect(kibana.previews.asked).toMatchObject([{ interval: '60s', invocationCount: 10 }])
  })

  it('counts the alerts of the preview, not the steps of sequences, in the index of the space', async () => {
    const asked: [string, Json | undefined][] = []
    const cluster = counting(12, (path, body) => asked.push([path, body]))
    expect(await previewed(undefined, { cluster })).toMatchObject([{ id: 'r1', alerts: 12, errors: [] }])
    expect(asked[0]?.[0]).toContain('/.preview.alerts-security.alerts-soc/_search')
    expect(JSON.stringify(asked[0]?.[1])).toContain('"exists":{"field":"kibana.alert.building_block_type"}')
    expect(await previewed()).toMatchObject([{ alerts: null }])
  })

  it('tells what Kibana says of the runs, once', async () => {
    kibana.previews.says.set('r1', { errors: ['no such index'], warnings: ['too many alerts'], aborted: true })
    expect(await previewed()).toMatchObject([
      {
        errors: ['no such index', 'Kibana gave up before all of its runs were done'],
        warnings: ['too many alerts'],
      },
    ])
  })

  it('asks of rules that are written, and of no others', async () => {
    const target = await opened(connection)
    await apply(await plan(pack(wanted('r1'), wanted('r2')), target), target)
    const changed = { ...wanted('r2'), content: { ...wanted('r2').content, description: 'another' } }
    expect((await previewed(pack(changed))).map(({ id }) => id)).toEqual(['r2'])
  })

  it('heeds the exceptions that are there, and says when they are not there yet', async () => {
    const content = kibanaExceptionList(PACK.name, 'r1', 'Rule r1')
    const list: DesiredObject = {
      ...{ kind: 'exception-list', id: content.list_id, title: content.name, version: null },
      content,
    }
    const rule = wanted('r1')
    const excepted = { ...rule, content: { ...rule.content, exceptions_list: [exceptionReference(PACK.name, 'r1')] } }
    const desired = pack(list, excepted)
    expect(await previewed(desired)).toMatchObject([{ warnings: [expect.stringContaining('not in Kibana yet')] }])
    const target = await opened(connection)
    await apply(await plan(pack(list, rule), target), target)
    expect(await previewed(desired)).toMatchObject([{ warnings: [] }])
    const id = kibana.exceptions().lists.get(content.list_id)?.['id']
    expect(kibana.previews.asked.at(-1)).toMatchObject({ exceptions_list: [{ id, list_id: content.list_id }] })
  })

  it('is tried again when Kibana is busy with others', async () => {
    kibana.fail({ method: 'POST', answer: { status: 429, body: 'Too Many Requests' } })
    expect(await previewed()).toHaveLength(1)
  })
})

const ACTION = { id: 'c', action_type_id: '.webhook', group: 'default', params: {} }

function seconds(written: Json | undefined): number {
  const [, count, unit] = /(\d+)([smh])$/.exec(textOf(written)) ?? []
  return Number(count) * ({ s: 1, m: 60, h: 3600 }[unit ?? ''] ?? NaN)
}
