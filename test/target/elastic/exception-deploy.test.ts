import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  exceptionReference,
  kibanaExceptionList,
  kibanaExceptions,
  type KibanaException,
} from '../../../src/artifact/kibana/exception.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import type { Desired, DesiredObject } from '../../../src/target/object.ts'
import { planDestruction, planRollback } from '../../../src/target/rollback.ts'
import { span } from '../../artifact/rule-fixture.ts'
import { apply, options, PACK, packOf, plan as planFor, planOf, summary } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'
import type { Body } from './kibana-answer.ts'
import { API_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'
import { withReceipts } from './receipts-in-memory.ts'

// Exceptions of a pack in Kibana's lists, beside those that people made there.

let kibana: StandIn
let connection: ElasticConnection
beforeEach(async () => {
  kibana = await startKibana()
  const pace = { timeout: 2000, attempts: 1, pause: 1, longestPause: 1 }
  connection = { kibana: { url: kibana.url, login: { kind: 'api-key', key: API_KEY } }, pace }
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

const LIST = `detpack:${PACK.name}:r1`

function exception(id: string, value: string, rule = 'r1'): DesiredObject {
  const scope = [{ field: 'process.executable', test: 'is', values: [value], span } as const]
  const until = Date.UTC(2027, 0, 1)
  const who = { reason: 'why', owner: 'o', author: 'a', approver: 'b', ticket: 'T-1' }
  const made = kibanaExceptions({ id, title: `Exception ${id}`, ...who, scope, until, span }, PACK.name, rule, () => ({
    type: 'keyword',
    multi: false,
  }))
  const [content] = made.items as [KibanaException]
  return { kind: 'exception', id: content.item_id, title: content.name, version: null, rule, content }
}

function list(rule = 'r1'): DesiredObject {
  const content = kibanaExceptionList(PACK.name, rule, `Rule ${rule}`)
  return { kind: 'exception-list', id: content.list_id, title: content.name, version: null, rule, content }
}

/** A rule with exceptions. */
function excepted(...exceptions: readonly DesiredObject[]): Desired {
  const rule = wanted('r1')
  const content = { ...rule.content, exceptions_list: [exceptionReference(PACK.name, 'r1')] }
  return packOf([list(), ...exceptions, { ...rule, content }, wanted('r2')])
}

const one = excepted(exception('X-1', '/usr/bin/restic'))
const bare = packOf([wanted('r1'), wanted('r2')])

async function deploy(desired: Desired, more = {}): Promise<readonly string[]> {
  const target = await opened(connection)
  const planned = await planFor(desired, target, more)
  expect((await apply(planned, target)).diagnostics).toEqual([])
  return summary(planned)
}

const plan = async (desired: Desired, more = {}) => planFor(desired, await opened(connection), more)
const stored = (id: string): Body => kibana.rules().get(id) ?? {}
const items = (): readonly string[] => [...kibana.exceptions().items.keys()].sort()
const UNCHANGED = [`unchanged ${LIST}`, 'unchanged detpack:agents:X-1', 'unchanged r1', 'unchanged r2']

/** As somebody does in Kibana. */
function byHand(id: string, more: Body = {}): void {
  const [like] = kibana.exceptions().items.values()
  kibana.exceptions().items.set(id, { ...like, item_id: id, tags: [], ...more })
}

test('lists come before their items, and both before the rule, which refers to the list by the id it got', async () => {
  expect(await deploy(one)).toEqual([`create ${LIST}`, 'create detpack:agents:X-1', 'create r1', 'create r2'])
  const made = kibana.exceptions().lists.get(LIST)
  expect(stored('r1')['exceptions_list']).toEqual([
    { id: made?.['id'], list_id: LIST, type: 'detection', namespace_type: 'single' },
  ])
  expect(stored('r2')['exceptions_list']).toEqual([])
  const writes = kibana.requests.filter((each) => !each.startsWith('GET ')).map((each) => each.split('?')[0])
  expect(writes).toEqual([
    'POST /api/exception_lists',
    'POST /api/exception_lists/items',
    'POST /api/detection_engine/rules/_import',
  ])
})

test('a second deployment changes nothing', async () => {
  await deploy(one)
  expect(await deploy(one)).toEqual(UNCHANGED)
})

test('what somebody changed in an item is set right again and shown; tags and comments of others stay', async () => {
  await deploy(one)
  const item = kibana.exceptions().items.get('detpack:agents:X-1') ?? {}
  Object.assign(item, {
    entries: [{ field: 'process.executable', operator: 'included', type: 'match', value: '/bin/sh' }],
    tags: ['mine', ...(item['tags'] as string[])],
    comments: [{ id: 'c1', comment: 'why not', created_at: '2026-01-01T00:00:00.000Z', created_by: 'anna' }],
  })
  const { actions } = await plan(one)
  expect(actions[1]).toMatchObject({ kind: 'update', drifted: true, changes: [{ field: 'entries' }] })
  await deploy(one)
  const after = kibana.exceptions().items.get('detpack:agents:X-1')
  expect(after).toMatchObject({
    entries: [{ value: '/usr/bin/restic' }],
    tags: expect.arrayContaining(['mine']) as string[],
    comments: [{ id: 'c1', comment: 'why not' }],
  })
  expect((await deploy(one)).every((each) => each.startsWith('unchanged'))).toBe(true)
})

test('an exception that left the pack goes with its list, and the rule lets go of it first', async () => {
  await deploy(one)
  expect(await deploy(bare)).toEqual(['update r1', 'unchanged r2', 'delete detpack:agents:X-1', `delete ${LIST}`])
  expect(stored('r1')['exceptions_list']).toEqual([])
  expect([items(), kibana.exceptions().lists.size]).toEqual([[], 0])
})

test('items that people added to our list are kept, with the list and the reference to it', async () => {
  await deploy(one)
  byHand('theirs')
  expect(await deploy(one)).toEqual(UNCHANGED)
  const planned = await plan(bare)
  expect(summary(planned)).toEqual(['unchanged r1', 'unchanged r2', 'delete detpack:agents:X-1', `blocked ${LIST}`])
  expect(planned.actions[0]).toMatchObject({ kept: [{ field: 'exceptions_list' }] })
  expect(planned.actions[3]).toMatchObject({ reason: 'it holds an exception that somebody else made' })
  await deploy(bare)
  expect(items()).toEqual(['theirs'])
  expect(stored('r1')['exceptions_list']).toHaveLength(1)
  const destroyed = planOf(await planDestruction(await opened(connection), PACK))
  expect(summary(destroyed)).toEqual(['delete r1', 'delete r2', `blocked ${LIST}`])
})

test('lists that people gave to the rule are kept beside ours, and ours comes back when they take it away', async () => {
  await deploy(one)
  const theirs = { id: 'x', list_id: 'team-list', type: 'detection', namespace_type: 'single' }
  kibana
    .exceptions()
    .lists.set('team-list', { ...kibana.exceptions().lists.get(LIST), list_id: 'team-list', id: 'x', tags: [] })
  stored('r1')['exceptions_list'] = [...(stored('r1')['exceptions_list'] as Body[]), theirs]
  expect(await deploy(one)).toEqual(UNCHANGED)
  stored('r1')['exceptions_list'] = [theirs]
  expect((await deploy(one))[2]).toBe('update r1')
  expect((stored('r1')['exceptions_list'] as Body[]).map((each) => each['list_id'])).toEqual(['team-list', LIST])
  expect((await deploy(one, { overwrite: new Set(['exceptions_list']) }))[2]).toBe('update r1')
  expect((stored('r1')['exceptions_list'] as Body[]).map((each) => each['list_id'])).toEqual([LIST])
})

test('an item of that id that somebody else made is not touched', async () => {
  await deploy(one)
  byHand('detpack:agents:X-2', { tags: [] })
  expect(await deploy(excepted(exception('X-1', '/usr/bin/restic'), exception('X-2', 'x')))).toContain(
    'blocked detpack:agents:X-2',
  )
})

test('an exception that moves to another rule is made anew in its list', async () => {
  await deploy(one)
  const rule = wanted('r2')
  const content = { ...rule.content, exceptions_list: [exceptionReference(PACK.name, 'r2')] }
  const moved = packOf([list('r2'), exception('X-1', '/usr/bin/restic', 'r2'), wanted('r1'), { ...rule, content }])
  expect(await deploy(moved)).toEqual([
    'create detpack:agents:r2',
    'replace detpack:agents:X-1',
    'update r1',
    'update r2',
    `delete ${LIST}`,
  ])
  expect(kibana.exceptions().items.get('detpack:agents:X-1')).toMatchObject({ list_id: 'detpack:agents:r2' })
})

test('a rollback puts lists, items and references back', async () => {
  const target = withReceipts(await opened(connection))
  await apply(await planFor(one, target), target)
  const before = structuredClone([...kibana.exceptions().items.values()].map((each) => each['entries']))
  await apply(await planFor(bare, target), target)
  expect(items()).toEqual([])
  const back = planOf(await planRollback(undefined, target, PACK, false))
  expect((await apply(back, target)).diagnostics).toEqual([])
  expect([...kibana.exceptions().items.values()].map((each) => each['entries'])).toEqual(before)
  // The list is another one to Kibana, and the rule refers to that.
  const id = kibana.exceptions().lists.get(LIST)?.['id']
  expect(stored('r1')['exceptions_list']).toMatchObject([{ id, list_id: LIST }])
  expect((await plan(one)).actions.map((action) => action.kind)).toEqual([
    'unchanged',
    'unchanged',
    'unchanged',
    'unchanged',
  ])
})

test.each(['list', 'item'])(
  'a %s that was made though its answer was lost keeps nothing after it back',
  async (what) => {
    const patient = { ...connection, pace: { timeout: 2000, attempts: 2, pause: 1, longestPause: 1 } }
    const rules = ['r1', 'r2'].map((id): DesiredObject => {
      const rule = wanted(id)
      return { ...rule, content: { ...rule.content, exceptions_list: [exceptionReference(PACK.name, id)] } }
    })
    const all = packOf([list('r1'), list('r2'), exception('X-1', 'a', 'r1'), exception('X-2', 'b', 'r2'), ...rules])
    const target = await opened(patient)
    kibana.fail({ method: 'POST', after: what === 'list' ? 0 : 2, answer: 'lose' })
    const applied = await apply(await planFor(all, target, options()), target)
    expect(applied.outcomes.map(({ result }) => result)).toEqual(all.objects.map(() => 'done'))
    expect(applied.diagnostics).toEqual([])
    const path = `POST /api/exception_lists${what === 'list' ? '' : '/items'}`
    expect(kibana.requests.filter((each) => each === path)).toHaveLength(3)
    expect([kibana.exceptions().lists.size, items()]).toEqual([2, ['detpack:agents:X-1', 'detpack:agents:X-2']])
  },
)

test('an answer that stays lost is told, since what comes after it was not tried, and the next run goes on', async () => {
  const all = excepted(exception('X-1', 'a'), exception('X-2', 'b'))
  const target = await opened(connection)
  kibana.fail({ method: 'POST', after: 1, answer: 'lose' })
  const applied = await apply(await planFor(all, target, options()), target)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/unreachable' }])
  expect(applied.outcomes.map(({ result }) => result)).toEqual(['done', 'done', 'skipped', 'skipped', 'skipped'])
  expect(await deploy(all)).toEqual([
    ...['unchanged detpack:agents:r1', 'unchanged detpack:agents:X-1', 'create detpack:agents:X-2'],
    ...['create r1', 'create r2'],
  ])
})

test('a key that may not look at exceptions deploys rules that have none', async () => {
  kibana.fail({ method: 'GET', after: 1, answer: { status: 403, body: { statusCode: 403, message: 'lists-read' } } })
  expect(summary(await plan(bare))).toEqual(['create r1', 'create r2'])
})
