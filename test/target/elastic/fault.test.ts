import { expect, test } from 'vitest'
import { digestOf, planDeployment } from '../../../src/target/deployment.ts'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import { kibanaRulePolicy } from '../../../src/target/elastic/rule-policy.ts'
import { apply, cuts, options, packOf, planOf } from '../deploying.ts'
import { wanted } from './desired-fixture.ts'
import { API_KEY, startKibana, type Fault } from './kibana-stand-in.ts'

// A deployment of fifty rules, cut off at each of its requests in turn; then it is run again.

const PACE = { timeout: 2000, attempts: 1, pause: 1, longestPause: 1 }
const rules = Array.from({ length: 50 }, (_, i) => wanted(`r${i}`))
const desired = packOf(rules)

async function interrupted(fault?: Fault): Promise<readonly string[]> {
  const kibana = await startKibana()
  try {
    const connection = { kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } as const }, pace: PACE }
    if (fault !== undefined) kibana.fail(fault)
    const deployOnce = async (): Promise<readonly string[]> => {
      const opening = await openElastic(connection)
      if (opening.kind === 'failed') return opening.diagnostics.map((one) => one.code)
      const { target } = opening
      try {
        const planning = await planDeployment(desired, target, options())
        if (planning.kind === 'failed') return planning.diagnostics.map((one) => one.code)
        return (await apply(planOf(planning), target)).diagnostics.map((one) => one.code)
      } finally {
        await target.close()
      }
    }
    await deployOnce()
    const asked = [...kibana.requests]
    expect(await deployOnce()).toEqual([])
    const stored = [...kibana.rules().values()]
    expect(stored.map((rule) => rule['rule_id']).sort()).toEqual(rules.map((rule) => rule.id).sort())
    for (const rule of rules) {
      const there = kibana.rules().get(rule.id) as never
      expect(digestOf(there, kibanaRulePolicy)).toBe(digestOf(rule.content, kibanaRulePolicy))
    }
    expect(kibana.complaints).toEqual([])
    return asked
  } finally {
    await kibana.close()
  }
}

test('whichever request is cut, and whether or not it was carried out, running it again ends right', async () => {
  const requests = await interrupted()
  expect(requests.length).toBeGreaterThan(3)
  for (const cut of cuts(requests)) await interrupted(cut)
})
