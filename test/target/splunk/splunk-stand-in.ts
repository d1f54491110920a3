import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { matched, type Asked } from './interface-description.ts'
import { atom, listed, single, told, type Answer, type Body, type Entry } from './splunk-answers.ts'
import { entityAnswer, type Shelf, type Stored } from './splunk-entities.ts'
import { configAnswer, dataAnswer, type Collections } from './splunk-kv.ts'
import { jobAnswer, parserAnswer, type Job } from './splunk-searching.ts'

/** What the stand-in answers in place of its own answer, once. */
export interface Fault {
  readonly method?: string
  /** Lets this many matching requests pass first. */
  readonly after?: number
  /** `drop` cuts the connection; `lose` does what was asked and cuts it then. */
  readonly answer: { readonly status: number; readonly body: string | Body } | 'drop' | 'lose'
}

export interface SplunkStandIn {
  readonly url: string
  /** Method and path of each request, in order. */
  readonly requests: readonly string[]
  /** What jobs were made with, in order. */
  readonly searched: readonly Readonly<Record<string, string>>[]
  /** Bodies of dispatches, in order. */
  readonly dispatched: readonly { readonly name: string; readonly form: Readonly<Record<string, string>> }[]
  /** Requests that do not keep to the description; each was answered as Splunk does, too. */
  readonly complaints: readonly string[]
  /** By app and name. A test may write to them as a person would in Splunk. */
  readonly searches: Map<string, Stored>
  readonly macros: Map<string, Stored>
  readonly lookups: Map<string, Stored>
  readonly collections: Collections
  /** What jobs and fired alerts are listed. */
  readonly jobs: Entry[]
  readonly alerts: Entry[]
  /** What a search finds whose text holds this, or how it fails. */
  readonly finds: (text: string, rows: readonly Readonly<Record<string, unknown>>[] | string) => void
  readonly fail: (...faults: Fault[]) => void
  readonly close: () => Promise<void>
}

export const TOKEN = 'a-token-of-splunkd-for-deployments'
export const READ_ONLY_TOKEN = 'a-token-that-may-only-read'
export const SESSION_KEY = 'a-session-key-that-login-gave'
export const PASSWORD = 'a password: with colons'
const APPS = ['detpack', 'soc']
const BASIC = Buffer.from(`admin:${PASSWORD}`).toString('base64')
const MAY_WRITE = [`Bearer ${TOKEN}`, `Splunk ${SESSION_KEY}`, `Basic ${BASIC}`]

/** Starts a local server that answers as splunkd does, with the apps `detpack` and `soc`, and one that is switched off. */
export async function startSplunk(version = '9.4.1'): Promise<SplunkStandIn> {
  const requests: string[] = []
  const complaints: string[] = []
  const faults: Fault[] = []
  const dispatched: { readonly name: string; readonly form: Readonly<Record<string, string>> }[] = []
  const searched: Readonly<Record<string, string>>[] = []
  const searches: Shelf = { what: 'saved search', stored: new Map() }
  const macros: Shelf = { what: 'macro', stored: new Map() }
  const lookups: Shelf = { what: 'lookup', stored: new Map() }
  const collections: Collections = new Map()
  const jobs: Entry[] = []
  const alerts: Entry[] = []
  const made = new Map<string, Job>()
  const found: { text: string; rows: readonly Readonly<Record<string, unknown>>[] | string }[] = []
  const jobFor = (search: string): string => {
    const rows = found.find((each) => search.includes(each.text))?.rows ?? []
    const sid = `admin__nobody__${made.size}.1`
    const failure = typeof rows === 'string' ? rows : undefined
    made.set(sid, { sid, search, rows: typeof rows === 'string' ? [] : rows, failure, looks: 1 })
    return sid
  }

  const shelves = [
    ['/saved/searches', searches],
    ['/conf-macros', macros],
    ['/transforms/lookups', lookups],
  ] as const

  const answerTo = (asked: Asked, authorization: string): Answer => {
    const { method, path, query, text } = asked
    const endpoint = matched(asked, version)
    if (endpoint !== 'no endpoint' && endpoint !== 'no method' && endpoint.path === '/services/auth/login') {
      const form = new URLSearchParams(text)
      if (form.get('username') !== 'admin' || form.get('password') !== PASSWORD)
        return told(401, 'Login failed', 'WARN')
      return { status: 200, body: { sessionKey: SESSION_KEY, message: '', code: '' } }
    }
    if (![...MAY_WRITE, `Bearer ${READ_ONLY_TOKEN}`].includes(authorization))
      return /^(Bearer|Splunk) /.test(authorization)
        ? told(401, 'call not properly authenticated', 'WARN')
        : told(401, 'Unauthorized', 'ERROR', { headers: { 'www-authenticate': 'Basic realm="/splunk"' } })
    if (endpoint === 'no endpoint') return told(404, 'Not Found')
    if (endpoint === 'no method') return told(405, 'Method Not Allowed')
    complaints.push(...endpoint.violations.map((each) => `${method} ${path}: ${each}`))
    const { parts } = endpoint
    const { name, sid } = parts
    const app = parts['app'] ?? ''
    if (endpoint.path === '/services/server/info')
      return single({ name: 'server-info', acl: { app: '' }, content: { version, build: 'stand-in' } })
    if (endpoint.path.startsWith('/services/apps/'))
      return name === 'off' || APPS.includes(name ?? '')
        ? single({ name: name ?? '', acl: { app: 'system' }, content: { disabled: name === 'off', version: '1.0.0' } })
        : told(404, `Could not find object id=${name ?? ''}`)
    if (app !== '' && !APPS.includes(app)) return told(404, `Application does not exist: ${app}`)
    const reading = method === 'GET' || /\/search\//.test(endpoint.path)
    if (!reading && !MAY_WRITE.includes(authorization))
      return told(
        403,
        `You (user=reader) do not have permission to perform this operation (requires capability: schedule_search).`,
      )
    if (endpoint.missing.includes('name'))
      return told(400, 'Cannot perform action "POST" without a target name to act on.')
    if (endpoint.unsupported.length > 0)
      return told(400, `Argument "${endpoint.unsupported[0] ?? ''}" is not supported by this handler.`)
    const isForm = asked.contentType.startsWith('application/x-www-form-urlencoded')
    const form = new URLSearchParams(isForm ? text : '')
    const below = endpoint.path.split('/').at(-1)
    if (endpoint.path.endsWith('/dispatch')) {
      const stored = searches.stored.get(`${app} ${name ?? ''}`)
      if (stored === undefined) return told(404, `Could not find object id=${name ?? ''}`)
      if (stored.settings['disabled'] === '1') return told(400, 'You cannot dispatch a disabled search.')
      dispatched.push({ name: name ?? '', form: Object.fromEntries(form) })
      return { status: 201, body: { sid: jobFor(`dispatch of ${name ?? ''}`) } }
    }
    const shelf = shelves.find(([within]) => endpoint.path.includes(within))?.[1]
    if (shelf !== undefined) {
      return entityAnswer(shelf, { method, app, name, below: below === 'acl' ? below : undefined, query, form })
    }
    if (endpoint.path.includes('/collections/config'))
      return configAnswer(collections, { method, app, query, form, ...(name !== undefined && { name }) })
    if (endpoint.path.includes('/collections/data'))
      return dataAnswer(collections, {
        ...{ method, app, name: name ?? '', batch: below === 'batch_save', query, text },
        ...(parts['key'] !== undefined && { key: parts['key'] }),
      })
    if (endpoint.path.endsWith('/parser')) return parserAnswer((method === 'GET' ? query : form).get('q') ?? '')
    if (endpoint.path.endsWith('/fired_alerts')) return listed(alerts, query)
    if (sid !== undefined) return jobAnswer(made, sid, method, below === 'results')
    if (method === 'GET') return listed(jobs, query)
    searched.push(Object.fromEntries(form))
    const parsed = parserAnswer(form.get('search') ?? '')
    return parsed.status === 200 ? { status: 201, body: { sid: jobFor(form.get('search') ?? '') } } : parsed
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const method = request.method ?? ''
    const text = await bodyOf(request)
    requests.push(`${method} ${url.pathname}`)
    const fault = takeFault(faults, method)
    if (fault?.answer === 'drop') return void request.socket.destroy()
    const contentType = request.headers['content-type'] ?? ''
    const asked: Asked = { method, path: url.pathname, query: url.searchParams, contentType, text }
    const mode = url.searchParams.get('output_mode') ?? new URLSearchParams(text).get('output_mode')
    const answer =
      fault === undefined || fault.answer === 'lose'
        ? answerTo(asked, request.headers.authorization ?? '')
        : { status: fault.answer.status, body: fault.answer.body }
    if (fault?.answer === 'lose') return void request.socket.destroy()
    send(response, answer, mode === 'json')
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) => send(response, told(500, String(thrown)), true))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ...{ requests, searched, dispatched, complaints, collections, jobs, alerts },
    searches: searches.stored,
    macros: macros.stored,
    lookups: lookups.stored,
    finds: (text, rows) => found.push({ text, rows }),
    fail: (...more) => faults.push(...more),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function takeFault(faults: Fault[], method: string): Fault | undefined {
  const at = faults.findIndex((fault) => fault.method === undefined || fault.method === method)
  const fault = faults[at]
  if (fault === undefined) return undefined
  if ((fault.after ?? 0) > 0) {
    faults[at] = { ...fault, after: (fault.after ?? 0) - 1 }
    return undefined
  }
  faults.splice(at, 1)
  return fault
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Atom is what splunkd answers unless JSON is asked for. */
function send(
  response: ServerResponse,
  answer: Omit<Answer, 'body'> & { readonly body: string | Body },
  json: boolean,
): void {
  const { status, body, headers, atom: always } = answer
  if (typeof body === 'string') {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers })
    response.end(body)
    return
  }
  const asJson = Array.isArray(body) || (json && always !== true)
  response.writeHead(status, { 'content-type': asJson ? 'application/json' : 'text/xml', ...headers })
  response.end(asJson ? JSON.stringify(body) : atom(body))
}
