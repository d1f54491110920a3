import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { exceptionReference, kibanaExceptionList, kibanaExceptions } from '../../../src/artifact/kibana/exception.ts'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { openKibana } from '../../../src/target/elastic/kibana-client.ts'
import type { Desired, DesiredObject, LiveObject } from '../../../src/target/object.ts'
import type { PackIdentity } from '../../../src/target/plan.ts'
import { planDestruction } from '../../../src/target/rollback.ts'
import type { Target } from '../../../src/target/target.ts'
import { span } from '../../artifact/rule-fixture.ts'
import { apply, packOf, plan, planOf, results, summary } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'

/**
 * What a deployment to Kibana promises, tried on a Kibana: the stand-in in `make test`, a user's own with
 * `make verify-live`. All that it makes has names of its own, is switched off, and is taken away at the end.
 */
export function kibanaSuite(connection: () => Promise<ElasticConnection>): void {
  const tag = randomBytes(4).toString('hex')
  const pack: PackIdentity = { name: `detpack-verify-${tag}`, version: '1.0.0', digest: tag.repeat(8) }
  const [one, two] = [`verify-${tag}-1`, `verify-${tag}-2`]
  let to: ElasticConnection
  let target: Target
  beforeAll(async () => {
    to = await connection()
    target = await opened(to)
  })
  afterAll(async () => {
    await apply(planOf(await planDestruction(target, pack)), target)
    await target.close()
  })

  const rule = (id: string, language: 'eql' | 'esql' = 'eql', more: JsonObject = {}): DesiredObject => {
    const made = wanted(id, { status: 'experimental' }, language)
    return { ...made, content: { ...made.content, enabled: false, ...more } }
  }
  const both = packOf([rule(one), rule(two, 'esql')])
  const who = { reason: 'A trial.', owner: 'o', author: 'a', approver: 'b', ticket: 'T-1', until: Date.UTC(2099, 0, 1) }
  const values = Array.from({ length: 501 }, (_, at) => `/opt/backup-${at}`)
  const scope = [{ field: 'process.executable', test: 'is', values, span } as const]
  const made = kibanaExceptions({ id: 'X-1', title: 'A trial', ...who, scope, span }, pack.name, one, () => ({
    ...{ type: 'keyword', multi: false },
  }))
  const [item] = made.items
  const [table] = made.lists
  const list = kibanaExceptionList(pack.name, one, 'A trial')
  const object = (
    kind: 'value-list' | 'exception-list' | 'exception',
    id: string,
    content: JsonObject,
  ): DesiredObject => ({
    ...{ kind, id, title: id, version: null, content },
  })
  const excepted = packOf([
    object('value-list', table?.id ?? '', table as unknown as JsonObject),
    object('exception-list', list.list_id, list),
    object('exception', item?.item_id ?? '', item as unknown as JsonObject),
    rule(one, 'eql', { exceptions_list: [exceptionReference(pack.name, one)] }),
    rule(two, 'esql'),
  ])

  const deploy = async (desired: Desired): Promise<readonly string[]> => {
    const applied = await apply(await plan(desired, target, { pack }), target)
    expect(applied.diagnostics).toEqual([])
    return results(applied)
  }
  const live = async (): Promise<readonly LiveObject[]> => {
    const read = await target.read(pack.name, [])
    if (read.kind === 'failed') throw new Error(read.diagnostic.message)
    return read.value
  }
  /** As a person does it: a rule put whole, with something else in it. */
  const byHand = async (id: string, more: Readonly<Record<string, Json>>): Promise<void> => {
    const there = (await live()).find((each) => each.id === id)
    if (there === undefined) throw new Error(`no rule ${id}`)
    const opening = await openKibana(to)
    if (opening.kind === 'failed') throw new Error('no way to Kibana')
    const body = { ...there.content, ...more }
    const path = '/detection_engine/rules'
    const reply = await opening.client.request({ method: 'PUT', path, body, doing: 'change a rule by hand' })
    await opening.client.close()
    if (reply.kind !== 'ok') throw new Error(`not changed: ${JSON.stringify(reply)}`)
  }
  const tagsOf = (each: LiveObject | undefined): readonly Json[] => (each?.content['tags'] ?? []) as readonly Json[]

  test('a plan writes nothing; doing it makes everything; a second one has nothing to do', async () => {
    expect(summary(await plan(both, target, { pack }))).toEqual([`create ${one}`, `create ${two}`])
    expect(await live()).toEqual([])
    expect(await deploy(both)).toEqual([`done ${one}`, `done ${two}`])
    expect(await deploy(both)).toEqual([`nothing ${one}`, `nothing ${two}`])
  })

  test('what is set by hand is drift, what may be tuned is kept', async () => {
    const there = (await live()).find((each) => each.id === one)
    await byHand(one, { description: 'by hand', interval: '10m', from: 'now-1h', tags: [...tagsOf(there), 'mine'] })
    const [changed] = (await plan(both, target, { pack })).actions
    expect(changed).toMatchObject({
      ...{ kind: 'update', drifted: true, changes: [{ field: 'description', live: 'by hand' }] },
      kept: expect.arrayContaining([expect.objectContaining({ field: 'interval', live: '10m' })]) as unknown,
    })
    await deploy(both)
    const after = (await live()).find((each) => each.id === one)
    expect(after?.content).toMatchObject({ interval: '10m', from: 'now-1h' })
    expect(tagsOf(after)).toContain('mine')
  })

  test('exceptions come before the rule that refers to them, and go again', async () => {
    expect(await deploy(excepted)).toEqual([
      `done ${table?.id ?? ''}`,
      `done ${list.list_id}`,
      `done ${item?.item_id ?? ''}`,
      `done ${one}`,
      `nothing ${two}`,
    ])
    expect((await deploy(excepted)).every((each) => each.startsWith('nothing '))).toBe(true)
    await deploy(both)
    expect((await live()).map((each) => each.kind)).toEqual(['rule', 'rule'])
  })

  test('a rule may change its type', async () => {
    await deploy(packOf([rule(one, 'esql'), rule(two, 'esql')]))
    expect((await live()).find((each) => each.id === one)?.content['type']).toBe('esql')
  })

  test('a space that is not there is told', async () => {
    const nowhere = { ...to, kibana: { ...to.kibana, space: `verify-${tag}` } } as ElasticConnection
    await expect(opened(nowhere)).rejects.toThrow(/has no space/)
  })

  test('what is taken away is gone', async () => {
    await apply(planOf(await planDestruction(target, pack)), target)
    expect(await live()).toEqual([])
  })
}
