import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exceptionViolations, listViolations, violations } from './interface-description.ts'
import {
  answerExceptions,
  EXCEPTION_ROUTES,
  exceptionAnswer,
  noExceptions,
  type Exceptions,
} from './kibana-exceptions.ts'
import { answerLists, LIST_ROUTES, listAnswer, noLists, type ValueLists } from './kibana-lists.ts'
import { platform, wrong, type Answer, type Asked, type Body, type RunAgain } from './kibana-answer.ts'
import { previewRule, type Previews } from './kibana-preview.ts'
import { bulkAction, find, importRules, one, write } from './kibana-rules.ts'

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
  /** The same of exceptions. */
  readonly exceptions: (space?: string) => Exceptions
  /** The same of value lists. */
  readonly lists: (space?: string) => ValueLists
  readonly previews: Previews
  readonly ran: readonly RunAgain[]
  /** The connectors of all spaces, as Kibana lists them; a test may write to them. */
  readonly connectors: Body[]
  readonly fail: (...faults: Fault[]) => void
  /** Lets a header write as well. */
  readonly admit: (authorization: string) => void
  /** Has each import of a rule fail, as Kibana does for rules that it finds something wrong with. */
  readonly refuse: (ruleId: string, message: string) => void
  readonly close: () => Promise<void>
}

export const API_KEY = Buffer.from('key-id:the-secret-of-this-key').toString('base64')
export const READ_ONLY_KEY = Buffer.from('key-id:may-only-read-rules').toString('base64')
const BASIC = Buffer.from('elastic:a password: with colons').toString('base64')
const MAY_WRITE: readonly string[] = [`ApiKey ${API_KEY}`, `Basic ${BASIC}`]

const WRITES = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])
const ROUTES = new Map([
  ['/api/detection_engine/rules', { methods: ['GET', 'POST', 'PUT', 'DELETE'], query: ['id', 'rule_id'] }],
  [
    '/api/detection_engine/rules/_find',
    { methods: ['GET'], query: ['fields', 'filter', 'sort_field', 'sort_order', 'page', 'per_page'] },
  ],
  [
    '/api/detection_engine/rules/_import',
    { methods: ['POST'], query: ['overwrite', 'overwrite_exceptions', 'overwrite_action_connectors', 'as_new_list'] },
  ],
  ['/api/detection_engine/rules/preview', { methods: ['POST'], query: ['enable_logged_requests'] }],
  ['/api/detection_engine/rules/_bulk_action', { methods: ['POST'], query: ['dry_run'] }],
  ['/api/actions/connectors', { methods: ['GET'], query: [] }],
  ['/api/status', { methods: ['GET'], query: [] }],
  ...EXCEPTION_ROUTES,
  ...LIST_ROUTES,
])
const SPACES = new Set(['default', 'soc', 'prod'])

/**
 * Starts a local server that answers as Kibana's Detection Engine API does, with a key that may write and one that may
 * not. It has the spaces default, soc and prod; like Kibana it takes rules for others as well.
 */
export async function startKibana(version = '9.1.0'): Promise<StandIn> {
  const spaces = new Map<string, Map<string, Body>>()
  const requests: string[] = []
  const complaints: string[] = []
  const faults: Fault[] = []
  const refused = new Map<string, string>()
  const writers = new Set(MAY_WRITE)
  const connectors: Body[] = []
  const ran: RunAgain[] = []
  const previews: Previews = { asked: [], says: new Map() }
  const rulesOf = (space = 'default'): Map<string, Body> => {
    const rules = spaces.get(space) ?? new Map<string, Body>()
    spaces.set(space, rules)
    return rules
  }
  const excepted = new Map<string, Exceptions>()
  const exceptionsOf = (space = 'default'): Exceptions => {
    const found = excepted.get(space) ?? noExceptions()
    excepted.set(space, found)
    return found
  }

  const listed = new Map<string, ValueLists>()
  const listsOf = (space = 'default'): ValueLists => {
    const found = listed.get(space) ?? noLists()
    listed.set(space, found)
    return found
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
    const inSpace = { rules: rulesOf(space), exceptions: exceptionsOf(space), lists: listsOf(space) }
    const asked = {
      request,
      method,
      path,
      query: url.searchParams,
      text,
      ...inSpace,
      previews,
      ran,
      connectors,
      refused,
    }
    const answer = answerTo(asked, version, writers)
    if (answer.complaint !== undefined) complaints.push(`${method} ${path}: ${answer.complaint}`)
    if (answer.status === 200) complaints.push(...ownMistakes(method, path, answer.body as Body))
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
    exceptions: exceptionsOf,
    lists: listsOf,
    previews,
    ran,
    connectors,
    fail: (...more) => faults.push(...more),
    admit: (authorization) => void writers.add(authorization),
    refuse: (ruleId, message) => void refused.set(ruleId, message),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function answerTo(asked: Asked, version: string, writers: ReadonlySet<string>): Answer {
  const { request, method, path, query } = asked
  const { headers } = request
  const authorization = headers.authorization ?? ''
  if (!writers.has(authorization) && authorization !== `ApiKey ${READ_ONLY_KEY}`)
    return platform(401, 'Unauthorized', `[security_exception]: unable to authenticate with ${authorization}`)
  if (WRITES.has(method) && headers['kbn-xsrf'] === undefined) return wrong('Request must contain a kbn-xsrf header.')
  if (!['2023-10-31', undefined].includes(headers['elastic-api-version'] as string | undefined))
    return wrong(`No version "${String(headers['elastic-api-version'])}" available for [${method}] [${path}].`)
  const space = /^\/api\/spaces\/space\/([^/]+)$/.exec(path)?.[1]
  if (space !== undefined && method === 'GET')
    return SPACES.has(space)
      ? { status: 200, body: { id: space, name: space, disabledFeatures: [] } }
      : platform(404, 'Not Found', 'Not Found')
  const route = ROUTES.get(path)
  if (!route?.methods.includes(method)) return platform(404, 'Not Found', 'Not Found')
  const reads = !WRITES.has(method) || path.endsWith('/_export')
  if (!reads && !writers.has(authorization))
    return platform(
      403,
      'Forbidden',
      'API [PUT] is unauthorized for user, this action is granted by [securitySolution]',
    )
  const strange = [...query.keys()].find((name) => !route.query.includes(name))
  if (strange !== undefined) return wrong(`[request query]: unknown key ${strange}`)
  if (path === '/api/status') return { status: 200, body: { name: 'stand-in', version: { number: version } } }
  if (path === '/api/actions/connectors') return { status: 200, body: asked.connectors }
  if (path.startsWith('/api/exception_lists')) return answerExceptions(asked)
  if (path.startsWith('/api/lists')) return answerLists(asked)
  if (path.endsWith('/preview')) return previewRule(asked)
  if (path.endsWith('/_find')) return find(asked)
  if (path.endsWith('/_import')) return importRules(asked)
  if (path.endsWith('/_bulk_action')) return bulkAction(asked)
  switch (method) {
    case 'POST':
      return write(asked, 'CreateProps')
    case 'PUT':
      return write(asked, 'UpdateProps')
    default:
      return one(asked)
  }
}

/** Own answers are checked as well. */
function ownMistakes(method: string, path: string, body: Body): string[] {
  const told = (each: string): string => `own answer: ${each}`
  const listSchema = path.startsWith('/api/lists') ? listAnswer(method, path) : undefined
  if (listSchema !== undefined) return listViolations(listSchema, body).map(told)
  if (path.startsWith('/api/exception_lists')) return exceptionViolations(exceptionAnswer(path), body).map(told)
  if (!path.startsWith('/api/detection_engine/')) return []
  const type = body.type === 'esql' ? 'EsqlRuleResponse' : body.type === 'eql' ? 'EqlRuleResponse' : 'QueryRuleResponse'
  const shapes = [
    ['/preview', 'RulePreviewResponse'],
    ['/_find', 'FindRulesResponse'],
    ['/_import', 'ImportRulesResponse'],
    ['/_bulk_action', 'BulkActionResponse'],
  ] as const
  return violations(shapes.find(([end]) => path.endsWith(end))?.[1] ?? type, body).map(told)
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

function send(response: ServerResponse, status: number, body: string | Answer['body']): void {
  const text = typeof body === 'string'
  response.writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json', 'kbn-name': 'stand-in' })
  response.end(text ? body : JSON.stringify(body))
}
