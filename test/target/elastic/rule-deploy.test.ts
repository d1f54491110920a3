import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ElasticConnection } from '../../../src/target/elastic/connection.ts'
import { applyElastic, planElastic, type DesiredElastic } from '../../../src/target/elastic/deploy.ts'
import type { ApplyResult, Plan } from '../../../src/target/plan.ts'
import { pack, planOf, summary, wanted } from './desired-fixture.ts'
import { API_KEY, READ_ONLY_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'

// Every request of the product goes to the stand-in, which checks it against Kibana's interface description.

const PACE = { timeout: 2000, attempts: 3, pause: 1, longestPause: 2 }

let kibana: StandIn
let connection: ElasticConnection
beforeEach(async () => {
  kibana = await startKibana()
  connection = { kibana: { url: kibana.url, apiKey: API_KEY }, pace: PACE }
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

async function plan(desired: DesiredElastic, to = connection): Promise<Plan> {
  return planOf(await planElastic(desired, to))
}

async function deploy(desired: DesiredElastic): Promise<ApplyResult> {
  return applyElastic(await plan(desired), connection)
}

function results(applied: ApplyResult): readonly string[] {
  return applied.outcomes.map((one) => `${one.result} ${one.action.object.id}`)
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
  expect(results(await applyElastic(again, connection))).toEqual(['nothing r1', 'nothing r2'])
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
  expect(results(await applyElastic(planned, connection))).toEqual(['nothing r1', 'done r2'])
})

test('more rules than a page holds are all found', async () => {
  const many = pack(Array.from({ length: 205 }, (_, i) => wanted(`r${i}`)))
  await deploy(many)
  const before = kibana.requests.length
  expect(new Set((await plan(many)).actions.map((action) => action.kind))).toEqual(new Set(['unchanged']))
  expect(kibana.requests.length - before).toBe(3)
})

test('a space has its own rules, and a pack name with quotes finds them', async () => {
  const inSpace: ElasticConnection = { ...connection, kibana: { url: `${kibana.url}/`, apiKey: API_KEY, space: 'soc' } }
  const named = wanted('r1')
  const tags = named.tags.map((tag) => tag.replace('pack=agents', 'pack=say "hi"'))
  const desired = pack([{ ...named, tags }], { pack: 'say "hi"' })
  await applyElastic(await plan(desired, inSpace), inSpace)
  expect(stored('r1', 'soc').rule_id).toBe('r1')
  expect(kibana.rules().size).toBe(0)
  const before = kibana.requests.length
  expect(summary(await plan(desired, inSpace))).toEqual(['unchanged r1'])
  expect(kibana.requests.length - before).toBe(1)
})

test.each([429, 502, 503, 504])('status %i passes: the request is tried again', async (status) => {
  kibana.fail({ answer: { status, body: 'try later' } }, { method: 'POST', answer: { status, body: 'try later' } })
  expect((await deploy(two)).diagnostics).toEqual([])
})

test('a cut connection is tried again', async () => {
  kibana.fail({ answer: 'drop' }, { method: 'POST', answer: 'drop' })
  expect((await deploy(two)).diagnostics).toEqual([])
})

test('a create whose answer was lost finds its own rule and is content', async () => {
  kibana.fail({ method: 'POST', answer: 'lose' })
  const applied = await deploy(two)
  expect(applied.diagnostics).toEqual([])
  expect(results(applied)).toEqual(['done r1', 'done r2'])
  expect(kibana.requests.filter((request) => request.startsWith('POST'))).toHaveLength(3)
})

test('a create that meets another rule says that it reads back otherwise', async () => {
  const planned = await plan(pack([wanted('r1')]))
  kibana.fail({ method: 'POST', answer: { status: 409, body: { status_code: 409, message: 'exists' } } })
  expect((await applyElastic(planned, connection)).diagnostics).toMatchObject([{ code: 'target/not-verified' }])
})

test('a failure in the middle stops; what was done and what was not is told', async () => {
  const three = pack([wanted('r1'), wanted('r2'), wanted('r3')])
  kibana.fail({
    method: 'POST',
    after: 1,
    answer: { status: 400, body: { status_code: 400, message: ['bad', 'worse'] } },
  })
  const applied = await deploy(three)
  expect(results(applied)).toEqual(['done r1', 'failed r2', 'skipped r3'])
  expect(applied.diagnostics).toMatchObject([
    { code: 'target/refused', message: 'Kibana refused to create rule "r2" (status 400): bad; worse' },
  ])
  expect([...kibana.rules().keys()]).toEqual(['r1'])
  // Deploying again goes on where it stopped.
  expect(results(await deploy(three))).toEqual(['nothing r1', 'done r2', 'done r3'])
})

test('a rule that changed since the plan stops everything before the first write', async () => {
  await deploy(two)
  const next = pack([wanted('r1', { description: 'x' }), wanted('r2', { description: 'x' }, 'esql')])
  const planned = await plan(next)
  stored('r2').enabled = false
  const applied = await applyElastic(planned, connection)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/changed' }])
  expect(results(applied)).toEqual(['skipped r1', 'skipped r2'])
  expect(stored('r1').description).not.toBe('x')
})

test('a rule that appeared since the plan stops it too', async () => {
  const planned = await plan(pack([wanted('r1')]))
  await deploy(pack([wanted('r1', { description: 'another hand' })]))
  expect((await applyElastic(planned, connection)).diagnostics).toMatchObject([{ code: 'target/changed' }])
})

test('a wrong key is told as such, and never shown', async () => {
  const wrong = Buffer.from('other-id:another-secret-value').toString('base64')
  const planning = await planElastic(two, { kibana: { url: kibana.url, apiKey: wrong }, pace: PACE })
  expect(planning).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unauthorized' }] })
  // The stand-in repeats the header in its message, as a careless proxy might.
  expect(JSON.stringify(planning)).toContain('[secret]')
  expect(JSON.stringify(planning)).not.toContain(wrong)
  expect(JSON.stringify(planning)).not.toContain('another-secret-value')
})

test('a user and password work as well', async () => {
  const basic = { username: 'elastic', password: 'a password: with colons' }
  expect(summary(await plan(two, { kibana: { url: kibana.url, basic }, pace: PACE }))).toEqual([
    'create r1',
    'create r2',
  ])
})

test('a key that may only read can plan, and is refused at the first write', async () => {
  const reader: ElasticConnection = { kibana: { url: kibana.url, apiKey: READ_ONLY_KEY }, pace: PACE }
  const applied = await applyElastic(await plan(two, reader), reader)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/forbidden' }])
  expect(results(applied)).toEqual(['failed r1', 'skipped r2'])
  expect(kibana.rules().size).toBe(0)
})

test('a Kibana that stays busy is given up after a few attempts', async () => {
  kibana.fail(...Array.from({ length: 3 }, () => ({ answer: { status: 429, body: 'too many' } })))
  expect(await planElastic(two, connection)).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/busy' }] })
  expect(kibana.requests).toHaveLength(3)
})

test.each([
  ['a page of HTML', { status: 200, body: '<html>login</html>' }],
  ['an answer that is no list of rules', { status: 200, body: { hello: 'world' } }],
  ['no Detection Engine', { status: 404, body: { statusCode: 404, error: 'Not Found', message: 'Not Found' } }],
])('%s is an unexpected reply', async (_, answer) => {
  kibana.fail({ answer })
  expect(await planElastic(two, connection)).toMatchObject({
    kind: 'failed',
    diagnostics: [{ code: 'target/unexpected-reply' }],
  })
})

test('a redirect is not followed: the key would go along', async () => {
  kibana.fail({ answer: { status: 302, body: '' } })
  expect(await planElastic(two, connection)).toMatchObject({ diagnostics: [{ code: 'target/refused' }] })
})

test('a Kibana that is not there is unreachable', async () => {
  const gone: ElasticConnection = { kibana: { url: 'http://127.0.0.1:9', apiKey: API_KEY }, pace: PACE }
  expect(await planElastic(two, gone)).toMatchObject({ kind: 'failed', diagnostics: [{ code: 'target/unreachable' }] })
  const applied = await applyElastic(await plan(two), gone)
  expect(applied.diagnostics).toMatchObject([{ code: 'target/unreachable' }])
  expect(results(applied)).toEqual(['skipped r1', 'skipped r2'])
})

test('progress is told after each write', async () => {
  const seen: string[] = []
  await applyElastic(await plan(two), connection, {
    onProgress: ({ done, total, action }) => seen.push(`${done}/${total} ${action.object.id}`),
  })
  expect(seen).toEqual(['1/2 r1', '2/2 r2'])
})
