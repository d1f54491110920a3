import { afterEach, beforeEach, expect, test } from 'vitest'
import { planDeployment } from '../../../src/target/deployment.ts'
import type { Login } from '../../../src/target/destination.ts'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { openElastic } from '../../../src/target/elastic/elastic-target.ts'
import type { Desired } from '../../../src/target/object.ts'
import type { ApplyResult, Progress } from '../../../src/target/apply.ts'
import type { Plan, Planning } from '../../../src/target/plan.ts'
import { apply, options, PACK, packOf as pack, plan as planFor, results, summary } from '../deploying.ts'
import { opened, wanted } from './desired-fixture.ts'
import { API_KEY, READ_ONLY_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'

// Every request of the product goes to the stand-in, which checks it against Kibana's interface description.

const PACE = { timeout: 2000, attempts: 3, pause: 1, longestPause: 2 }

let kibana: StandIn
let connection: ElasticConnection
beforeEach(async () => {
  kibana = await startKibana()
  connection = to({ kind: 'api-key', key: API_KEY })
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

function to(login: Login, url = kibana.url): ElasticConnection {
  return { kibana: { url, login }, pace: PACE }
}

async function plan(desired: Desired, over = connection, more = {}): Promise<Plan> {
  return planFor(desired, await opened(over), more)
}

async function planning(desired: Desired, over = connection): Promise<Planning> {
  const opening = await openElastic(over)
  return opening.kind === 'failed' ? opening : planDeployment(desired, opening.target, options())
}

async function applyElastic(planned: Plan, over = connection, more = {}): Promise<ApplyResult> {
  return apply(planned, await opened(over), more)
}

async function deploy(desired: Desired, more = {}): Promise<ApplyResult> {
  return applyElastic(await plan(desired), connection, more)
}

const two = pack([wanted('r1'), wanted('r2', {}, 'esql')])

/** A stored rule, to be changed as a person would in Kibana. */
function stored(id: string, space?: string): Record<string, unknown> {
  const rule = kibana.rules(space).get(id)
  if (rule === undefined) throw new Error(`no rule ${id}`)
  return rule
}

test('planning reads and writes nothing', async () => {
  expect(summary(await plan(two))).toEqual(['create r1', 'create r2'])
  expect(kibana.requests.every((request) => request.startsWith('GET '))).toBe(true)
})

test('a deployment creates the rules, reads them back, and a second one changes nothing', async () => {
  const applied = await deploy(two)
  expect(applied.diagnostics).toEqual([])
  expect(results(applied)).toEqual(['done r1', 'done r2'])
  expect(stored('r1')).toMatchObject({ type: 'eql', enabled: true })
  expect(stored('r2')).toMatchObject({ type: 'esql' })

  const before = kibana.requests.length
  const again = await plan(two)
  expect(summary(again)).toEqual(['unchanged r1', 'unchanged r2'])
  expect(results(await applyElastic(again))).toEqual(['nothing r1', 'nothing r2'])
  expect(kibana.requests.slice(before).every((request) => request.startsWith('GET '))).toBe(true)
})

test('a new version is updated in place, with what was tuned', async () => {
  await deploy(two)
  Object.assign(stored('r1'), { enabled: false, tags: ['mine', ...(stored('r1').tags as string[])] })
  const next = pack([wanted('r1', { description: 'New words.' }), wanted('r2', {}, 'esql')])
  expect(results(await deploy(next))).toEqual(['done r1', 'nothing r2'])
  expect(stored('r1')).toMatchObject({
    description: 'New words.',
    enabled: false,
    tags: expect.arrayContaining(['mine']) as string[],
  })
})

test('a rule may change its type', async () => {
  await deploy(two)
  const other = pack([wanted('r1', {}, 'esql'), wanted('r2')])
  const applied = await deploy(other)
  expect(applied.diagnostics).toEqual([])
  expect(stored('r1').type).toBe('esql')
  expect(summary(await plan(other))).toEqual(['unchanged r1', 'unchanged r2'])
})

test('a rule that left the pack is deleted; one of others stays', async () => {
  await deploy(two)
  kibana.rules().set('theirs', { ...stored('r1'), rule_id: 'theirs', tags: [] })
  expect(results(await deploy(pack([wanted('r1')])))).toEqual(['nothing r1', 'done r2'])
  expect([...kibana.rules().keys()].sort()).toEqual(['r1', 'theirs'])
})

test('a rule of that id that somebody else made is blocked, and the others are deployed', async () => {
  await deploy(pack([wanted('r1')]))
  stored('r1').tags = []
  const planned = await plan(two)
  expect(summary(planned)).toEqual(['blocked r1', 'create r2'])
  expect(results(await applyElastic(planned))).toEqual(['nothing r1', 'done r2'])
})

test('more rules than a page holds are all found', async () => {
  const many = pack(Array.from({ length: 405 }, (_, i) => wanted(`r${i}`)))
  await deploy(many)
  const before = kibana.requests.length
  expect(new Set((await plan(many)).actions.map((action) => action.kind))).toEqual(new Set(['unchanged']))
  // Its version, the lists of values and of exceptions, and three pages.
  expect(kibana.requests.length - before).toBe(6)
})

test('a space has its own rules, and a pack name with quotes finds them', async () => {
  const inSpace: ElasticConnection = {
    ...connection,
    kibana: { url: `${kibana.url}/`, login: { kind: 'api-key', key: API_KEY }, space: 'soc' },
  }
  const named = { pack: { ...PACK, name: 'say "hi"' } }
  const desired = pack([wanted('r1')])
  await applyElastic(await plan(desired, inSpace, named), inSpace)
  expect(stored('r1', 'soc').rule_id).toBe('r1')
  expect(kibana.rules().size).toBe(0)
  const before = kibana.requests.length
  expect(summary(await plan(desired, inSpace, named))).toEqual(['unchanged r1'])
  // Its version, the space, the lists of values and of exceptions, and one page.
  expect(kibana.requests.length - before).toBe(5)
})

test.each([429, 502, 503, 504])('status %i passes: the request is tried again', async (status) => {
  kibana.fail({ answer: { status, body: 'try later' } }, { method: 'POST', answer: { status, body: 'try later' } })
  expect((await deploy(two)).diagnostics).toEqual([])
})

test('a cut connection is tried again', async () => {
  kibana.fail({ answer: 'drop' }, { method: 'POST', answer: 'drop' })
  expect((await deploy(two)).diagnostics).toEqual([])
})

test('an import whose answer was lost is repeated and nothing is doubled', async () => {
  kibana.fail({ method: 'POST', answer: 'lose' })
  const applied = await deploy(two)
  expect(applied.diagnostics).toEqual([])
  expect(results(applied)).toEqual(['done r1', 'done r2'])
  expect(kibana.requests.filter((request) => request.startsWith('POST'))).toHaveLength(2)
  expect(kibana.rules().size).toBe(2)
})

test('a failure that is answered although all was done is no failure', async () => {
  kibana.fail(...Array.from({ length: 3 }, () => ({ method: 'POST', answer: 'lose' }) as const))
  expect((await deploy(two)).diagnostics).toEqual([])
})

test('an import that answers 200 with rules that failed is read as failed, rule by rule', async () => {
  const three = pack([wanted('r1'), wanted('r2'), wanted('r3')])
  kibana.refuse('r2', 'unknown index')
  const applied = await deploy(three)
  expect(results(applied)).toEqual(['done r1', 'failed r2', 'done r3'])
  expect(applied.diagnostics).toMatchObject([
    { code: 'target/refused', message: 'Kibana refused to import rule "r2": unknown index' },
  ])
})

test('an import that answers success and did nothing reads back otherwise', async () => {
  const nothing = {
    ...{ exceptions_success: true, exceptions_success_count: 0, exceptions_errors: [] },
    ...{ rules_count: 1, success: true, success_count: 1, errors: [] },
  }
  kibana.fail({ method: 'POST', answer: { status: 200, body: nothing } })
  const applied = await deploy(pack([wanted('r1')]))
  expect(applied.diagnostics).toMatchObject([{ code: 'target/not-verified' }])
  expect(results(applied)).toEqual(['failed r1'])
})

test('a failure in the middle stops; what was done and what was not is told', async () => {
  const many = pack(Array.from({ length: 250 }, (_, i) => wanted(`r${i}`)))
  kibana.fail({
    method: 'POST',
    after: 1,
    answer: { status: 400, body: { status_code: 400, message: ['bad', 'worse'] } },
  })
  const applied = await deploy(many)
  const count = (result: string): number => applied.outcomes.filter((one) => one.result === result).length
  expect([count('done'), count('failed'), count('skipped')]).toEqual([100, 100, 50])
  expect(applied.diagnostics).toMatchObject([
    { code: 'target/refused', message: 'Kibana refused to import 100 rules (status 400): bad; worse' },
  ])
  // Deploying again goes on where it stopped.
  expect((await deploy(many)).outcomes.filter((one) => one.result === 'done')).toHaveLength(150)
  expect(kibana.rules().size).toBe(250)
})

test('what was done is taken back when something fails and that was asked for', async () => {
  await deploy(pack([wanted('r1')]))
  const before = structuredClone(stored('r1'))
  const next = pack([wanted('r1', { description: 'New words.' }), wanted('r2'), wanted('r3')])
  kibana.refuse('r3', 'unknown index')
  const applied = await deploy(next, { atomic: true })
  expect(results(applied)).toEqual(['undone r1', 'undone r2', 'failed r3'])
  expect([...kibana.rules().keys()]).toEqual(['r1'])
  expect({ ...stored('r1'), revision: 0 }).toEqual({ ...before, revision: 0 })
})

test('a rule that somebody else made is taken over when that is asked for', async () => {
  await deploy(two)
  Object.assign(stored('r1'), { tags: ['theirs'], enabled: false, description: 'Their words.' })
  const planned = await plan(two, connection, { adopt: new Set(['r1']) })
  expect(summary(planned)).toEqual(['adopt r1', 'unchanged r2'])
  expect(planned.actions[0]).toMatchObject({ changes: [{ field: 'description', live: 'Their words.' }] })
  expect((await applyElastic(planned)).diagnostics).toEqual([])
  expect(stored('r1')).toMatchObject({ enabled: false, tags: expect.arrayContaining(['theirs']) as string[] })
  expect(summary(await plan(two))).toEqual(['unchanged r1', 'unchanged r2'])
})

test('exceptions and the switch are taken back when that is asked for by name', async () => {
  await deploy(two)
  const list = { id: 'x', list_id: 'l', type: 'detection', namespace_type: 'single' }
  Object.assign(stored('r1'), { enabled: false, exceptions_list: [list] })
  expect(summary(await plan(two))).toEqual(['unchanged r1', 'unchanged r2'])
  const planned = await plan(two, connection, { overwrite: new Set(['enabled', 'exceptions_list']) })
  expect(summary(planned)).toEqual(['update r1', 'unchanged r2'])
  expect((await applyElastic(planned)).diagnostics).toEqual([])
  expect(stored('r1')).toMatchObject({ enabled: true, exceptions_list: [] })
})

test('a plan for another place is not done', async () => {
  const planned = await plan(two)
  const elsewhere = { ...planned, place: { ...planned.place, name: 'prod' } }
  const applied = await applyElastic(elsewhere)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/other-place' }])
  expect(kibana.rules().size).toBe(0)
})

test('a rule that changed since the plan stops everything before the first write', async () => {
  await deploy(two)
  const next = pack([wanted('r1', { description: 'x' }), wanted('r2', { description: 'x' }, 'esql')])
  const planned = await plan(next)
  stored('r2').enabled = false
  const applied = await applyElastic(planned)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/changed' }])
  expect(results(applied)).toEqual(['skipped r1', 'skipped r2'])
  expect(stored('r1').description).not.toBe('x')
})

test('a rule that appeared since the plan stops it too', async () => {
  const planned = await plan(pack([wanted('r1')]))
  await deploy(pack([wanted('r1', { description: 'another hand' })]))
  expect((await applyElastic(planned)).diagnostics).toMatchObject([{ code: 'target/changed' }])
})

test('a wrong key is told as such, and never shown', async () => {
  const wrong = Buffer.from('other-id:another-secret-value').toString('base64')
  const failed = await planning(two, to({ kind: 'api-key', key: wrong }))
  expect(failed).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
  // The stand-in repeats the header in its message, as a careless proxy might.
  expect(JSON.stringify(failed)).toContain('[secret]')
  expect(JSON.stringify(failed)).not.toContain(wrong)
  expect(JSON.stringify(failed)).not.toContain('another-secret-value')
})

test('a user and password work as well', async () => {
  const basic = { kind: 'basic', username: 'elastic', password: 'a password: with colons' } as const
  expect(summary(await plan(two, to(basic)))).toEqual(['create r1', 'create r2'])
})

test('a key that may only read can plan, and is refused at the first write', async () => {
  const reader = to({ kind: 'api-key', key: READ_ONLY_KEY })
  const applied = await applyElastic(await plan(two, reader), reader)
  // What is missing is named, and where it is given.
  expect(applied.diagnostics).toMatchObject([
    {
      code: 'target/forbidden',
      message: expect.stringContaining('this action is granted by [securitySolution]') as string,
      hint: expect.stringContaining('all rights on the Security feature in this space') as string,
    },
  ])
  expect(results(applied)).toEqual(['failed r1', 'failed r2'])
  expect(kibana.rules().size).toBe(0)
})

test('a Kibana that stays busy is given up after a few attempts', async () => {
  kibana.fail(...Array.from({ length: 3 }, () => ({ answer: { status: 429, body: 'too many' } })))
  expect(await planning(two)).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/busy' }] })
  expect(kibana.requests).toHaveLength(3)
})

test.each([
  ['a page of HTML', { status: 200, body: '<html>login</html>' }],
  ['an answer that is no list of rules', { status: 200, body: { hello: 'world' } }],
  ['no Detection Engine', { status: 404, body: { statusCode: 404, error: 'Not Found', message: 'Not Found' } }],
])('%s is an unexpected reply', async (_, answer) => {
  kibana.fail({ after: 2, answer })
  expect(await planning(two)).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/unexpected-reply' }],
  })
})

test('a redirect is not followed: the key would go along', async () => {
  kibana.fail({ answer: { status: 302, body: '' } })
  expect(await planning(two)).toMatchObject({ diagnostics: [{ code: 'target/refused' }] })
})

test('a space that is not there is told before anything is written, since Kibana would take rules for it', async () => {
  const nowhere = { ...connection, kibana: { ...to({ kind: 'api-key', key: API_KEY }).kibana, space: 'sco' } }
  expect(await planning(two, nowhere as ElasticConnection)).toMatchObject({
    diagnostics: [{ code: 'target/no-space', message: 'Kibana has no space "sco"' }],
  })
  expect(kibana.requests.every((request) => request.startsWith('GET '))).toBe(true)
})

test('a Kibana that is not there is unreachable', async () => {
  const gone = to({ kind: 'api-key', key: API_KEY }, 'http://127.0.0.1:9')
  expect(await planning(two, gone)).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unreachable' }] })
})

test('a Kibana that goes away after the plan changes nothing', async () => {
  const target = await opened(connection)
  const planned = await planFor(two, target)
  kibana.fail(...Array.from({ length: 3 }, () => ({ answer: 'drop' }) as const))
  const applied = await apply(planned, target)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/unreachable' }])
  expect(results(applied)).toEqual(['skipped r1', 'skipped r2'])
})

test('progress is told after each batch', async () => {
  const seen: string[] = []
  const many = pack(Array.from({ length: 150 }, (_, i) => wanted(`r${i}`)))
  await deploy(many, {
    onProgress: ({ done, total, action }: Progress) => seen.push(`${done}/${total} ${action.object.id}`),
  })
  expect(seen).toEqual(['100/150 r99', '150/150 r149'])
})
