import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PASSWORD, READ_ONLY_TOKEN, SESSION_KEY, startSplunk, TOKEN, type SplunkStandIn } from './splunk-stand-in.ts'

// The stand-in is held to what Splunk documents, with plain requests that do not come from the product.

let splunk: SplunkStandIn
beforeEach(async () => {
  splunk = await startSplunk()
})
afterEach(() => splunk.close())

const JSON_MODE = '?output_mode=json'
const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` }

interface Told {
  readonly status: number
  readonly text: string
  readonly headers: Headers
  readonly body: Record<string, never> & {
    readonly entry: readonly { name: string; content: Record<string, unknown>; acl: Record<string, unknown> }[]
    readonly messages: readonly { type: string; text: string }[]
    readonly paging: Record<string, number>
    readonly sid: string
    readonly results: readonly unknown[]
  }
}

async function call(
  method: string,
  path: string,
  form?: Record<string, string> | string,
  headers: Record<string, string> = AUTHORIZATION,
): Promise<Told> {
  const answer = await fetch(`${splunk.url}${path}`, {
    method,
    headers: { ...headers, ...(typeof form === 'string' && { 'content-type': 'application/json' }) },
    ...(form !== undefined && { body: typeof form === 'string' ? form : new URLSearchParams(form) }),
  })
  const text = await answer.text()
  const body = (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : {}) as Told['body']
  return { status: answer.status, text, headers: answer.headers, body }
}

const SEARCHES = `/servicesNS/nobody/detpack/saved/searches`
const made = (name: string, more: Record<string, string> = {}): Promise<Told> =>
  call('POST', `${SEARCHES}${JSON_MODE}`, { name, search: 'index=main', ...more })

describe('who asks', () => {
  test.each([
    ['a token', `Bearer ${TOKEN}`],
    ['a user', `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`],
    ['a session', `Splunk ${SESSION_KEY}`],
  ])('%s is let in', async (_who, authorization) => {
    expect((await call('GET', `/services/server/info${JSON_MODE}`, undefined, { authorization })).status).toBe(200)
  })

  test('login gives the key of a session', async () => {
    const form = { username: 'admin', password: PASSWORD }
    expect((await call('POST', `/services/auth/login${JSON_MODE}`, form, {})).body).toMatchObject({
      sessionKey: SESSION_KEY,
    })
  })

  test('a wrong password is challenged, an unknown token is not', async () => {
    const basic = await call('GET', `${SEARCHES}${JSON_MODE}`, undefined, { authorization: 'Basic eDp5' })
    expect([basic.status, basic.body.messages]).toEqual([401, [{ type: 'ERROR', text: 'Unauthorized' }]])
    expect(basic.headers.get('www-authenticate')).toContain('Basic')
    const token = await call('GET', `${SEARCHES}${JSON_MODE}`, undefined, { authorization: 'Bearer other' })
    expect([token.status, token.body.messages]).toEqual([
      401,
      [{ type: 'WARN', text: 'call not properly authenticated' }],
    ])
    expect(token.headers.get('www-authenticate')).toBe(null)
  })

  test('one without the capability is refused what changes anything', async () => {
    const headers = { authorization: `Bearer ${READ_ONLY_TOKEN}` }
    expect((await call('GET', `${SEARCHES}${JSON_MODE}`, undefined, headers)).status).toBe(200)
    const form = { name: 'x', search: 'index=main' }
    expect((await call('POST', `${SEARCHES}${JSON_MODE}`, form, headers)).status).toBe(403)
  })
})

describe('a saved search', () => {
  test('is created with 201, typed in JSON and filled with defaults', async () => {
    const { status, body } = await made('a', { is_scheduled: '1', cron_schedule: '*/5 * * * *', 'alert.severity': '4' })
    expect(status).toBe(201)
    expect(body.entry[0]).toMatchObject({
      name: 'a',
      acl: { app: 'detpack', owner: 'nobody', sharing: 'app' },
      content: { is_scheduled: true, disabled: false, 'alert.severity': 4, 'dispatch.ttl': '2p' },
    })
  })

  test('of a name that is taken is a conflict', async () => {
    await made('a')
    const { status, body } = await made('a')
    expect(status).toBe(409)
    expect(body.messages[0]?.text).toContain('A saved search with that name already exists.')
  })

  test('without a name is 400', async () => {
    expect((await call('POST', `${SEARCHES}${JSON_MODE}`, { search: 'index=main' })).status).toBe(400)
  })

  test('with a setting that there is not is 400', async () => {
    const { status, body } = await made('a', { colour: 'red' })
    expect([status, body.messages[0]?.text]).toEqual([400, 'Argument "colour" is not supported by this handler.'])
    expect(splunk.complaints).toHaveLength(1)
  })

  test('is read by its percent-encoded name, and 404 when it is not there', async () => {
    await made('a/b [c]')
    const path = `${SEARCHES}/${encodeURIComponent('a/b [c]')}${JSON_MODE}`
    expect((await call('GET', path)).body.entry[0]?.name).toBe('a/b [c]')
    const { status, body } = await call('GET', `${SEARCHES}/none${JSON_MODE}`)
    expect([status, body.messages[0]?.text]).toEqual([404, 'Could not find object id=none'])
  })

  test('is changed only in what is given, and not in its name', async () => {
    await made('a', { description: 'one' })
    const { body } = await call('POST', `${SEARCHES}/a${JSON_MODE}`, { disabled: '1' })
    expect(body.entry[0]?.content).toMatchObject({ disabled: true, description: 'one', search: 'index=main' })
    expect((await call('POST', `${SEARCHES}/a${JSON_MODE}`, { name: 'b' })).status).toBe(400)
  })

  test('is deleted once', async () => {
    await made('a')
    expect((await call('DELETE', `${SEARCHES}/a${JSON_MODE}`)).status).toBe(200)
    expect((await call('DELETE', `${SEARCHES}/a${JSON_MODE}`)).status).toBe(404)
  })

  test('changes hands by a form; anything else changes nothing, with 200', async () => {
    await made('a')
    const acl = `${SEARCHES}/a/acl${JSON_MODE}`
    expect((await call('POST', acl, JSON.stringify({ owner: 'nobody', sharing: 'global' }))).status).toBe(200)
    expect((await call('GET', acl)).body.entry[0]?.acl).toMatchObject({ sharing: 'app' })
    const form = { owner: 'nobody', sharing: 'global', 'perms.read': '*', 'perms.write': 'admin,power' }
    const { body } = await call('POST', acl, form)
    expect(body.entry[0]?.acl).toMatchObject({ sharing: 'global', perms: { read: ['*'], write: ['admin', 'power'] } })
  })

  test('is dispatched, unless it is switched off', async () => {
    await made('a')
    expect((await call('POST', `${SEARCHES}/a/dispatch${JSON_MODE}`, { trigger_actions: '1' })).body.sid).toBeTypeOf(
      'string',
    )
    await call('POST', `${SEARCHES}/a${JSON_MODE}`, { disabled: '1' })
    expect((await call('POST', `${SEARCHES}/a/dispatch${JSON_MODE}`, {})).status).toBe(400)
  })

  test('is one of a list that comes in pages of 30, or in one with count=0', async () => {
    for (let at = 0; at < 35; at++) await made(`s${String(at).padStart(2, '0')}`)
    const first = (await call('GET', `${SEARCHES}${JSON_MODE}`)).body
    expect([first.entry.length, first.paging]).toEqual([30, { total: 35, perPage: 30, offset: 0 }])
    const next = (await call('GET', `${SEARCHES}${JSON_MODE}&offset=30`)).body
    expect(next.entry.map((each) => each.name)).toEqual(['s30', 's31', 's32', 's33', 's34'])
    expect((await call('GET', `${SEARCHES}${JSON_MODE}&count=0`)).body.entry).toHaveLength(35)
    expect((await call('GET', `${SEARCHES}${JSON_MODE}&count=0&search=s3`)).body.entry).toHaveLength(5)
  })

  test('in an app that is not there is 404', async () => {
    expect((await call('GET', `/servicesNS/nobody/none/saved/searches${JSON_MODE}`)).status).toBe(404)
  })
})

test('without output_mode=json everything is Atom', async () => {
  await made('a')
  expect((await call('GET', SEARCHES)).text).toMatch(/<feed [^]*<title>a<\/title>[^]*<s:key name="disabled">0</)
  expect((await call('GET', `${SEARCHES}/none`)).text).toContain(
    '<msg type="ERROR">Could not find object id=none</msg>',
  )
})

describe('the parser', () => {
  const parse = (q: string, path = '/services/search/v2/parser'): Promise<Told> =>
    call('POST', `${path}${JSON_MODE}`, { q, parse_only: 't' })

  test('gives the commands of a search', async () => {
    const { status, text } = await parse('search index=main "a | b" | stats count by host')
    expect(status).toBe(200)
    expect(JSON.parse(text)).toMatchObject({ commands: [{ command: 'search' }, { command: 'stats' }] })
  })

  test('refuses a command that there is not', async () => {
    const { status, body } = await parse('search index=main | frobnicate')
    expect([status, body.messages]).toEqual([400, [{ type: 'FATAL', text: "Unknown search command 'frobnicate'." }]])
  })

  test('takes no GET in version 2, and has no version 2 before 9.0.1', async () => {
    expect((await call('GET', `/services/search/v2/parser${JSON_MODE}&q=search`)).status).toBe(405)
    await splunk.close()
    splunk = await startSplunk('9.0.0')
    expect((await parse('search index=main')).status).toBe(404)
    expect((await parse('search index=main', '/services/search/parser')).status).toBe(200)
  })
})

test('a search runs as a job, which gives its rows when it is done', async () => {
  splunk.finds('index=main', [{ n: '1' }])
  const { sid } = (await call('POST', `/services/search/v2/jobs${JSON_MODE}`, { search: 'search index=main' })).body
  const looks = [1, 2].map(() => call('GET', `/services/search/v2/jobs/${sid}${JSON_MODE}`))
  expect((await Promise.all(looks)).map(({ body }) => body.entry[0]?.content['isDone'])).toEqual([false, true])
  const { body } = await call('GET', `/services/search/v2/jobs/${sid}/results${JSON_MODE}&count=0`)
  expect(body.results).toEqual([{ n: '1' }])
  const unknown = await call('GET', `/services/search/v2/jobs/none${JSON_MODE}`)
  expect([unknown.status, unknown.body.messages]).toEqual([404, [{ type: 'FATAL', text: 'Unknown sid.' }]])
})

describe('the KV store', () => {
  const BASE = '/servicesNS/nobody/detpack/storage/collections'
  const save = (rows: unknown): Promise<Told> =>
    call('POST', `${BASE}/data/c/batch_save${JSON_MODE}`, JSON.stringify(rows))

  test('keeps documents by their key, and finds them by a filter', async () => {
    expect((await call('POST', `${BASE}/config${JSON_MODE}`, { name: 'c', 'field.n': 'number' })).status).toBe(201)
    expect((await call('POST', `${BASE}/config${JSON_MODE}`, { name: 'c' })).status).toBe(409)
    expect((await save([1, 2, 3].map((n) => ({ _key: `k${n}`, n })))).text).toBe('["k1","k2","k3"]')
    await save([{ _key: 'k2', n: 20 }])
    const query = encodeURIComponent(JSON.stringify({ $or: [{ n: 1 }, { n: { $gt: 10 } }] }))
    const { text } = await call('GET', `${BASE}/data/c${JSON_MODE}&query=${query}&sort=n:-1`)
    expect((JSON.parse(text) as { n: number }[]).map(({ n }) => n)).toEqual([20, 1])
    expect(JSON.parse((await call('GET', `${BASE}/data/c${JSON_MODE}&limit=1&skip=1`)).text)).toHaveLength(1)
  })

  test('deletes what a filter finds, and everything without one', async () => {
    await call('POST', `${BASE}/config${JSON_MODE}`, { name: 'c' })
    await save([1, 2, 3].map((n) => ({ _key: `k${n}`, n })))
    const query = encodeURIComponent(JSON.stringify({ $or: [{ _key: 'k1' }, { _key: 'k3' }, { _key: 'k9' }] }))
    expect((await call('DELETE', `${BASE}/data/c${JSON_MODE}&query=${query}`)).status).toBe(200)
    expect([...(splunk.collections.get('detpack c')?.keys() ?? [])]).toEqual(['k2'])
    await call('DELETE', `${BASE}/data/c${JSON_MODE}`)
    expect(splunk.collections.get('detpack c')?.size).toBe(0)
  })

  test('answers errors in Atom, whatever was asked for', async () => {
    const { status, text } = await call('GET', `${BASE}/data/none${JSON_MODE}`)
    expect(status).toBe(404)
    expect(text).toMatch(/^<\?xml/)
  })

  test('takes at most 1,000 documents at once', async () => {
    await call('POST', `${BASE}/config${JSON_MODE}`, { name: 'c' })
    await save(Array.from({ length: 1001 }, (_, n) => ({ n })))
    expect(splunk.complaints.join()).toContain('more than 1000 documents')
  })
})
