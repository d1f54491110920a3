import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Target } from '../../../src/target/target.ts'
import { planDestruction, planRollback } from '../../../src/target/rollback.ts'
import { apply, PACK, packOf, plan, planOf, summary } from '../deploying.ts'
import { opened, rows, to } from './desired-fixture.ts'
import { startSplunk, TOKEN, type SplunkStandIn } from './splunk-stand-in.ts'

let splunk: SplunkStandIn
let target: Target
beforeEach(async () => {
  splunk = await startSplunk()
  target = await opened(to(splunk.url, { kind: 'bearer', token: TOKEN }))
})
afterEach(async () => {
  await target.close()
  await splunk.close()
  expect(splunk.complaints).toEqual([])
})

const NAME = 'detpack detpack_rules'

async function deploy(...ids: readonly string[]): Promise<void> {
  const desired = packOf([rows(...ids)])
  expect((await apply(await plan(desired, target), target)).diagnostics).toEqual([])
  expect(summary(await plan(desired, target))).toEqual(['unchanged detpack_rules'])
}

const keys = (): readonly string[] => [...(splunk.collections.get(NAME)?.keys() ?? [])].sort()

test('the catalogue is a collection with a row for each rule, and a lookup over it', async () => {
  await deploy('r1', 'r2')
  expect(keys()).toEqual(['detpack:mark', 'r1', 'r2'])
  expect(splunk.collections.get(NAME)?.get('r1')).toMatchObject({ search: 'Detpack - Rule r1 - Rule', version: 3 })
  expect(splunk.lookups.get(NAME)?.settings).toMatchObject({ external_type: 'kvstore', collection: 'detpack_rules' })
})

test('only rows that differ are written, and those that are gone go', async () => {
  await deploy('r1', 'r2')
  await deploy('r2', 'r3')
  expect(keys()).toEqual(['detpack:mark', 'r2', 'r3'])
})

test('more rows than one answer holds are all read', async () => {
  await deploy(...Array.from({ length: 1203 }, (_, at) => `r${at}`))
  expect(keys()).toHaveLength(1204)
})

test('rows that a hand changed are set right, and a rollback brings back what was there', async () => {
  await deploy('r1')
  splunk.collections.get(NAME)?.set('r1', { _key: 'r1', title: 'by hand' })
  const settings = splunk.lookups.get(NAME)?.settings
  if (settings === undefined) throw new Error('no lookup')
  settings['fields_list'] = '_key, title'
  await deploy('r1')
  expect(settings['fields_list']).toMatch(/^_key,search,/)
  await apply(planOf(await planRollback(undefined, target, PACK, false)), target)
  expect(splunk.collections.get(NAME)?.get('r1')).toMatchObject({ title: 'by hand' })
})

test('a lookup of that name that others made is not touched', async () => {
  const acl = { app: 'detpack', owner: 'nobody', sharing: 'app', read: ['*'], write: ['admin'], removable: true }
  splunk.lookups.set(NAME, { name: 'detpack_rules', settings: { filename: 'theirs.csv' }, acl })
  expect(summary(await plan(packOf([rows('r1')]), target))).toEqual(['blocked detpack_rules'])
})

test('destroying takes lookup and collection away', async () => {
  await deploy('r1')
  await apply(planOf(await planDestruction(target, PACK)), target)
  expect([splunk.lookups.size, splunk.collections.has(NAME)]).toEqual([0, false])
})
