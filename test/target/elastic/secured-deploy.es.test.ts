import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { ALERT_TEMPLATE, emitAlertTemplate } from '../../../src/event/alert-template.ts'
import { emitIndexTemplate } from '../../../src/event/index-template.ts'
import type { RuleId } from '../../../src/ir/rule.ts'
import { planDeployment } from '../../../src/target/deployment.ts'
import type { Login } from '../../../src/target/destination.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { openCluster } from '../../../src/target/elastic/cluster-client.ts'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import { makeShipperKey } from '../../../src/target/elastic/shipper-key.ts'
import type { DesiredObject } from '../../../src/target/object.ts'
import type { Planning } from '../../../src/target/plan.ts'
import { checkAlertStream } from '../../../src/target/elastic/watch/alert-stream.ts'
import { openRunLog } from '../../../src/target/elastic/watch/run-log.ts'
import type { ScheduledRule } from '../../../src/target/elastic/watch/scheduled-rule.ts'
import { Scheduler } from '../../../src/target/elastic/watch/scheduler.ts'
import { freePort, workFolder } from '../../elasticsearch/node.ts'
import { apply, options, packOf, planOf, summary } from '../deploying.ts'
import { opened, template as templateOf } from './desired-fixture.ts'

const run = promisify(execFile)
const folder = new URL('../../elasticsearch/', import.meta.url).pathname
const password = randomBytes(12).toString('hex')

const template = templateOf('index-template', 'detpack-secured-test', {
  index_patterns: ['logs-detpack.secured-*'],
  priority: 300,
})

// A node with users and API keys of its own, beside the one that the other tests share.
describe.skipIf(inject('elasticsearch') === '')('on a real Elasticsearch with security', () => {
  let url = ''
  let place: readonly string[] = []

  beforeAll(async () => {
    place = ['--port', String(await freePort()), '--work', process.env.ES_WORK ?? workFolder()]
    const options = { env: { ...process.env, ES_PASSWORD: password } }
    const started = await run(`${folder}start`, [...place, '--fresh', '--security', '--heap', '384m'], options)
    url = started.stdout.trim()
  }, 240_000)
  afterAll(async () => {
    await run(`${folder}stop`, [...place, '--purge'])
  }, 240_000)

  async function keyWith(cluster: readonly string[], indices: readonly object[]): Promise<string> {
    const answer = await fetch(`${url}/_security/api_key`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`elastic:${password}`).toString('base64')}`,
      },
      body: JSON.stringify({ name: 'deploy', role_descriptors: { deploy: { cluster, indices } } }),
    })
    return ((await answer.json()) as { readonly encoded: string }).encoded
  }

  const to = (login: Login): ElasticConnection => ({ elasticsearch: { url, login } })
  const planWith = async (login: Login, ...objects: readonly DesiredObject[]): Promise<Planning> => {
    const opening = await openElastic(to(login))
    if (opening.kind === 'failed') return opening
    const desired = packOf(objects.length > 0 ? objects : [template])
    return planDeployment(desired, opening.target, options({ prune: false }))
  }
  const key = async (cluster: readonly string[], indices: readonly object[] = []): Promise<Login> => ({
    kind: 'api-key',
    key: await keyWith(cluster, indices),
  })
  const RECEIPTS = {
    names: ['detpack-receipts'],
    privileges: ['create_index', 'index', 'read', 'view_index_metadata', 'maintenance'],
  }

  test('a key that may manage templates and keep receipts deploys', async () => {
    const login = await key(['manage_index_templates'], [RECEIPTS])
    const plan = planOf(await planWith(login))
    expect((await apply(plan, await opened(to(login)))).diagnostics).toEqual([])
    expect(summary(planOf(await planWith(login)))).toEqual(['unchanged detpack-secured-test'])
  })

  test('a wrong key is told as such, and never shown', async () => {
    const wrong = Buffer.from('no-such-id:no-such-secret-value').toString('base64')
    const planning = await planWith({ kind: 'api-key', key: wrong })
    expect(planning).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
    expect(JSON.stringify(planning)).not.toContain(wrong)
    expect(JSON.stringify(planning)).not.toContain('no-such-secret-value')
  })

  test('so is a wrong password, and none at all', async () => {
    const wrong = await planWith({ kind: 'basic', username: 'elastic', password: 'not-the-password' })
    expect(wrong).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
    expect(JSON.stringify(wrong)).not.toContain('not-the-password')
    expect(await planWith({ kind: 'none' })).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/unauthorized' }],
    })
  })

  test('a key that may keep receipts and no templates is refused at the write, with the right it needs', async () => {
    const login = await key(['monitor'], [RECEIPTS])
    const other = { ...template, id: 'detpack-secured-other' }
    const applied = await apply(planOf(await planWith(login, other)), await opened(to(login)))
    expect(applied).toMatchObject({
      outcomes: [{ result: 'failed' }],
      diagnostics: [{ code: 'target/forbidden', hint: expect.stringContaining('manage_index_templates') as string }],
    })
  })

  test('a key that may keep no receipt changes nothing', async () => {
    const login = await key(['manage_index_templates'])
    const other = { ...template, id: 'detpack-secured-third' }
    const applied = await apply(planOf(await planWith(login, other)), await opened(to(login)))
    expect(applied).toMatchObject({
      outcomes: [{ result: 'skipped' }],
      diagnostics: [{ code: 'target/forbidden', hint: expect.stringContaining('detpack-receipts') as string }],
    })
  })

  test('a key that may nothing cannot even plan', async () => {
    expect(await planWith(await key([]))).toMatchObject({ diagnostics: [{ code: 'target/forbidden' }] })
  })

  test('a key made for a shipper can add events and nothing else', async () => {
    const opening = await openCluster(to({ kind: 'basic', username: 'elastic', password }))
    if (opening.kind === 'failed') throw new Error('not open')
    const made = await makeShipperKey(opening.client)
    await opening.client.close()
    if (made.kind === 'failed') throw new Error(made.diagnostic.message)
    const call = async (method: string, path: string, body?: object): Promise<number> => {
      const answer = await fetch(`${url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', authorization: `ApiKey ${made.value.encoded}` },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
      return answer.status
    }
    const event = { '@timestamp': '2026-01-01T00:00:00.000Z', event: { id: 'e1' } }
    expect(await call('POST', '/logs-detpack.use-keytest/_create/e1', event)).toBe(201)
    expect(await call('POST', '/logs-detpack.use-keytest/_search', {})).toBe(200)
    // Not to change what is there, not elsewhere, and nothing about the cluster.
    expect(await call('PUT', '/logs-detpack.use-keytest/_doc/e1', event)).toBe(403)
    expect(await call('DELETE', '/logs-detpack.use-keytest')).toBe(403)
    expect(await call('POST', '/other/_create/e1', event)).toBe(403)
    expect(await call('PUT', '/_index_template/mine', { index_patterns: ['x-*'] })).toBe(403)
    expect(await call('POST', '/_security/api_key', { name: 'another' })).toBe(403)
  })

  test('a key for the watch reads events, writes alerts and what it has run, and can do nothing else', async () => {
    const admin = await openCluster(to({ kind: 'basic', username: 'elastic', password }))
    if (admin.kind === 'failed') throw new Error('not open')
    for (const [name, body] of [
      ['logs-detpack.use', emitIndexTemplate()],
      [ALERT_TEMPLATE, emitAlertTemplate()],
    ] as const)
      await admin.client.request({ method: 'PUT', path: `/_index_template/${name}`, body, doing: 'make ready' })
    const event = { '@timestamp': '2026-01-01T00:00:00.000Z', event: { id: 'w1', action: 'file_read', sequence: 1 } }
    const lines = `{"create":{}}\n${JSON.stringify(event)}\n`
    const bulk = '/logs-detpack.use-watch/_bulk?refresh=true'
    await admin.client.request({ method: 'POST', path: bulk, lines, doing: 'make ready' })
    await admin.client.close()

    const watcher = await key(WATCH.cluster, WATCH.indices)
    const opening = await openCluster(to(watcher))
    if (opening.kind === 'failed') throw new Error('not open')
    const { client } = opening
    expect(await checkAlertStream(client)).toEqual([])
    expect(await openRunLog(client)).toEqual([])
    const rule: ScheduledRule = {
      ...{ id: 'w', title: 'W', version: 1, level: 'low', risk: [], references: [], group: [], span: 0 },
      query: {
        ...{ language: 'esql', rule: 'w' as RuleId, approximations: [] },
        text: 'FROM logs-detpack.use-watch METADATA _id | WHERE event.action == "file_read"',
        identity: { of: 'event', column: 'event.id' },
      },
    }
    const problems: unknown[] = []
    const scheduler = new Scheduler(client, [rule], new Map(), {
      ...{ pack: 'watched', index: 'logs-detpack.use-watch', interval: 60_000, delay: 0, furthest: 1, atOnce: 1 },
      onAlerts: () => Promise.resolve(),
      onProblem: (found) => problems.push(...found),
      now: () => Date.parse('2026-01-01T00:00:30.000Z'),
    })
    await scheduler.once()
    expect(problems).toEqual([])
    expect(scheduler.stats).toMatchObject({ runs: 1, failed: 0, alerts: 1 })
    const codes: unknown[] = []
    for (const [method, path, body] of [
      ['POST', '/logs-detpack.use-watch/_doc', event],
      ['DELETE', '/detpack-runs', undefined],
      ['PUT', '/_index_template/mine', { index_patterns: ['x-*'] }],
      ['GET', '/detpack-receipts/_search', undefined],
      ['POST', '/_security/api_key', { name: 'another' }],
    ] as const) {
      const reply = await client.request({ method, path, doing: 'go too far', ...(body !== undefined && { body }) })
      codes.push(reply.kind === 'failed' ? reply.diagnostic.code : reply.kind)
    }
    expect(codes).toEqual(codes.map(() => 'target/forbidden'))
    await client.close()
  })
})

/** What `watch --from` needs. */
const WATCH = {
  cluster: ['monitor'],
  indices: [
    { names: ['logs-detpack.use-*'], privileges: ['read', 'view_index_metadata'] },
    { names: ['alerts-detpack.*'], privileges: ['read', 'create_doc', 'auto_configure', 'maintenance'] },
    { names: ['detpack-runs'], privileges: ['create_index', 'index', 'read', 'view_index_metadata'] },
  ],
}
