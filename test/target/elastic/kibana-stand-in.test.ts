import { afterEach, beforeEach, expect, test } from 'vitest'
import { API_KEY, READ_ONLY_KEY, startKibana, type StandIn } from './kibana-stand-in.ts'

// The stand-in is held to what Elastic documents, with plain requests that do not come from the product.

let kibana: StandIn
beforeEach(async () => {
  kibana = await startKibana()
})
afterEach(() => kibana.close())

const HEADERS = { authorization: `ApiKey ${API_KEY}`, 'kbn-xsrf': 'x', 'content-type': 'application/json' }
const RULE = {
  rule_id: 'r1',
  name: 'n',
  description: 'd',
  risk_score: 21,
  severity: 'low',
  type: 'eql',
  language: 'eql',
  query: 'any where true',
}

async function call(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = HEADERS,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${kibana.url}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

const RULES = '/api/detection_engine/rules'

test('a created rule is answered with defaults filled in and a revision of 0', async () => {
  const { status, body } = await call('POST', RULES, RULE)
  expect(status).toBe(200)
  expect(body).toMatchObject({
    ...RULE,
    enabled: true,
    interval: '5m',
    from: 'now-6m',
    max_signals: 100,
    revision: 0,
    immutable: false,
  })
  expect(typeof body.id).toBe('string')
  expect((await call('GET', `${RULES}?rule_id=r1`)).body).toEqual(body)
})

test('a second rule of the same id is a conflict, in the shape of the solution', async () => {
  await call('POST', RULES, RULE)
  expect(await call('POST', RULES, RULE)).toEqual({
    status: 409,
    body: { status_code: 409, message: 'rule_id: "r1" already exists' },
  })
})

test.each(['GET', 'DELETE'])('%s of a rule that is not there is 404', async (method) => {
  expect(await call(method, `${RULES}?rule_id=r9`)).toEqual({
    status: 404,
    body: { status_code: 404, message: 'rule_id: "r9" not found' },
  })
})

test('an update replaces the whole rule, and counts only what it changed', async () => {
  await call('POST', RULES, { ...RULE, note: 'first', enabled: true })
  const off = await call('PUT', RULES, { ...RULE, note: 'first', enabled: false })
  expect(off.body).toMatchObject({ enabled: false, revision: 0 })
  const bare = await call('PUT', RULES, RULE)
  expect(bare.body).toMatchObject({ revision: 1 })
  expect(bare.body).not.toHaveProperty('note')
})

test('an unknown key is refused: Kibana would drop it without a word', async () => {
  const { status, body } = await call('POST', RULES, { ...RULE, querry: 'x' })
  expect(status).toBe(400)
  expect(body.message).toMatch(/^\[request body\]: .*querry/)
  expect(kibana.complaints).toHaveLength(1)
})

test('a write without kbn-xsrf is refused, in the shape of the platform', async () => {
  const headers = { authorization: HEADERS.authorization, 'content-type': 'application/json' }
  const { status, body } = await call('POST', RULES, RULE, headers)
  expect(status).toBe(400)
  expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' })
})

test('another API version is refused', async () => {
  const { status } = await call('GET', `${RULES}?rule_id=r1`, undefined, {
    ...HEADERS,
    'elastic-api-version': '2020-01-01',
  })
  expect(status).toBe(400)
})

test('a wrong key is 401; one that may only read is 403 on writes', async () => {
  expect((await call('GET', `${RULES}/_find`, undefined, { authorization: 'ApiKey bm86a2V5' })).status).toBe(401)
  const headers = { ...HEADERS, authorization: `ApiKey ${READ_ONLY_KEY}` }
  expect((await call('GET', `${RULES}/_find`, undefined, headers)).status).toBe(200)
  expect((await call('POST', RULES, RULE, headers)).status).toBe(403)
})

test('a search is paged, 20 to a page unless asked, and filtered by exact tag', async () => {
  for (let i = 0; i < 25; i++)
    await call('POST', RULES, { ...RULE, rule_id: `r${i}`, tags: i % 2 === 0 ? ['even "tag"'] : [] })
  const first = await call('GET', `${RULES}/_find`)
  expect(first.body).toMatchObject({ page: 1, perPage: 20, total: 25 })
  expect(first.body.data).toHaveLength(20)
  const second = await call('GET', `${RULES}/_find?page=2&per_page=20`)
  expect(second.body.data).toHaveLength(5)
  const filter = encodeURIComponent('alert.attributes.tags:"even \\"tag\\""')
  expect((await call('GET', `${RULES}/_find?filter=${filter}`)).body).toMatchObject({ total: 13 })
})

test('each space has its own rules', async () => {
  await call('POST', `/s/soc${RULES}`, RULE)
  expect((await call('GET', `${RULES}?rule_id=r1`)).status).toBe(404)
  expect((await call('GET', `/s/soc${RULES}?rule_id=r1`)).status).toBe(200)
})

const LIST = { list_id: 'simple_list', name: 'n', description: 'd', type: 'detection' }
const ITEM = {
  ...{ item_id: 'simple_list_item', list_id: 'simple_list', type: 'simple', name: 'n', description: 'd' },
  entries: [{ type: 'match', field: 'host.name', value: 'rock01', operator: 'included' }],
}
const LISTS = '/api/exception_lists'

test('an exception list is made once, found by its tag, and deleted with its items', async () => {
  const made = await call('POST', LISTS, { ...LIST, tags: ['mine'] })
  expect(made).toMatchObject({ status: 200, body: { namespace_type: 'single', version: 1, immutable: false } })
  expect(await call('POST', LISTS, LIST)).toEqual({
    status: 409,
    body: { status_code: 409, message: 'exception list id: "simple_list" already exists' },
  })
  const filter = encodeURIComponent('exception-list.attributes.tags:"mine"')
  expect((await call('GET', `${LISTS}/_find?filter=${filter}`)).body).toMatchObject({ total: 1, page: 1, per_page: 20 })
  expect((await call('POST', `${LISTS}/items`, ITEM)).status).toBe(200)
  expect((await call('DELETE', `${LISTS}?list_id=simple_list`)).status).toBe(200)
  expect(await call('GET', `${LISTS}/items?item_id=simple_list_item`)).toEqual({
    status: 404,
    body: { status_code: 404, message: 'exception list item item_id: "simple_list_item" does not exist' },
  })
})

test('an item needs its list, and an update keeps its comments', async () => {
  expect((await call('POST', `${LISTS}/items`, ITEM)).status).toBe(404)
  await call('POST', LISTS, LIST)
  const { body } = await call('POST', `${LISTS}/items`, { ...ITEM, comments: [{ comment: 'first' }] })
  expect(body).toMatchObject({ item_id: 'simple_list_item', tags: [], os_types: [] })
  const update = Object.fromEntries(Object.entries(ITEM).filter(([name]) => name !== 'list_id'))
  const [first] = body.comments as { id: string; comment: string }[]
  const kept = await call('PUT', `${LISTS}/items`, {
    ...update,
    comments: [{ id: first?.id, comment: 'first' }, { comment: 'second' }],
  })
  expect((kept.body.comments as { comment: string }[]).map((each) => each.comment)).toEqual(['first', 'second'])
  expect((await call('GET', `${LISTS}/items/_find?list_id=simple_list`)).body).toMatchObject({ total: 1 })
  expect((await call('GET', `${LISTS}/items/_find?list_id=none`)).status).toBe(404)
})

const VALUES = '/api/lists'

test('a value list needs the data streams, is made once, and holds what was sent some time after the answer', async () => {
  const list = { id: 'ip_list', name: 'Simple list with ips', description: 'This list describes bad ips', type: 'ip' }
  expect((await call('GET', `${VALUES}/_find`)).status).toBe(404)
  expect((await call('GET', `${VALUES}/index`)).status).toBe(404)
  expect(await call('POST', `${VALUES}/index`)).toEqual({ status: 200, body: { acknowledged: true } })
  expect((await call('POST', `${VALUES}/index`)).status).toBe(409)
  expect(await call('POST', VALUES, list)).toMatchObject({ status: 200, body: { version: 1, immutable: false } })
  expect(await call('POST', VALUES, list)).toEqual({
    status: 409,
    body: { status_code: 409, message: 'list id: "ip_list" already exists' },
  })
  expect((await call('GET', `${VALUES}/_find`)).body).toMatchObject({ total: 1, page: 1, per_page: 20 })
  const lines = Array.from({ length: 400 }, (_, at) => `127.0.${at >> 8}.${at & 255}\n`)
  const file = [...lines, lines[0]].join('')
  expect((await sent(`${VALUES}/items/_import?list_id=ip_list`, file, 'a.txt')).status).toBe(200)
  expect((await sent(`${VALUES}/items/_import?list_id=none`, '127.0.0.1\n', 'a.txt')).status).toBe(409)
  const told = async (): Promise<string> =>
    (await fetch(`${kibana.url}${VALUES}/items/_export?list_id=ip_list`, { method: 'POST', headers: HEADERS })).text()
  expect([await told(), await told()]).toEqual([lines.slice(0, 300).join(''), lines.join('')])
  const item = `${VALUES}/items?list_id=ip_list&value=127.0.0.1`
  expect([(await call('DELETE', item)).status, (await call('DELETE', item)).status]).toEqual([200, 404])
  expect((await call('DELETE', `${VALUES}?id=ip_list`)).status).toBe(200)
  expect(await call('GET', `${VALUES}?id=ip_list`)).toEqual({
    status: 404,
    body: { status_code: 404, message: 'list id: "ip_list" does not exist' },
  })
})

/** Sends lines as the file of a form. */
async function sent(path: string, lines: string, name: string): Promise<Response> {
  const form = new FormData()
  form.append('file', new Blob([lines]), name)
  const body = await new Response(form).text()
  const boundary = /^--(\S+)/.exec(body)?.[1] ?? ''
  const headers = { ...HEADERS, 'content-type': `multipart/form-data; boundary=${boundary}` }
  return fetch(`${kibana.url}${path}`, { method: 'POST', headers, body })
}

test('an import drops the reference to a list that is not there', async () => {
  const lines = `${JSON.stringify({ ...RULE, exceptions_list: [{ id: 'x', list_id: 'none', type: 'detection', namespace_type: 'single' }] })}\n`
  await sent(`${RULES}/_import`, lines, 'rules.ndjson')
  expect((await call('GET', `${RULES}?rule_id=r1`)).body.exceptions_list).toEqual([])
})

test('the version and the spaces are told; a space that is not there is 404, and takes rules all the same', async () => {
  expect((await call('GET', '/api/status')).body).toMatchObject({ version: { number: '9.1.0' } })
  expect((await call('GET', '/api/spaces/space/soc')).status).toBe(200)
  expect((await call('GET', '/api/spaces/space/none')).status).toBe(404)
  expect((await call('POST', `/s/none${RULES}`, RULE)).status).toBe(200)
})
