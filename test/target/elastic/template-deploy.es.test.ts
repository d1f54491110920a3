import { afterEach, describe, expect, inject, test } from 'vitest'
import { emitIndexTemplate } from '../../../src/event/index-template.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { applyElastic, planElastic } from '../../../src/target/elastic/deploy.ts'
import type { DesiredTemplate } from '../../../src/target/elastic/template-plan.ts'
import type { ApplyResult, Plan } from '../../../src/target/plan.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { pack, planOf, summary } from './desired-fixture.ts'

const url = inject('elasticsearch')

/** The product's template under a name of these tests, so that other tests on the node do not meet it. */
const template: DesiredTemplate = {
  kind: 'index-template',
  name: 'detpack-target-test',
  body: { ...emitIndexTemplate(), index_patterns: ['logs-detpack.targettemplate-*'] },
}
const component: DesiredTemplate = {
  kind: 'component-template',
  name: 'detpack-target-test-settings',
  body: { template: { settings: { number_of_replicas: 0 } } },
}

describe.skipIf(url === '')('on a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)
  const connection: ElasticConnection = { elasticsearch: { url } }

  const plan = async (...templates: readonly DesiredTemplate[]): Promise<Plan> =>
    planOf(await planElastic(pack([], { templates }), connection))
  const deploy = async (...templates: readonly DesiredTemplate[]): Promise<ApplyResult> =>
    applyElastic(await plan(...templates), connection)
  const remove = async (path: string): Promise<void> => {
    await fetch(`${url}${path}`, { method: 'DELETE' })
  }

  afterEach(async () => {
    for (const path of ['/_index_template/detpack-target-test', '/_component_template/detpack-target-test-settings'])
      await remove(path)
  })

  test('the template is put, read back, and a second deployment changes nothing', async () => {
    const planning = await planElastic(pack([], { templates: [template] }), connection)
    expect(summary(planOf(planning))).toEqual(['create detpack-target-test'])
    expect(planning.diagnostics).toMatchObject([{ code: 'target/data-stream-later', severity: 'info' }])
    const applied = await deploy(template)
    expect(applied.diagnostics).toEqual([])
    expect(applied.outcomes.map((one) => one.result)).toEqual(['done'])
    expect(summary(await plan(template))).toEqual(['unchanged detpack-target-test'])
  })

  test('the first event written makes the data stream, with the mapping of the template', async () => {
    // A template of a living data stream cannot be taken away: this one stays on the node.
    const body = { ...template.body, index_patterns: ['logs-detpack.targetstream-*'] }
    await deploy({ ...template, name: 'detpack-target-stream', body })
    const event = { '@timestamp': '2026-01-01T00:00:00.000Z', event: { sequence: 1, action: 'file_read' } }
    const written = await client.request('POST', '/logs-detpack.targetstream-default/_doc?refresh=true', event)
    expect(written._index).toMatch(/^\.ds-logs-detpack\.targetstream-default-/)
    const mappings = await client.request('GET', '/logs-detpack.targetstream-default/_mapping/field/event.sequence')
    expect(JSON.stringify(mappings)).toContain('"mapping":{"sequence":{"type":"long"}}')
  })

  test('component templates come before what is composed of them', async () => {
    const composed = { ...template, body: { ...template.body, composed_of: [component.name] } }
    const applied = await deploy(component, composed)
    expect(applied.diagnostics).toEqual([])
    expect(summary(await plan(component, composed))).toEqual([
      `unchanged ${component.name}`,
      `unchanged ${template.name}`,
    ])
  })

  test('a template changed by hand is set right again', async () => {
    await deploy(template)
    const there = await client.request('GET', '/_index_template/detpack-target-test')
    const [row] = there.index_templates as unknown as readonly { readonly index_template: JsonObject }[]
    await client.request('PUT', '/_index_template/detpack-target-test', { ...row?.index_template, priority: 999 })
    const planning = await planElastic(pack([], { templates: [template] }), connection)
    expect(planning.diagnostics).toMatchObject([{ code: 'target/rollover', severity: 'info' }])
    const planned = planOf(planning)
    expect(planned.actions).toMatchObject([
      { kind: 'update', drifted: true, changes: [{ field: 'priority', live: '999' }] },
    ])
    expect((await applyElastic(planned, connection)).diagnostics).toEqual([])
    expect(summary(await plan(template))).toEqual(['unchanged detpack-target-test'])
  })

  test('a template changed after the plan stops the deployment', async () => {
    const planned = await plan(component, template)
    await client.request('PUT', '/_index_template/detpack-target-test', {
      index_patterns: ['logs-detpack.targettemplate-*'],
      priority: 777,
    })
    const applied = await applyElastic(planned, connection)
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
    await applyElastic(planned, connection)
    const there = await client.request('GET', '/_index_template/detpack-target-test')
    expect(there).toMatchObject({ index_templates: [{ index_template: { priority: 777 } }] })
  })

  test('what Elasticsearch refuses is told in its own words', async () => {
    const wrong = {
      ...template,
      body: { ...template.body, template: { mappings: { properties: { x: { type: 'no_such_type' } } } } },
    }
    const applied = await deploy(wrong)
    expect(applied.diagnostics).toMatchObject([
      { code: 'target/refused', message: expect.stringContaining('no_such_type') as string },
    ])
    expect(applied.outcomes.map((one) => one.result)).toEqual(['failed'])
  })
})
