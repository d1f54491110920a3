import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest'
import { RECEIPT_INDEX } from '../../../src/target/elastic/receipts.ts'
import type { PackIdentity, Plan } from '../../../src/target/plan.ts'
import { planDestruction, planRollback } from '../../../src/target/rollback.ts'
import type { Target } from '../../../src/target/target.ts'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { apply, packOf, plan, planOf, summary } from '../deploying.ts'
import { opened, template } from './desired-fixture.ts'

const url = inject('elasticsearch')

describe.skipIf(url === '')('on a real Elasticsearch', () => {
  const client = new ElasticsearchClient(url)
  const name = 'detpack-rollback-test'
  // A pack for each test: receipts are kept in one index for all that runs on the node.
  let pack: PackIdentity
  beforeEach(({ task }) => {
    pack = { name: `rollback-test ${task.id} ${Date.now()}`, version: '1.0.0', digest: 'b'.repeat(64) }
  })
  const wanted = (priority: number) =>
    template('index-template', name, { index_patterns: ['logs-detpack.rollback-*'], priority })

  const target = (): Promise<Target> => opened({ elasticsearch: { url, login: { kind: 'none' } } })
  const planned = async (priority: number): Promise<Plan> => plan(packOf([wanted(priority)]), await target(), { pack })
  const stored = async (): Promise<string> => {
    const answer = await fetch(`${url}/_index_template/${name}`)
    return answer.status === 404 ? 'none' : await answer.text()
  }

  afterEach(async () => {
    await fetch(`${url}/_index_template/${name}`, { method: 'DELETE' })
  })

  test('a rollback restores byte for byte, and the one before it as well', async () => {
    expect((await apply(await planned(301), await target())).diagnostics).toEqual([])
    const first = await stored()
    expect((await apply(await planned(302), await target())).diagnostics).toEqual([])
    expect(await stored()).not.toBe(first)
    const back = planOf(await planRollback(undefined, await target(), pack, false))
    expect(summary(back)).toEqual([`update ${name}`])
    expect((await apply(back, await target())).diagnostics).toEqual([])
    expect(await stored()).toBe(first)
    const further = planOf(await planRollback(undefined, await target(), pack, false))
    expect(summary(further)).toEqual([`delete ${name}`])
    await apply(further, await target())
    expect(await stored()).toBe('none')
    expect(await planRollback(undefined, await target(), pack, false)).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/receipt' }],
    })
  })

  test('what a hand changed is shown as last written, as it is, and as wanted', async () => {
    await apply(await planned(301), await target())
    const there = await client.request('GET', `/_index_template/${name}`)
    const [row] = there['index_templates'] as unknown as readonly { readonly index_template: object }[]
    await client.request('PUT', `/_index_template/${name}`, { ...row?.index_template, priority: 999 })
    const { actions } = await planned(302)
    expect(actions).toMatchObject([
      {
        kind: 'update',
        drifted: true,
        changes: [{ field: 'priority', written: '301', live: '999', desired: '302' }],
      },
    ])
  })

  test('the receipt says who, which pack, what was there before and what came', async () => {
    const { receipt } = await apply(await planned(301), await target())
    const kept = await (await target()).receipts?.get(receipt ?? '')
    expect(kept).toMatchObject({
      value: {
        by: 'tester@here',
        state: 'done',
        pack,
        changes: [{ id: name, action: 'create', before: null, after: { priority: 301 }, result: 'done' }],
      },
    })
  })

  test('a receipt that somebody damaged is told, and nothing is rolled back by it', async () => {
    await apply(await planned(301), await target())
    const damaged = { type: 'receipt', receipt: '9', pack: pack.name, content: '{"id":"9"}' }
    await client.request('POST', `/${RECEIPT_INDEX}/_doc?refresh=true`, damaged)
    expect(await planRollback(undefined, await target(), pack, false)).toMatchObject({
      kind: 'failed',
      diagnostics: [{ code: 'target/receipt', message: expect.stringContaining('a receipt is damaged') as string }],
    })
  })

  test('what the pack put there can be taken out as a whole', async () => {
    await apply(await planned(301), await target())
    const plan = planOf(await planDestruction(await target(), pack))
    expect(summary(plan)).toEqual([`delete ${name}`])
    expect((await apply(plan, await target())).diagnostics).toEqual([])
    expect(await stored()).toBe('none')
  })
})
