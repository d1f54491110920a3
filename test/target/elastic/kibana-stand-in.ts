import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { requestSchema, violations } from './interface-description.ts'

type Body = Record<string, unknown>

/** What the stand-in answers in place of its own answer, once. */
export interface Fault {
  readonly method?: string
  /** Lets this many matching requests pass first. */
  readonly after?: number
  /** `drop` cuts the connection; `lose` does what was asked and cuts it then. */
  readonly answer: { readonly status: number; readonly body: string | Body } | 'drop' | 'lose'
}

export interface StandIn {
  readonly url: string
  /** Method and path of each request, in order. */
  readonly requests: readonly string[]
  /** Requests that do not keep to the interface description; each was answered with 400 too. */
  readonly complaints: readonly string[]
  /** By space and rule_id. A test may write to them as an analyst would in Kibana. */
  readonly rules: (space?: string) => Map<string, Body>
  readonly fail: (...faults: Fault[]) => void
  readonly close: () => Promise<void>
}

export const API_KEY = Buffer.from('key-id:the-secret-of-this-key').toString('base64')
export const READ_ONLY_KEY = Buffer.from('key-id:may-only-read-rules').toString('base64')
const BASIC = Buffer.from('elastic:a password: with colons').toString('base64')
const MAY_WRITE = [`ApiKey ${API_KEY}`, `Basic ${BASIC}`]

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const ROUTES = new Map([
  ['/api/detection_engine/rules', { methods: ['GET', 'POST', 'PUT', 'DELETE'], query: ['id', 'rule_id'] }],
  [
    '/api/detection_engine/rules/_find',
    { methods: ['GET'], query: ['fields', 'filter', 'sort_field', 'sort_order', 'page', 'per_page'] },
  ],
])

/** What Kibana fills in where a request says nothing. */
const DEFAULTS: Body = {
  version: 1,
  tags: [],
  enabled: true,
  risk_score_mapping: [],
  severity_mapping: [],
  interval: '5m',
  from: 'now-6m',
  to: 'now',
  actions: [],
  exceptions_list: [],
  author: [],
  false_positives: [],
  references: [],
  max_signals: 100,
  threat: [],
  setup: '',
  related_integrations: [],
  required_fields: [],
  license: '',
  output_index: '',
}

/** Starts a local server that answers as Kibana's Detection Engine API does, with a key that may write and one that may not. */
export async function startKibana(): Promise<StandIn> {
  const spaces = new Map<string, Map<string, Body>>()
  const requests: string[] = []
  const complaints: string[] = []
  const faults: Fault[] = []
  const rulesOf = (space = 'default'): Map<string, Body> => {
    const rules = spaces.get(space) ?? new Map<string, Body>()
    spaces.set(space, rules)
    return rules
  }

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://stand-in')
    const method = request.method ?? ''
    requests.push(`${method} ${url.pathname}${url.search}`)
    const text = await bodyOf(request)
    const fault = takeFault(faults, method)
    if (fault?.answer === 'drop') return void request.socket.destroy()
    if (fault !== undefined && fault.answer !== 'lose') {
      send(response, fault.answer.status, fault.answer.body)
      return
    }
    const [, space = 'default', path = ''] = /^(?:\/s\/([a-z0-9_-]+))?(\/.*)$/.exec(url.pathname) ?? []
    const answer = answerTo({ request, method, path, query: url.searchParams, text, rules: rulesOf(space) })
    if (answer.complaint !== undefined) complaints.push(`${method} ${path}: ${answer.complaint}`)
    if (answer.status === 200) complaints.push(...ownMistakes(path, answer.body))
    if (fault?.answer === 'lose') return void request.socket.destroy()
    send(response, answer.status, answer.body)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((thrown: unknown) =>
      send(response, 500, { status_code: 500, message: String(thrown) }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    complaints,
    rules: rulesOf,
    fail: (...more) => faults.push(...more),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

interface Asked {
  readonly request: IncomingMessage
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly text: string
  readonly rules: Map<string, Body>
}

interface Answer {
  readonly status: number
  readonly body: Body
  /** The request does not keep to the interface description. */
  readonly complaint?: string
}

function answerTo(asked: Asked): Answer {
  const { request, method, path, query } = asked
  const { headers } = request
  const authorization = headers.authorization ?? ''
  if (![...MAY_WRITE, `ApiKey ${READ_ONLY_KEY}`].includes(authorization))
    return platform(401, 'Unauthorized', `[security_exception]: unable to authenticate with ${authorization}`)
  if (WRITES.has(method) && headers['kbn-xsrf'] === undefined) return wrong('Request must contain a kbn-xsrf header.')
  if (!['2023-10-31', undefined].includes(headers['elastic-api-version'] as string | undefined))
    return wrong(`No version "${String(headers['elastic-api-version'])}" available for [${method}] [${path}].`)
  const route = ROUTES.get(path)
  if (!route?.methods.includes(method)) return platform(404, 'Not Found', 'Not Found')
  if (WRITES.has(method) && !MAY_WRITE.includes(authorization))
    return platform(
      403,
      'Forbidden',
      'API [PUT] is unauthorized for user, this action is granted by [securitySolution]',
    )
  const strange = [...query.keys()].find((name) => !route.query.includes(name))
  if (strange !== undefined) return wrong(`[request query]: unknown key ${strange}`)
  if (path.endsWith('/_find')) return find(asked)
  switch (method) {
    case 'POST':
      return write(asked, 'CreateProps')
    case 'PUT':
      return write(asked, 'UpdateProps')
    default:
      return one(asked)
  }
}

function find({ query, rules }: Asked): Answer {
  const page = Number(query.get('page') ?? 1)
  const perPage = Number(query.get('per_page') ?? 20)
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(perPage) || perPage < 0)
    return wrong('[request query]: page: Number must be greater than or equal to 1')
  const filter = query.get('filter')
  const quoted = filter === null ? null : /^alert\.attributes\.tags:"((?:[^"\\]|\\.)*)"$/.exec(filter)?.[1]
  if (quoted === undefined) return wrong(`[request query]: the stand-in knows filters on tags only: ${filter ?? ''}`)
  const tag = quoted?.replace(/\\(.)/g, '$1')
  const found = [...rules.values()].filter((rule) => tag === undefined || (rule.tags as string[]).includes(tag))
  const data = found.slice((page - 1) * perPage, page * perPage)
  return { status: 200, body: { page, perPage, total: found.length, data } }
}

function one({ method, query, rules }: Asked): Answer {
  const ruleId = query.get('rule_id')
  if (ruleId === null) return wrong('[request query]: either "id" or "rule_id" must be set')
  const rule = rules.get(ruleId)
  if (rule === undefined) return solution(404, `rule_id: "${ruleId}" not found`)
  if (method === 'DELETE') rules.delete(ruleId)
  return { status: 200, body: rule }
}

function write({ request, text, rules }: Asked, kind: 'CreateProps' | 'UpdateProps'): Answer {
  if (!/^application\/json\b/.test(request.headers['content-type'] ?? ''))
    return { ...platform(415, 'Unsupported Media Type', 'Unsupported Media Type'), complaint: 'content type' }
  const body = parse(text)
  if (body === undefined) return wrong('Unexpected token in JSON')
  const schema = requestSchema(body.type, kind)
  if (schema === undefined)
    return wrong(`[request body]: type: Invalid discriminator value ${JSON.stringify(body.type)}`)
  const mistakes = violations(schema, body)
  if (mistakes.length > 0) return wrong(`[request body]: ${mistakes.join(', ')}`)
  const ruleId = typeof body.rule_id === 'string' ? body.rule_id : randomUUID()
  const before = rules.get(ruleId)
  if (kind === 'CreateProps' && before !== undefined) return solution(409, `rule_id: "${ruleId}" already exists`)
  if (kind === 'UpdateProps' && before === undefined) return solution(404, `rule_id: "${ruleId}" not found`)
  const stored = storedRule(body, ruleId, before)
  rules.set(ruleId, stored)
  return { status: 200, body: stored }
}

function storedRule(request: Body, ruleId: string, before: Body | undefined): Body {
  const asked = { ...DEFAULTS, ...request }
  const at = '2026-01-01T00:00:00.000Z'
  const fresh: Body = {
    ...asked,
    required_fields: (asked.required_fields as Body[]).map((each) => ({
      ...each,
      ecs: !String(each.name).startsWith('detpack.'),
    })),
    actions: (asked.actions as Body[]).map((each) => ({ ...each, uuid: randomUUID() })),
    rule_id: ruleId,
    id: before?.id ?? randomUUID(),
    immutable: false,
    rule_source: { type: 'internal' },
    created_at: before?.created_at ?? at,
    created_by: 'elastic',
    updated_at: at,
    updated_by: 'elastic',
    revision: 0,
  }
  if (before === undefined) return fresh
  const same = JSON.stringify(parameters(before)) === JSON.stringify(parameters(fresh))
  return { ...fresh, revision: (before.revision as number) + (same ? 0 : 1) }
}

/** What counts for the revision: switching a rule on or off does not. */
function parameters(rule: Body): unknown {
  const ignored = new Set(['enabled', 'revision', 'updated_at', 'actions'])
  return Object.entries(rule)
    .filter(([name]) => !ignored.has(name))
    .sort()
}

/** Own answers are checked as well. */
function ownMistakes(path: string, body: Body): string[] {
  const type = body.type === 'esql' ? 'EsqlRuleResponse' : body.type === 'eql' ? 'EqlRuleResponse' : 'QueryRuleResponse'
  return violations(path.endsWith('/_find') ? 'FindRulesResponse' : type, body).map((each) => `own answer: ${each}`)
}

function wrong(message: string): Answer {
  return { ...platform(400, 'Bad Request', message), complaint: message }
}

function platform(statusCode: number, title: string, message: string): Answer {
  return { status: statusCode, body: { statusCode, error: title, message } }
}

function solution(status: number, message: string): Answer {
  return { status, body: { status_code: status, message } }
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

function parse(text: string): Body | undefined {
  try {
    const value = JSON.parse(text) as unknown
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : undefined
  } catch {
    return undefined
  }
}

function send(response: ServerResponse, status: number, body: string | Body): void {
  const text = typeof body === 'string'
  response.writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json', 'kbn-name': 'stand-in' })
  response.end(text ? body : JSON.stringify(body))
}
