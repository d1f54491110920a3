import { afterEach, describe, expect, inject, test } from 'vitest'
import { emitIndexTemplate } from '../../../src/event/index-template.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { planDeployment } from '../../../src/target/deployment.ts'
import type { DesiredObject } from '../../../src/target/object.ts'
import type { ApplyResult } from '../../../src/target/apply.ts'
import type { Plan, Planning } from '../../../src/target/plan.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { apply, options, packOf, planOf, summary } from '../deploying.ts'
import { opened, template as templateOf } from './desired-fixture.ts'

const url = inject('elasticsearch')

/** The product's template under a name of these tests, so that other tests on the node do not meet it. */
const template = templateOf('index-template', 'detpack-target-test', {
  ...emitIndexTemplate(),
  index_patterns: ['logs-detpack.targettemplate-*'],
})
const component = templateOf('component-template', 'detpack-target-test-settings', {
  template: { settings: { number_of_replicas: 0 } },
})

describe.skipIf(url === '')('on a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)
  const connection: ElasticConnection = { elasticsearch: { url, login: { kind: 'none' } } }

  const planning = async (...templates: readonly DesiredObject[]): Promise<Planning> =>
    planDeployment(packOf(templates), await opened(connection), options({ prune: false }))
  const plan = async (...templates: readonly DesiredObject[]): Promise<Plan> => planOf(await planning(...templates))
  const applyElastic = async (planned: Plan): Promise<ApplyResult> => apply(planned, await opened(connection))
  const deploy = async (...templates: readonly DesiredObject[]): Promise<ApplyResult> =>
    applyElastic(await plan(...templates))
  const remove = async (path: string): Promise<void> => {
    await fetch(`${url}${path}`, { method: 'DELETE' })
  }

  afterEach(async () => {
    for (const path of ['/_index_template/detpack-target-test', '/_component_template/detpack-target-test-settings'])
      await remove(path)
  })

  test('the template is put, read back, and a second deployment changes nothing', async () => {
    expect(summary(await plan(template))).toEqual(['create detpack-target-test'])
    const applied = await deploy(template)
    expect(applied.diagnostics).toEqual([])
    expect(applied.outcomes.map((one) => one.result)).toEqual(['done'])
    expect(summary(await plan(template))).toEqual(['unchanged detpack-target-test'])
  })

  test('the first event written makes the data stream, with the mapping of the template', async () => {
    // A template of a living data stream cannot be taken away: this one stays on the node.
    const body = { ...template.content, index_patterns: ['logs-detpack.targetstream-*'] }
    await deploy({ ...template, id: 'detpack-target-stream', content: body })
    const event = { '@timestamp': '2026-01-01T00:00:00.000Z', event: { sequence: 1, action: 'file_read' } }
    const written = await client.request('POST', '/logs-detpack.targetstream-default/_doc?refresh=true', event)
    expect(written._index).toMatch(/^\.ds-logs-detpack\.targetstream-default-/)
    const mappings = await client.request('GET', '/logs-detpack.targetstream-default/_mapping/field/event.sequence')
    expect(JSON.stringify(mappings)).toContain('"mapping":{"sequence":{"type":"long","index":false}}')
  })

  test('a template that a data stream needs stays, says why, and keeps no other from going', async () => {
    const needed = {
      ...template,
      id: 'detpack-target-needed',
      content: { ...template.content, index_patterns: ['logs-detpack.targetneeded-*'], priority: 400 },
    }
    await deploy(needed, template)
    await client.request('POST', '/logs-detpack.targetneeded-default/_doc?refresh=true', {
      '@timestamp': '2026-01-01T00:00:00.000Z',
    })
    const target = await opened(connection)
    const live = await target.read(null, [needed, template])
    if (live.kind === 'failed') throw new Error('not read')
    const actions = live.value.map(
      ({ kind, id, title, fingerprint }) =>
        ({ kind: 'delete', object: { kind, id, title, version: null, digest: null }, seen: fingerprint }) as const,
    )
    const applied = await apply({ ...(await plan()), purpose: 'destroy', actions }, target)
    expect(Object.fromEntries(applied.outcomes.map((one) => [one.action.object.id, one.result]))).toEqual({
      'detpack-target-needed': 'failed',
      'detpack-target-test': 'done',
    })
    expect(applied.diagnostics).toMatchObject([
      { code: 'target/refused', hint: expect.stringContaining('DELETE _data_stream/NAME') as string },
    ])
  })

  test('component templates come before what is composed of them', async () => {
    const composed = { ...template, content: { ...template.content, composed_of: [component.id] } }
    const applied = await deploy(component, composed)
    expect(applied.diagnostics).toEqual([])
    expect(summary(await plan(component, composed))).toEqual([`unchanged ${component.id}`, `unchanged ${template.id}`])
  })

  test('a template changed by hand is set right again', async () => {
    await deploy(template)
    const there = await client.request('GET', '/_index_template/detpack-target-test')
    const [row] = there.index_templates as unknown as readonly { readonly index_template: JsonObject }[]
    await client.request('PUT', '/_index_template/detpack-target-test', { ...row?.index_template, priority: 999 })
    const planned = await plan(template)
    expect(planned.actions).toMatchObject([
      { kind: 'update', drifted: true, changes: [{ field: 'priority', live: '999' }] },
    ])
    expect((await applyElastic(planned)).diagnostics).toEqual([])
    expect(summary(await plan(template))).toEqual(['unchanged detpack-target-test'])
  })

  test('a template changed after the plan stops the deployment', async () => {
    const planned = await plan(component, template)
    await client.request('PUT', '/_index_template/detpack-target-test', {
      index_patterns: ['logs-detpack.targettemplate-*'],
      priority: 777,
    })
    const applied = await applyElastic(planned)
    expect(applied.diagnostics).toMatchObject([{ code: 'target/changed' }])
    expect(applied.outcomes.map((one) => one.result)).toEqual(['skipped', 'skipped'])
  })

  test('a template of that name that somebody else made is not touched', async () => {
    await client.request('PUT', '/_index_template/detpack-target-test', {
      index_patterns: ['logs-detpack.targettemplate-*'],
      priority: 777,
    })
    const planned = await plan(template)
    expect(planned.actions).toMatchObject([{ kind: 'blocked' }])
    await applyElastic(planned)
    const there = await client.request('GET', '/_index_template/detpack-target-test')
    expect(there).toMatchObject({ index_templates: [{ index_template: { priority: 777 } }] })
  })

  test('what Elasticsearch refuses is told in its own words', async () => {
    const wrong = {
      ...template,
      content: { ...template.content, template: { mappings: { properties: { x: { type: 'no_such_type' } } } } },
    }
    const applied = await deploy(wrong)
    expect(applied.diagnostics).toMatchObject([
      { code: 'target/refused', message: expect.stringContaining('no_such_type') as string },
    ])
    expect(applied.outcomes.map((one) => one.result)).toEqual(['failed'])
  })
})
