import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { applyElastic, planElastic } from '../../../src/target/elastic/deploy.ts'
import type { Endpoint } from '../../../src/target/elastic/connection.ts'
import type { DesiredTemplate } from '../../../src/target/elastic/template-plan.ts'
import type { Planning } from '../../../src/target/plan.ts'
import { freePort, workFolder } from '../../elasticsearch/node.ts'
import { pack, planOf, summary } from './desired-fixture.ts'

const run = promisify(execFile)
const folder = new URL('../../elasticsearch/', import.meta.url).pathname
const password = randomBytes(12).toString('hex')

const template: DesiredTemplate = {
  kind: 'index-template',
  name: 'detpack-secured-test',
  body: { index_patterns: ['logs-detpack.secured-*'], priority: 300 },
}
const desired = pack([], { templates: [template] })

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

  async function keyWith(cluster: readonly string[]): Promise<string> {
    const answer = await fetch(`${url}/_security/api_key`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from(`elastic:${password}`).toString('base64')}`,
      },
      body: JSON.stringify({ name: 'deploy', role_descriptors: { deploy: { cluster } } }),
    })
    return ((await answer.json()) as { readonly encoded: string }).encoded
  }

  const planWith = (more: Omit<Endpoint, 'url'>): Promise<Planning> =>
    planElastic(desired, { elasticsearch: { url, ...more } })

  test('a key that may manage templates deploys', async () => {
    const elasticsearch = { url, apiKey: await keyWith(['manage_index_templates']) }
    const plan = planOf(await planElastic(desired, { elasticsearch }))
    expect((await applyElastic(plan, { elasticsearch })).diagnostics).toEqual([])
    expect(summary(planOf(await planElastic(desired, { elasticsearch })))).toEqual(['unchanged detpack-secured-test'])
  })

  test('a wrong key is told as such, and never shown', async () => {
    const apiKey = Buffer.from('no-such-id:no-such-secret-value').toString('base64')
    const planning = await planWith({ apiKey })
    expect(planning).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
    expect(JSON.stringify(planning)).not.toContain(apiKey)
    expect(JSON.stringify(planning)).not.toContain('no-such-secret-value')
  })

  test('so is a wrong password, and none at all', async () => {
    const wrong = await planWith({ basic: { username: 'elastic', password: 'not-the-password' } })
    expect(wrong).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
    expect(JSON.stringify(wrong)).not.toContain('not-the-password')
    expect(await planWith({})).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
  })

  test('a key that may only look plans, and is refused at the write with the right it needs', async () => {
    const elasticsearch = { url, apiKey: await keyWith(['monitor']) }
    const other = pack([], { templates: [{ ...template, name: 'detpack-secured-other' }] })
    const applied = await applyElastic(planOf(await planElastic(other, { elasticsearch })), { elasticsearch })
    expect(applied).toMatchObject({
      outcomes: [{ result: 'failed' }],
      diagnostics: [{ code: 'target/forbidden', hint: expect.stringContaining('manage_index_templates') as string }],
    })
  })

  test('a key that may nothing cannot even plan', async () => {
    expect(await planWith({ apiKey: await keyWith([]) })).toMatchObject({ diagnostics: [{ code: 'target/forbidden' }] })
  })
})
