import { afterEach, beforeEach, describe, expect, it, test } from 'vitest'
import { exceptionReference, kibanaExceptionList, kibanaExceptions } from '../../../src/artifact/kibana/exception.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import type { Desired, DesiredObject } from '../../../src/target/object.ts'
import { planDestruction, planRollback } from '../../../src/target/rollback.ts'
import { span } from '../../artifact/rule-fixture.ts'
import { apply, cuts, options, PACK, packOf, plan, planOf, summary } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'
import { API_KEY, READ_ONLY_KEY, startKibana, type Fault, type StandIn } from './kibana-stand-in.ts'
import { withReceipts } from './receipts-in-memory.ts'

// An exception of many values: a value list that its item refers to.

let kibana: StandIn
beforeEach(async () => {
  kibana = await startKibana()
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

const FIELD = 'process.executable'
const LIST = `detpack:agents:X-1:${FIELD}`
const ITEM = 'detpack:agents:X-1'
const many = (from: number, count = 501): readonly string[] =>
  Array.from({ length: count }, (_, at) => `/opt/${from + at}`).sort()

/** A rule with an exception of these values. */
function excepted(values: readonly string[], type = 'keyword', id = 'X-1'): Desired {
  const who = { reason: 'why', owner: 'o', author: 'a', approver: 'b', ticket: 'T-1', until: Date.UTC(2027, 0, 1) }
  const scope = [{ field: FIELD, test: 'is', values, span } as const]
  const made = kibanaExceptions({ id, title: 'X', ...who, scope, span }, PACK.name, 'r1', () => ({
    ...{ type, multi: false },
  }))
  const list = kibanaExceptionList(PACK.name, 'r1', 'Rule r1')
  const object = (kind: DesiredObject['kind'], id: string, content: object): DesiredObject => ({
    ...{ kind, id, title: id, version: null, content: content as DesiredObject['content'] },
  })
  const rule = wanted('r1')
  return packOf([
    ...made.lists.map((each) => object('value-list', each.id, each)),
    object('exception-list', list.list_id, list),
    ...made.items.map((each) => object('exception', each.item_id, each)),
    { ...rule, content: { ...rule.content, exceptions_list: [exceptionReference(PACK.name, 'r1')] } },
  ])
}

const to = (key = API_KEY, attempts = 1): ElasticConnection => ({
  kibana: { url: kibana.url, login: { kind: 'api-key', key } },
  pace: { timeout: 2000, attempts, pause: 1, longestPause: 1 },
})
const values = (): readonly string[] => [...(kibana.lists().values.get(LIST) ?? [])].sort()

async function deploy(desired: Desired): Promise<readonly string[]> {
  const target = await opened(to())
  const planned = await plan(desired, target)
  expect((await apply(planned, target)).diagnostics).toEqual([])
  return summary(planned).filter((each) => !each.startsWith('unchanged'))
}

describe('a list of values', () => {
  it('comes before the item that refers to it, and is whole then; a second deployment changes nothing', async () => {
    expect(await deploy(excepted(many(0)))).toEqual([
      ...[`create ${LIST}`, 'create detpack:agents:r1', `create ${ITEM}`, 'create r1'],
    ])
    expect(values()).toEqual(many(0))
    const writes = kibana.requests.filter((each) => !/^GET|_export/.test(each)).map((each) => each.split('?')[0])
    expect(writes).toEqual([
      ...['POST /api/lists/index', 'POST /api/lists', 'POST /api/lists/items/_import'],
      ...['POST /api/exception_lists', 'POST /api/exception_lists/items', 'POST /api/detection_engine/rules/_import'],
    ])
    expect(kibana.exceptions().items.get(ITEM)).toMatchObject({
      entries: [{ type: 'list', list: { id: LIST, type: 'keyword' } }],
    })
    expect(await deploy(excepted(many(0)))).toEqual([])
  })

  it('gets and loses only what differs', async () => {
    await deploy(excepted(many(0)))
    const before = kibana.requests.length
    expect(await deploy(excepted(many(2)))).toEqual([`update ${LIST}`])
    expect(values()).toEqual(many(2))
    const writes = kibana.requests.slice(before).filter((each) => !/^GET|_export/.test(each))
    expect(writes.map((each) => each.split('?')[0])).toEqual([
      ...['PUT /api/lists', 'DELETE /api/lists/items', 'DELETE /api/lists/items', 'POST /api/lists/items/_import'],
    ])
  })

  it('that a hand changed is shown and set right; what else stands in its meta stays', async () => {
    await deploy(excepted(many(0)))
    const list = kibana.lists().lists.get(LIST) ?? {}
    Object.assign(list, { meta: { ...(list['meta'] as object), theirs: 1 } })
    kibana.lists().values.get(LIST)?.push('/by/hand')
    const planned = await plan(excepted(many(0)), await opened(to()))
    expect(planned.actions[0]).toMatchObject({ kind: 'update', drifted: true, changes: [{ field: 'values' }] })
    await deploy(excepted(many(0)))
    expect(values()).toEqual(many(0))
    expect(kibana.lists().lists.get(LIST)).toMatchObject({ meta: { theirs: 1, detpack: { pack: PACK.name } } })
  })

  it('is made anew where its field is of another type', async () => {
    const addresses = Array.from({ length: 501 }, (_, at) => `10.0.${at >> 8}.${at & 255}`)
    await deploy(excepted(addresses))
    expect(await deploy(excepted(addresses, 'ip'))).toEqual([`replace ${LIST}`, `update ${ITEM}`])
    expect(kibana.lists().lists.get(LIST)).toMatchObject({ type: 'ip' })
    expect(values()).toEqual(addresses.toSorted())
  })

  it('that is to lose many values is made anew, since Kibana takes them out one by one', async () => {
    await deploy(excepted(many(0)))
    const before = kibana.requests.length
    expect(await deploy(excepted(many(201)))).toEqual([`replace ${LIST}`])
    expect(values()).toEqual(many(201))
    const writes = kibana.requests.slice(before).filter((each) => !/^GET|_export/.test(each))
    expect(writes.map((each) => each.split('?')[0])).toEqual([
      ...['DELETE /api/lists', 'POST /api/lists', 'POST /api/lists/items/_import'],
    ])
    expect(kibana.exceptions().items.get(ITEM)).toMatchObject({ entries: [{ type: 'list', list: { id: LIST } }] })
  })

  it('goes with the exception, and comes back with it', async () => {
    const target = withReceipts(await opened(to()))
    for (const desired of [excepted(many(0)), packOf([wanted('r1')])])
      expect((await apply(await plan(desired, target), target)).diagnostics).toEqual([])
    expect([kibana.lists().lists.size, kibana.exceptions().items.size]).toEqual([0, 0])
    const applied = await apply(planOf(await planRollback(undefined, target, PACK, false)), target)
    expect(applied.diagnostics).toEqual([])
    expect(values()).toEqual(many(0))
    await apply(planOf(await planDestruction(target, PACK)), target)
    expect([kibana.lists().lists.size, kibana.rules().size]).toEqual([0, 0])
  })

  it('that exceptions of others refer to stays, and that is told', async () => {
    await deploy(excepted(many(0)))
    const item = kibana.exceptions().items.get(ITEM)
    kibana
      .exceptions()
      .lists.set('theirs', { ...kibana.exceptions().lists.get('detpack:agents:r1'), list_id: 'theirs' })
    kibana.exceptions().items.set('theirs', { ...item, item_id: 'theirs', list_id: 'theirs', tags: [] })
    const target = await opened(to())
    const applied = await apply(planOf(await planDestruction(target, PACK)), target)
    expect(applied.diagnostics.map(({ message }) => message)).toEqual([expect.stringContaining('others need it')])
    expect(values()).toEqual(many(0))
  })

  it('of another pack, or of nobody, is not touched', async () => {
    await deploy(excepted(many(0)))
    const list = kibana.lists().lists.get(LIST) ?? {}
    Object.assign(list, { meta: {} })
    const planned = await plan(excepted(many(1)), await opened(to()), { prune: true })
    expect(summary(planned)[0]).toBe(`blocked ${LIST}`)
  })

  it('is read with a key that may only read, and left alone by one that may not look', async () => {
    await deploy(excepted(many(0)))
    expect(summary(await plan(excepted(many(0)), await opened(to(READ_ONLY_KEY))))[0]).toBe(`unchanged ${LIST}`)
    kibana.fail({ method: 'GET', after: 1, answer: { status: 403, body: { statusCode: 403, message: 'lists-read' } } })
    expect(summary(await plan(packOf([wanted('r9')]), await opened(to())))).toContain('create r9')
  })

  it('is not sent twice when the answer to its values is lost', async () => {
    const target = await opened(to(API_KEY, 3))
    kibana.fail({ method: 'POST', after: 3, answer: 'lose' })
    expect((await apply(await plan(excepted(many(0)), target), target)).diagnostics).toEqual([])
    expect(values()).toEqual(many(0))
    expect(kibana.requests.filter((each) => each.includes('_import?list_id'))).toHaveLength(1)
  })
})

test('whichever request is cut, and whether or not it was carried out, running it again ends right', async () => {
  const [one, two] = [excepted(many(0)), excepted(['a'], 'keyword', 'X-2')]
  const both = packOf([...one.objects.slice(0, 3), ...two.objects.slice(1, 2), ...one.objects.slice(3)])
  const run = async (fault?: Fault): Promise<readonly string[]> => {
    await kibana.close()
    kibana = await startKibana()
    const once = async (): Promise<readonly unknown[]> => {
      const target = await opened(to())
      return (await apply(await plan(both, target, options()), target)).diagnostics
    }
    if (fault !== undefined) kibana.fail(fault)
    await once().catch(() => undefined)
    const asked = [...kibana.requests]
    expect(await once()).toEqual([])
    expect(values()).toEqual(many(0))
    expect([...kibana.exceptions().items.keys()].sort()).toEqual([ITEM, 'detpack:agents:X-2'])
    expect([kibana.lists().lists.size, kibana.exceptions().lists.size]).toEqual([1, 1])
    expect(kibana.rules().get('r1')?.['exceptions_list']).toHaveLength(1)
    expect(kibana.complaints).toEqual([])
    return asked
  }
  const requests = await run()
  for (const cut of cuts(requests)) await run(cut)
})
