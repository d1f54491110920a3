import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Desired, DesiredObject } from '../../../src/target/object.ts'
import { planRollback } from '../../../src/target/rollback.ts'
import type { Target } from '../../../src/target/target.ts'
import { apply, PACK, plan, planOf, summary } from '../deploying.ts'
import { excepted, opened, pack, to, wanted } from './desired-fixture.ts'
import type { Stored } from './splunk-entities.ts'
import { startSplunk, TOKEN, type SplunkStandIn } from './splunk-stand-in.ts'

// An exception is a macro that the search of its rule calls, and an object of its own in plans.

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

const NAME = 'detpack_X-1_exception'

const exception = (...paths: readonly string[]): readonly DesiredObject[] => excepted('X-1', ...paths)

function packOf(exceptions: readonly DesiredObject[] = []): Desired {
  const { objects, blocked } = pack(wanted('r1'))
  return { objects: [...exceptions, ...objects], blocked }
}

async function deploy(desired: Desired, more = {}): Promise<readonly string[]> {
  const planned = await plan(desired, target, more)
  expect((await apply(planned, target)).diagnostics).toEqual([])
  return summary(planned).filter((each) => !each.startsWith('unchanged'))
}

function macro(): Stored {
  const found = splunk.macros.get(`detpack ${NAME}`)
  if (found === undefined) throw new Error('not there')
  return found
}

test('an exception is made, set right where a hand changed it, and gone with the wish, which can be taken back', async () => {
  expect(await deploy(packOf(exception('/etc/key')))).toContain(`create ${NAME}`)
  expect(await deploy(packOf(exception('/etc/key')))).toEqual([])
  const { definition } = macro().settings
  expect(definition).toMatch(/^where NOT \(now\(\)<1798761600 AND /)

  macro().settings['definition'] = 'where 1==1'
  const planned = await plan(packOf(exception('/etc/key')), target)
  expect(planned.actions).toMatchObject([
    { kind: 'update', object: { id: NAME }, drifted: true, changes: [{ field: 'definition', live: 'where 1==1' }] },
    {},
    {},
    {},
  ])
  await apply(planned, target)
  expect(macro().settings['definition']).toBe(definition)

  expect(await deploy(packOf())).toEqual([`delete ${NAME}`])
  await apply(planOf(await planRollback(undefined, target, PACK, false)), target)
  expect(macro().settings['definition']).toBe(definition)
})

test('one that somebody else made of that name is left alone', async () => {
  await deploy(packOf(exception('/etc/key')))
  macro().settings['description'] = 'mine'
  expect(await deploy(packOf(exception('/etc/other')))).toEqual([`blocked ${NAME}`])
  expect(macro().settings['description']).toBe('mine')
})

const LOOKUP = 'detpack_X_h1_values_1'
const many = (from: number): readonly string[] => Array.from({ length: 501 }, (_, at) => `/opt/${from + at}`)
const kept = (): readonly unknown[] =>
  [...(splunk.collections.get(`detpack ${LOOKUP}`)?.values() ?? [])].flatMap((row) => row['value'] ?? []).sort()

test('many values are rows of a collection, which is there before the macro that looks them up', async () => {
  expect(await deploy(packOf(exception(...many(0))))).toEqual(
    expect.arrayContaining([`create ${LOOKUP}`, `create ${NAME}`]),
  )
  expect(kept()).toEqual(many(0).toSorted())
  expect(macro().settings['definition']).toMatch(
    new RegExp(
      String.raw`^eval dp_v1=.*, dp_h1=null\(\) \| lookup ${LOOKUP} value AS dp_v1 OUTPUT value AS dp_h1 \| where `,
    ),
  )
  const writes = splunk.requests.filter((each) => each.startsWith('POST '))
  expect(writes.findIndex((each) => each.includes(LOOKUP))).toBeLessThan(
    writes.findIndex((each) => each.endsWith('/conf-macros')),
  )
  expect(await deploy(packOf(exception(...many(0))))).toEqual([])
  expect(await deploy(packOf(exception(...many(3))))).toEqual([`update ${LOOKUP}`])
  expect(kept()).toEqual(many(3).toSorted())
})

test('many values that are gone are taken out fifty at a time, and no others', async () => {
  await deploy(packOf(exception(...many(0), ...many(1000))))
  splunk.collections.get(`detpack ${LOOKUP}`)?.set('theirs', { _key: 'theirs', value: '/opt/0' })
  const before = splunk.requests.length
  await deploy(packOf(exception(...many(1000))))
  expect(kept()).toEqual(many(1000).toSorted())
  expect(splunk.requests.slice(before).filter((each) => each.startsWith('DELETE '))).toHaveLength(Math.ceil(502 / 50))
})

test('a list of values goes with its exception, and comes back with it', async () => {
  await deploy(packOf(exception(...many(0))))
  expect(await deploy(packOf())).toEqual([`delete ${NAME}`, `delete ${LOOKUP}`])
  expect(splunk.collections.has(`detpack ${LOOKUP}`)).toBe(false)
  await apply(planOf(await planRollback(undefined, target, PACK, false)), target)
  expect(kept()).toEqual(many(0).toSorted())
  expect(splunk.lookups.has(`detpack ${LOOKUP}`)).toBe(true)
})

test('a list of another pack is left alone', async () => {
  await deploy(packOf(exception(...many(0))))
  const other = { ...PACK, name: 'others' }
  expect(summary(await plan(packOf(), target, { pack: other })).filter((each) => each.startsWith('delete'))).toEqual([])
})
