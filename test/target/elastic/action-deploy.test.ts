import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { withActions, type ActionWish } from '../../../src/artifact/kibana/action.ts'
import type { KibanaRule } from '../../../src/artifact/kibana/rule.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import type { Desired } from '../../../src/target/object.ts'
import { planDeployment } from '../../../src/target/deployment.ts'
import { apply, options, packOf, planOf, summary } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'
import type { Body } from './kibana-answer.ts'
import { API_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'

// What Kibana is to do with alerts, beside what people set up there.

const WEBHOOK = { id: 'soc', name: 'SOC', connector_type_id: '.webhook', is_preconfigured: false, is_deprecated: false }
// The address of a webhook is as good as a secret, and Kibana lists it.
const CONFIG = { url: 'https://hooks.example.org/T0/as-good-as-a-secret' }

let kibana: StandIn
let connection: ElasticConnection
beforeEach(async () => {
  kibana = await startKibana()
  kibana.connectors.push({ ...WEBHOOK, config: CONFIG, is_missing_secrets: false, referenced_by_count: 0 })
  const pace = { timeout: 2000, attempts: 1, pause: 1, longestPause: 1 }
  connection = { kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } }, pace }
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

const told: ActionWish = { connector: 'soc', type: '.webhook', levels: null, params: { body: '{{rule.name}}' } }

function packWith(...wishes: readonly ActionWish[]): Desired {
  const rule = wanted('r1')
  return packOf([{ ...rule, content: withActions(rule.content as unknown as KibanaRule, 'high', wishes) }])
}

const planned = async (desired: Desired, more = {}) => planDeployment(desired, await opened(connection), options(more))

async function deploy(desired: Desired, more = {}): Promise<readonly string[]> {
  const plan = planOf(await planned(desired, more))
  expect((await apply(plan, await opened(connection))).diagnostics).toEqual([])
  return summary(plan)
}

const stored = (): Body[] => (kibana.rules().get('r1')?.['actions'] ?? []) as Body[]
const bodies = (): unknown[] => stored().map((each) => (each['params'] as Body)['body'])

describe('actions of a pack', () => {
  it('go with the rule, and a second deployment changes nothing', async () => {
    expect(await deploy(packWith(told))).toEqual(['create r1'])
    expect(stored()).toMatchObject([
      { id: 'soc', action_type_id: '.webhook', group: 'default', frequency: { notifyWhen: 'onActiveAlert' } },
    ])
    expect(await deploy(packWith(told))).toEqual(['unchanged r1'])
  })

  it('take the place of those before, and go with the wish; those of people stay', async () => {
    await deploy(packWith(told))
    const theirs = { id: 'mail', action_type_id: '.email', group: 'default', params: { body: 'theirs' }, uuid: 'u' }
    stored().push(theirs)
    expect(await deploy(packWith(told))).toEqual(['unchanged r1'])
    const other = { ...told, params: { body: 'other' } }
    expect(await deploy(packWith(other))).toEqual(['update r1'])
    expect(bodies()).toEqual(['theirs', 'other'])
    expect(await deploy(packWith())).toEqual(['update r1'])
    expect(bodies()).toEqual(['theirs'])
    expect(await deploy(packWith(told), { overwrite: new Set(['actions']) })).toEqual(['update r1'])
    expect(bodies()).toEqual(['{{rule.name}}'])
  })

  it('come back when a hand took them away', async () => {
    await deploy(packWith(told))
    stored().splice(0)
    expect(await deploy(packWith(told))).toEqual(['update r1'])
    expect(bodies()).toEqual(['{{rule.name}}'])
  })

  it('are for rules of their levels alone', () => {
    const rule = { tags: [] }
    expect(withActions(rule, 'low', [{ ...told, levels: ['high'] }])).toBe(rule)
    expect(withActions(rule, null, [{ ...told, levels: ['high'] }])).toBe(rule)
    expect(withActions(rule, 'high', [{ ...told, levels: ['high'] }]).tags).toHaveLength(1)
  })

  it.each([
    ['a connector that is not there', { ...told, connector: 'sok' }, 'there is no connector "sok"'],
    ['a connector of another type', { ...told, type: '.slack' }, 'is of type .webhook, not .slack'],
  ])('by %s are no plan, and nothing is made', async (_, wish, words) => {
    const planning = await planned(packWith(wish))
    expect(planning).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/no-connector', message: expect.stringContaining(words) as string }],
    })
    expect(kibana.requests.every((each) => each.startsWith('GET '))).toBe(true)
    expect(JSON.stringify([planning, await planned(packWith(told))])).not.toContain('as-good-as-a-secret')
  })

  it('by a connector without its secrets are warned of', async () => {
    Object.assign(kibana.connectors[0] ?? {}, { is_missing_secrets: true })
    expect((await planned(packWith(told))).diagnostics).toMatchObject([
      { code: 'target/connector-secrets', severity: 'warning' },
    ])
  })

  it('ask nothing of Kibana where the pack wants none', async () => {
    await deploy(packWith())
    expect(kibana.requests.some((each) => each.includes('connectors'))).toBe(false)
  })
})
