import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { restMacro } from '../../../src/artifact/splunk/macro.ts'
import { DEFAULT_ACCESS } from '../../../src/artifact/splunk/rest-search.ts'
import type { Correlation } from '../../../src/ir/rule.ts'
import { planDeployment } from '../../../src/target/deployment.ts'
import { prepareDestination } from '../../../src/target/destination.ts'
import type { Desired, DesiredObject, LiveObject } from '../../../src/target/object.ts'
import type { PackIdentity } from '../../../src/target/plan.ts'
import { planDestruction, planRollback } from '../../../src/target/rollback.ts'
import type { SplunkConnection } from '../../../src/target/splunk/connection.ts'
import type { Target } from '../../../src/target/target.ts'
import { apply, options, packOf, plan, planOf, results, summary } from '../deploying.ts'
import { excepted, opened, rows, wanted } from './desired-fixture.ts'

/**
 * What a deployment to Splunk promises, tried on a Splunk: the stand-in in `make test`, a user's own with
 * `make verify-live`. All that it makes has names of its own, is switched off, and is taken away at the end.
 *
 * @param catalogued also tries the collection and lookup `detpack_rules`, whose name is everybody's
 */
export function splunkSuite(connection: () => Promise<SplunkConnection>, catalogued: boolean): void {
  const tag = randomBytes(4).toString('hex')
  const pack: PackIdentity = { name: `detpack-verify-${tag}`, version: '1.0.0', digest: tag.repeat(8) }
  const [one, two] = [`verify_${tag}_1`, `verify_${tag}_2`]
  let to: SplunkConnection
  let target: Target
  beforeAll(async () => {
    to = await connection()
    target = await opened(to)
  })
  afterAll(async () => {
    await apply(planOf(await planDestruction(target, pack)), target)
    await target.close()
    const query = encodeURIComponent(JSON.stringify({ pack: pack.name }))
    await byHand('DELETE', `storage/collections/data/detpack_receipts?query=${query}`)
  })

  const search = (id: string, more: Partial<Correlation> = {}): DesiredObject =>
    wanted(id, { status: 'experimental', ...more }, pack.name)
  const macro: DesiredObject = {
    ...{ kind: 'macro', id: `detpack_${one}_filter`, title: `detpack_${one}_filter`, version: null },
    content: restMacro(
      { name: `detpack_${one}_filter`, settings: { definition: 'search *', description: 'Of a trial.' } },
      DEFAULT_ACCESS,
    ),
  }
  const table = catalogued ? [rows(one)] : []
  const keys = Array.from({ length: 501 }, (_, at) => `/etc/key-${at}`)
  const [list, exception] = excepted(`verify-${tag}`, ...keys)
  const exceptions = list === undefined || exception === undefined ? [] : [exception]
  const lists = list === undefined ? [] : [list]
  const both = packOf([...table, ...lists, macro, ...exceptions, search(one), search(two)])
  const ids = both.objects.map(({ id }) => id)
  const name = (id: string): string => encodeURIComponent(`Detpack - Rule ${id} - Rule`)

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
  /** As a person does it: a request that is not the product's. */
  const byHand = async (method: string, path: string, form?: Record<string, string>): Promise<void> => {
    const prepared = await prepareDestination(to.splunkd, 'Splunk')
    if (prepared.kind === 'failed') throw new Error('no way to Splunk')
    const { base, authorization, ca, insecure } = prepared.destination
    const { Agent, request } = await import('undici')
    const dispatcher = new Agent({ connect: { ...(ca !== null && { ca }), rejectUnauthorized: !insecure } })
    const mode = path.includes('?') ? '&output_mode=json' : '?output_mode=json'
    const answer = await request(`${base}/servicesNS/nobody/${to.app}/${path}${mode}`, {
      method: method as 'POST',
      dispatcher,
      headers: {
        ...(authorization !== null && { authorization }),
        ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(form !== undefined && { body: new URLSearchParams(form).toString() }),
    })
    const said = await answer.body.text()
    await dispatcher.close()
    if (answer.statusCode >= 300) throw new Error(`${method} ${path}: ${answer.statusCode} ${said.slice(0, 300)}`)
  }

  test('a plan writes nothing; doing it makes everything; a second one has nothing to do', async () => {
    expect(summary(await plan(both, target, { pack }))).toEqual(ids.map((id) => `create ${id}`))
    expect(await live()).toEqual([])
    expect(await deploy(both)).toEqual(ids.map((id) => `done ${id}`))
    expect(await deploy(both)).toEqual(ids.map((id) => `nothing ${id}`))
  })

  test('what is set by hand is drift, what may be tuned is kept', async () => {
    await byHand('POST', `saved/searches/${name(one)}`, { description: 'by hand', cron_schedule: '*/30 * * * *' })
    await byHand('POST', `configs/conf-macros/detpack_${one}_filter`, { definition: 'search NOT user=backup' })
    const planned = await plan(both, target, { pack })
    const changed = planned.actions.find(({ object }) => object.id === one)
    expect(changed).toMatchObject({
      kind: 'update',
      drifted: true,
      changes: [{ field: 'description', live: 'by hand' }],
      kept: [{ field: 'cron_schedule', live: '*/30 * * * *', desired: '*/5 * * * *' }],
    })
    await deploy(both)
    const there = await live()
    expect(there.find(({ id }) => id === one)?.content['cron_schedule']).toBe('*/30 * * * *')
    expect(there.find(({ kind }) => kind === 'macro')?.content['definition']).toBe('search NOT user=backup')
  })

  test('a change is rolled back byte for byte', async () => {
    const before = await live()
    await deploy(packOf([...table, macro, search(one, { description: 'New words.' }), search(two)]))
    expect(await live()).not.toEqual(before)
    const back = planOf(await planRollback(undefined, target, pack, false))
    expect((await apply(back, target)).diagnostics).toEqual([])
    expect(await live()).toEqual(before)
  })

  test('a rule with a new title is still one search', async () => {
    await deploy(packOf([...table, macro, search(one), search(two, { title: `Renamed ${tag}` })]))
    const names = (await live()).flatMap(({ kind, handle }) => (kind === 'saved-search' ? [handle] : []))
    expect(names.sort()).toEqual([`Detpack - Renamed ${tag} - Rule`, `Detpack - Rule ${one} - Rule`].sort())
  })

  test('a search that cannot be parsed is refused before anything changes', async () => {
    const bad = search(one)
    const broken = { ...bad, content: { ...bad.content, search: 'index=main | nosuchcommand' } }
    const planning = await planDeployment(packOf([broken]), target, options({ pack, prune: false }))
    expect(planning.kind).toBe('failed')
    expect(planning.diagnostics.map(({ code }) => code)).toContain('target/refused')
  })

  test('the target tells of runs, alerts and events', async () => {
    const told = await target.status?.(pack.name, Date.now() - 3_600_000)
    expect(told).toMatchObject({ kind: 'read' })
  })

  test('what is taken away is gone', async () => {
    await apply(planOf(await planDestruction(target, pack)), target)
    expect(await live()).toEqual([])
  })
}
