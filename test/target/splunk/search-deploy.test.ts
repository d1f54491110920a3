import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { planDeployment } from '../../../src/target/deployment.ts'
import type { Login } from '../../../src/target/destination.ts'
import { textOf, type Desired } from '../../../src/target/object.ts'
import type { Plan } from '../../../src/target/plan.ts'
import { planDestruction, planRollback } from '../../../src/target/rollback.ts'
import { openSplunk } from '../../../src/target/splunk/splunk-target.ts'
import type { Target } from '../../../src/target/target.ts'
import { apply, options, PACK, plan, planOf, results, summary } from '../deploying.ts'
import { opened, pack, to, wanted } from './desired-fixture.ts'
import type { Stored } from './splunk-entities.ts'
import { PASSWORD, READ_ONLY_TOKEN, SESSION_KEY, startSplunk, TOKEN, type SplunkStandIn } from './splunk-stand-in.ts'

// Every request of the product goes to the stand-in, which checks it against the written description of the API.

const LOGIN = { kind: 'bearer', token: TOKEN } as const

let splunk: SplunkStandIn
let target: Target
beforeEach(async () => {
  splunk = await startSplunk()
  target = await opened(to(splunk.url, LOGIN))
})
afterEach(async () => {
  await target.close()
  await splunk.close()
  expect(splunk.complaints).toEqual([])
})

const two = pack(wanted('r1'), wanted('r2'))
const NAME = 'Detpack - Rule r1 - Rule'
const FILTERS = ['detpack_events', 'detpack_r1_filter', 'detpack_r2_filter']

async function deploy(desired: Desired, more = {}): Promise<readonly string[]> {
  const applied = await apply(await plan(desired, target, more), target)
  expect(applied.diagnostics).toEqual([])
  return results(applied)
}

function stored(name = NAME): Stored {
  const found = splunk.searches.get(`detpack ${name}`)
  if (found === undefined) throw new Error(`no search ${name}`)
  return found
}

function changesOf(planned: Plan, id: string): readonly string[] {
  const action = planned.actions.find(({ object }) => object.id === id)
  return action !== undefined && 'changes' in action ? action.changes.map(({ field }) => field) : []
}

const writing = (from: number): readonly string[] =>
  splunk.requests.slice(from).filter((each) => !/^GET |\/parser$/.test(each))

describe('a deployment', () => {
  test('is planned without writing anything, and each search is parsed by Splunk', async () => {
    const all = [...FILTERS, 'r1', 'r2'].map((id) => `create ${id}`)
    expect(summary(await plan(two, target))).toEqual(all)
    expect(writing(0)).toEqual([])
    expect(splunk.requests.filter((each) => each.endsWith('/v2/parser'))).toHaveLength(2)
  })

  test('creates macros and searches with their access, and a second one changes nothing', async () => {
    expect(await deploy(two)).toEqual([...FILTERS, 'r1', 'r2'].map((id) => `done ${id}`))
    expect(stored().settings).toMatchObject({ disabled: '0', is_scheduled: '1', actions: 'notable,risk' })
    expect(stored().acl).toMatchObject({
      sharing: 'global',
      owner: 'nobody',
      read: ['*'],
      write: ['admin', 'sc_admin'],
    })
    const before = splunk.requests.length
    expect(await deploy(two)).toEqual([...FILTERS, 'r1', 'r2'].map((id) => `nothing ${id}`))
    expect(writing(before)).toEqual([])
  })

  test('changes only what differs', async () => {
    await deploy(two)
    const next = pack(wanted('r1', { description: 'New words.' }), wanted('r2'))
    const planned = await plan(next, target)
    expect(changesOf(planned, 'r1')).toEqual(['action.notable.param.rule_description', 'description'])
    const before = splunk.requests.length
    await deploy(next)
    expect(writing(before).filter((each) => !each.includes('/storage/'))).toEqual([
      `POST /servicesNS/nobody/detpack/saved/searches/${encodeURIComponent(NAME)}`,
    ])
    expect(stored().settings['description']).toMatch(/^New words\./)
  })

  test('shows that the version is another', async () => {
    await deploy(two)
    const next = pack(wanted('r1', { governance: { ...triaged, version: 4, triage: [] } }), wanted('r2'))
    const action = (await plan(next, target)).actions.find(({ object }) => object.id === 'r1')
    expect(action).toMatchObject({ kind: 'update', drifted: false })
    expect(action !== undefined && 'changes' in action ? action.changes.at(-1) : undefined).toEqual({
      ...{ field: 'version', live: 3, desired: 4 },
    })
  })

  test('empties a setting that is no longer wanted', async () => {
    await deploy(pack(wanted('r1', { governance: { ...triaged } })))
    expect(stored().settings['action.notable.param.next_steps']).toContain('Ask')
    await deploy(pack(wanted('r1')))
    expect(stored().settings['action.notable.param.next_steps']).toBe('')
    expect(summary(await plan(pack(wanted('r1')), target))).not.toContain('update r1')
  })

  test('of a rule with a new title takes the place of the old search, with what was tuned', async () => {
    await deploy(two)
    stored().settings['disabled'] = '1'
    stored().settings['actions'] = 'email,notable,risk'
    stored().settings['action.email.to'] = 'soc@example.org'
    expect(await deploy(pack(wanted('r1', { title: 'Another' }), wanted('r2')))).toContain('done r1')
    expect([...splunk.searches.values()].map(({ name }) => name).sort()).toEqual([
      'Detpack - Another - Rule',
      'Detpack - Rule r2 - Rule',
    ])
    expect(stored('Detpack - Another - Rule').settings).toMatchObject({
      disabled: '1',
      actions: 'email,notable,risk',
      'action.email.to': 'soc@example.org',
    })
  })

  test('deletes what left the pack, searches before the macros that they call; what others made stays', async () => {
    await deploy(two)
    splunk.searches.set('detpack Theirs', { ...stored(), name: 'Theirs', settings: { search: 'detpack' } })
    expect(await deploy(pack(wanted('r1')))).toEqual([
      ...['nothing detpack_events', 'nothing detpack_r1_filter', 'nothing r1'],
      ...['done r2', 'done detpack_r2_filter'],
    ])
    expect([...splunk.searches.values()].map(({ name }) => name)).toEqual([NAME, 'Theirs'])
  })

  test('takes titles with every sort of character', async () => {
    const odd = pack(wanted('r1', { title: 'Käse/Brot: 100% "x" & <y>?#;+' }))
    await deploy(odd)
    expect(summary(await plan(odd, target))).toContain('unchanged r1')
    await deploy(pack())
    expect(splunk.searches.size).toBe(0)
  })

  test('of more searches than a page holds finds them all', async () => {
    const many = pack(...Array.from({ length: 103 }, (_, at) => wanted(`r${at}`)))
    await deploy(many)
    expect(new Set((await plan(many, target)).actions.map(({ kind }) => kind))).toEqual(new Set(['unchanged']))
  })
})

const triaged = { version: 3, risk: [], grant: null, triage: [{ ask: 'Ask', run: null }], accept: [] }

describe('what people tuned is kept', () => {
  test('the switch, the schedule, the filter of a rule, and other actions', async () => {
    await deploy(two)
    Object.assign(stored().settings, { disabled: '1', cron_schedule: '*/10 * * * *', actions: 'email,notable,risk' })
    const filter = splunk.macros.get('detpack detpack_r1_filter')
    if (filter === undefined) throw new Error('no macro')
    filter.settings['definition'] = 'search NOT user=backup'
    const next = pack(wanted('r1', { description: 'New words.' }), wanted('r2'))
    const planned = await plan(next, target)
    const kept = planned.actions.flatMap((action) => ('kept' in action ? action.kept.map(({ field }) => field) : []))
    expect(kept.sort()).toEqual(['actions', 'cron_schedule', 'definition', 'disabled'])
    await deploy(next)
    expect(stored().settings).toMatchObject({ disabled: '1', cron_schedule: '*/10 * * * *' })
    expect(filter.settings['definition']).toBe('search NOT user=backup')

    await deploy(next, { overwrite: new Set(['disabled', 'cron_schedule', 'definition', 'actions']) })
    expect(stored().settings).toMatchObject({ disabled: '0', cron_schedule: '*/5 * * * *', actions: 'notable,risk' })
    expect(filter.settings['definition']).toBe('search *')
  })

  test('a schedule that is too short for the chains of a rule is said', async () => {
    await deploy(two)
    stored().settings['dispatch.earliest_time'] = '-6m@m'
    const planning = await planDeployment(two, target, options())
    expect(planning.diagnostics.map(({ code }) => code)).toEqual(['target/short-lookback'])
  })
})

describe('drift', () => {
  test('is shown as last written, as it is and as wanted, and is set right', async () => {
    await deploy(two)
    stored().settings['search'] = 'index=other'
    stored().acl.sharing = 'app'
    const action = (await plan(two, target)).actions.find(({ object }) => object.id === 'r1')
    expect(action).toMatchObject({
      kind: 'update',
      drifted: true,
      changes: [
        { field: 'acl.sharing', live: 'app', desired: 'global', written: 'global' },
        { field: 'search', live: 'index=other' },
      ],
    })
    await deploy(two)
    expect(stored().acl.sharing).toBe('global')
    expect(summary(await plan(two, target))).toContain('unchanged r1')
  })

  test('is told from a change of the pack by what the receipt says was written', async () => {
    await deploy(two)
    stored().settings['description'] = 'by hand'
    const next = pack(wanted('r1', { description: 'New words.' }), wanted('r2'))
    const action = (await plan(next, target)).actions.find(({ object }) => object.id === 'r1')
    const change = action !== undefined && 'changes' in action ? action.changes.at(-1) : undefined
    expect(change).toMatchObject({ field: 'description', live: 'by hand' })
    expect(change?.written).toContain('A credential was read')
  })

  test.each([
    ['yes and no in other words', { is_scheduled: 'true', 'alert.suppress': 'True', realtime_schedule: 'f' }],
    ['blanks and lines as a configuration file has them', { search: `${textOf(two.objects[3]?.content['search'])} ` }],
    ['settings that an installed Enterprise Security fills in', { 'action.notable.param.verbose': '1' }],
  ])('is not %s', async (_what, settings) => {
    await deploy(two)
    Object.assign(stored().settings, settings)
    expect(summary(await plan(two, target))).toContain('unchanged r1')
  })
})

describe('what detpack did not make', () => {
  test('is not touched: a search of that name is blocked, until it is adopted', async () => {
    await deploy(two)
    stored().settings['action.correlationsearch.annotations'] = '{}'
    const planned = await plan(two, target)
    expect(summary(planned)).toContain('blocked r1')
    expect(await deploy(two)).toContain('nothing r1')
    expect(await deploy(two, { adopt: new Set(['r1']) })).toContain('done r1')
    expect(summary(await plan(two, target))).toContain('unchanged r1')
  })

  test('a copy that somebody made of one of ours is theirs', async () => {
    await deploy(two)
    splunk.searches.set('detpack Copy', { ...stored(), name: 'Copy' })
    expect(await deploy(pack(wanted('r2')))).toContain('done r1')
    expect([...splunk.searches.values()].map(({ name }) => name)).toContain('Copy')
  })

  test('another pack may not take a rule', async () => {
    await deploy(two)
    const other = { ...PACK, name: 'others' }
    expect(summary(await plan(two, target, { pack: other }))).toContain('blocked r1')
  })

  test('what came with the package of an app cannot be deleted, and that is said', async () => {
    await deploy(two)
    stored().acl.removable = false
    const applied = await apply(await plan(pack(wanted('r2')), target), target)
    expect(applied.diagnostics).toMatchObject([
      { code: 'target/refused', hint: expect.stringContaining('package') as string },
    ])
  })
})

describe('undoing', () => {
  test('a rollback puts back what was there, byte for byte', async () => {
    await deploy(two)
    const before = JSON.stringify([...splunk.searches])
    stored().settings['disabled'] = '1'
    const tuned = JSON.stringify([...splunk.searches])
    await deploy(pack(wanted('r1', { description: 'New words.' }), wanted('r2')))
    const back = planOf(await planRollback(undefined, target, PACK, false))
    expect((await apply(back, target)).diagnostics).toEqual([])
    expect(JSON.stringify([...splunk.searches])).toBe(tuned)
    expect(tuned).not.toBe(before)
  })

  test('a rollback of a deletion brings the search back as it was', async () => {
    await deploy(two)
    const kept = { ...stored('Detpack - Rule r2 - Rule').settings }
    await deploy(pack(wanted('r1')))
    await apply(planOf(await planRollback(undefined, target, PACK, false)), target)
    expect(stored('Detpack - Rule r2 - Rule').settings).toEqual(kept)
  })

  test('a receipt that was damaged, or lacks a change, is refused', async () => {
    await deploy(two)
    const kept = splunk.collections.get('detpack detpack_receipts')
    const [change] = [...(kept?.keys() ?? [])]
    if (kept === undefined || change === undefined) throw new Error('no receipt')
    for (const content of ['{"half', '{"kind":"saved-search"}']) {
      kept.set(change, { ...kept.get(change), content })
      expect(await planRollback(undefined, target, PACK, false)).toMatchObject({
        diagnostics: [{ code: 'target/receipt' }],
      })
    }
    kept.delete(change)
    expect((await planRollback(undefined, target, PACK, false)).diagnostics[0]?.code).toBe('target/receipt')
  })

  test('destroying leaves what others made', async () => {
    await deploy(two)
    splunk.searches.set('detpack Theirs', { ...stored(), name: 'Theirs', settings: { search: 'detpack' } })
    await apply(planOf(await planDestruction(target, PACK)), target)
    expect([...splunk.searches.values()].map(({ name }) => name)).toEqual(['Theirs'])
    expect(splunk.macros.size).toBe(0)
  })

  test('an atomic deployment takes everything back when one search fails', async () => {
    splunk.fail({ method: 'POST', after: 13, answer: { status: 500, body: 'broken' } })
    const applied = await apply(await plan(two, target), target, { atomic: true })
    expect(applied.diagnostics.map(({ code }) => code)).toContain('target/refused')
    expect([splunk.searches.size, splunk.macros.size]).toEqual([0, 0])
  })
})

describe('what goes wrong', () => {
  const codes = async (login: Login, more = {}): Promise<readonly string[]> => {
    const opening = await openSplunk(to(splunk.url, login, more), 'splunk', 'index=main')
    if (opening.kind === 'open') await opening.target.close()
    return opening.kind === 'open' ? [] : opening.diagnostics.map(({ code }) => code)
  }

  test.each<[string, Login]>([
    ['a user', { kind: 'basic', username: 'admin', password: PASSWORD }],
    ['a session', { kind: 'session', key: SESSION_KEY }],
  ])('%s may log in as well', async (_who, login) => expect(await codes(login)).toEqual([]))

  test.each<[string, Login]>([
    ['an unknown token', { kind: 'bearer', token: 'unknown' }],
    ['a wrong password', { kind: 'basic', username: 'admin', password: 'wrong' }],
    ['no login', { kind: 'none' }],
  ])('%s is refused', async (_what, login) => expect(await codes(login)).toEqual(['target/unauthorized']))

  test('an app that is not there, is switched off, or cannot be one', async () => {
    expect(await codes(LOGIN, { app: 'other' })).toEqual(['target/no-app'])
    expect(await codes(LOGIN, { app: 'off' })).toEqual(['target/no-app'])
    expect(await codes(LOGIN, { app: '../etc' })).toEqual(['target/connection'])
  })

  test('a Splunk that is too old', async () => {
    const old = await startSplunk('7.3.9')
    const opening = await openSplunk(to(old.url, LOGIN), 'splunk', 'index=main')
    expect(opening).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/old-version' }] })
    await old.close()
  })

  test('a Splunk without version 2 of the endpoints is asked by version 1', async () => {
    const old = await startSplunk('8.2.0')
    const there = await opened(to(old.url, LOGIN))
    expect((await apply(await plan(two, there), there)).diagnostics).toEqual([])
    expect(old.requests.filter((each) => each.endsWith('/search/parser')).length).toBeGreaterThanOrEqual(2)
    expect(old.complaints).toEqual([])
    await there.close()
    await old.close()
  })

  test('an address that is no splunkd', async () => {
    splunk.fail({ answer: { status: 404, body: '<html>nginx</html>' } })
    expect(await codes(LOGIN)).toEqual(['target/refused'])
    splunk.fail({ answer: { status: 200, body: '<html>hello</html>' } })
    expect(await codes(LOGIN)).toEqual(['target/unexpected-reply'])
  })

  test('a right that is missing is named, and nothing was changed', async () => {
    const reader = await opened(to(splunk.url, { kind: 'bearer', token: READ_ONLY_TOKEN }))
    const applied = await apply(await plan(two, reader), reader)
    expect(applied.diagnostics).toMatchObject([
      { code: 'target/forbidden', hint: expect.stringContaining('write permission') as string },
    ])
    expect(splunk.searches.size + splunk.macros.size).toBe(0)
    await reader.close()
  })

  test('a search that Splunk cannot parse: nothing is changed, and Splunk is quoted', async () => {
    const bad = wanted('r2')
    const broken = { ...bad, content: { ...bad.content, search: '`detpack_events` | frobnicate' } }
    const planning = await planDeployment(pack(wanted('r1'), broken), target, options())
    expect(planning).toMatchObject({
      kind: 'failed',
      diagnostics: [
        {
          code: 'target/refused',
          message: `Splunk cannot parse the search of "Rule r2": Unknown search command 'frobnicate'.`,
        },
      ],
    })
    expect(writing(0)).toEqual([])
  })

  test('a plan that shows one search and would write another', async () => {
    const planned = await plan(two, target)
    const actions = planned.actions.map((action) =>
      action.object.id === 'r1' && 'content' in action ? { ...action, content: wanted('r2').content } : action,
    )
    const applied = await apply({ ...planned, actions }, target)
    expect(applied.diagnostics.map(({ code }) => code)).toEqual(['target/other-object'])
    expect(writing(0)).toEqual([])
  })

  test('a search that changed since the plan: nothing is written', async () => {
    await deploy(two)
    const planned = await plan(pack(wanted('r1', { description: 'New words.' })), target)
    stored().settings['search'] = 'index=other'
    const applied = await apply(planned, target)
    expect(applied.diagnostics.map(({ code }) => code)).toEqual(['target/changed'])
  })

  test.each([429, 502, 503, 504])('status %i passes: the request is tried again', async (status) => {
    splunk.fail({ answer: { status, body: 'try later' } }, { method: 'POST', answer: { status, body: 'try later' } })
    expect(await deploy(two)).toContain('done r1')
  })

  test('a lost answer is asked for again, and what is there already is taken for done', async () => {
    for (let after = 0; after < 24; after += 3) splunk.fail({ method: 'POST', after, answer: 'lose' })
    expect(await deploy(two)).toContain('done r2')
  })

  test('an error of the KV store is read though it is Atom', async () => {
    const body =
      '<?xml version="1.0"?>\n<response>\n<messages><msg type="ERROR">KV &amp; store</msg></messages></response>'
    splunk.fail({ method: 'POST', after: 2, answer: { status: 400, body } })
    const applied = await apply(await plan(two, target), target)
    expect(applied.diagnostics[0]?.message).toContain('KV & store')
    expect(splunk.searches.size).toBe(0)
  })

  test('no message holds a secret', async () => {
    splunk.fail({ answer: { status: 401, body: { messages: [{ type: 'WARN', text: `bad token ${TOKEN}` }] } } })
    const opening = await openSplunk(to(splunk.url, LOGIN), 'splunk', 'index=main')
    expect(JSON.stringify(opening)).toContain('[secret]')
    expect(JSON.stringify(opening)).not.toContain(TOKEN)
  })
})

test('a plan for another app is not done in this one', async () => {
  const planned = await plan(two, target)
  const elsewhere = { ...planned, place: { ...planned.place, at: 'Splunk elsewhere, app detpack' } }
  expect((await apply(elsewhere, target)).diagnostics.map(({ code }) => code)).toEqual(['target/other-place'])
})
