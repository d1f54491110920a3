import { randomUUID } from 'node:crypto'
import { requestSchema, violations } from './interface-description.ts'
import { parse, platform, solution, wrong, type Answer, type Asked, type Body } from './kibana-answer.ts'
import { knownReferences } from './kibana-exceptions.ts'

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

export function find({ query, rules }: Asked): Answer {
  const page = Number(query.get('page') ?? 1)
  const perPage = Number(query.get('per_page') ?? 20)
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(perPage) || perPage < 0)
    return wrong('[request query]: page: Number must be greater than or equal to 1')
  const filter = query.get('filter')
  const test = filter === null ? () => true : filterOf(filter)
  if (test === undefined) return wrong(`[request query]: the stand-in does not know this filter: ${filter ?? ''}`)
  const found = [...rules.values()].filter(test)
  const data = found.slice((page - 1) * perPage, page * perPage)
  return { status: 200, body: { page, perPage, total: found.length, data } }
}

/** Of KQL: one tag, or one of several ids. */
function filterOf(filter: string): ((rule: Body) => boolean) | undefined {
  const text = String.raw`"((?:[^"\\]|\\.)*)"`
  const plain = (quoted: string): string => quoted.slice(1, -1).replace(/\\(.)/g, '$1')
  const tag = new RegExp(`^alert\\.attributes\\.tags:(${text})$`).exec(filter)?.[1]
  if (tag !== undefined) return (rule) => (rule.tags as string[]).includes(plain(tag))
  const list = new RegExp(`^alert\\.attributes\\.params\\.ruleId:\\((${text}(?: or ${text})*)\\)$`).exec(filter)?.[1]
  if (list === undefined) return undefined
  const ids = new Set((list.match(new RegExp(text, 'g')) ?? []).map(plain))
  return (rule) => ids.has(rule.rule_id as string)
}

export function one({ method, query, rules }: Asked): Answer {
  const ruleId = query.get('rule_id')
  if (ruleId === null) return wrong('[request query]: either "id" or "rule_id" must be set')
  const rule = rules.get(ruleId)
  if (rule === undefined) return solution(404, `rule_id: "${ruleId}" not found`)
  if (method === 'DELETE') rules.delete(ruleId)
  return { status: 200, body: rule }
}

export function write({ request, text, rules }: Asked, kind: 'CreateProps' | 'UpdateProps'): Answer {
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

const IMPORT_LIMIT = 10_485_760

/** Takes rules one a line; what is wrong with single ones stands in the answer, whose status is 200 all the same. */
export function importRules({ request, query, text, rules, exceptions, refused }: Asked): Answer {
  const file = fileOf(request.headers['content-type'] ?? '', text)
  if (file === undefined) return wrong('[request body]: file: expected value of type [Stream]')
  if (!file.name.endsWith('.ndjson')) return solution(400, `Invalid file extension ${file.name}`)
  if (Buffer.byteLength(text) > IMPORT_LIMIT)
    return solution(400, `Payload content length greater than maximum allowed: ${IMPORT_LIMIT}`)
  const errors: Body[] = []
  let complaint: string | undefined
  let count = 0
  for (const line of file.text.split('\n').filter((each) => each.trim() !== '')) {
    count++
    const body = parse(line)
    const ruleId = typeof body?.rule_id === 'string' ? body.rule_id : undefined
    const fail = (status_code: number, message: string): void =>
      void errors.push({ ...(ruleId !== undefined && { rule_id: ruleId }), error: { status_code, message } })
    const schema = body && requestSchema(body.type, 'ToImport')
    const mistakes = schema === undefined ? ['type: Invalid discriminator value'] : violations(schema, body)
    if (body === undefined || ruleId === undefined || mistakes.length > 0) {
      complaint = mistakes.join(', ')
      fail(400, complaint)
    } else if (refused.has(ruleId)) fail(400, refused.get(ruleId) ?? '')
    else if (rules.has(ruleId) && query.get('overwrite') !== 'true') fail(409, `rule_id: "${ruleId}" already exists`)
    else if (rules.has(ruleId) && rules.get(ruleId)?.type !== body.type)
      fail(400, 'the type of a rule cannot be changed')
    else {
      const known = knownReferences(body, exceptions)
      complaint ??= known.complaint
      rules.set(ruleId, storedRule(known.rule, ruleId, rules.get(ruleId)))
    }
  }
  return {
    status: 200,
    body: {
      exceptions_success: true,
      exceptions_success_count: 0,
      exceptions_errors: [],
      rules_count: count,
      success: errors.length === 0,
      success_count: count - errors.length,
      errors,
      action_connectors_errors: [],
      action_connectors_warnings: [],
      action_connectors_success: true,
      action_connectors_success_count: 0,
    },
    ...(complaint !== undefined && { complaint }),
  }
}

/** The one file of a form. */
function fileOf(type: string, text: string): { readonly name: string; readonly text: string } | undefined {
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(type)?.[1]
  if (boundary === undefined) return undefined
  const part = text.split(`--${boundary}`)[1] ?? ''
  const at = part.indexOf('\r\n\r\n')
  const name = /name="file"; filename="([^"]+)"/.exec(part.slice(0, at))?.[1]
  return name === undefined || at < 0 ? undefined : { name, text: part.slice(at + 4, -2) }
}

export function bulkAction({ text, rules, ran }: Asked): Answer {
  const body = parse(text)
  const mistakes = body === undefined ? ['no JSON'] : violations('BulkActionRequest', body)
  if (body === undefined || mistakes.length > 0) return wrong(`[request body]: ${mistakes.join(', ')}`)
  if (body.action === 'run') return runAgain(body, rules, ran)
  if (body.action !== 'delete') return wrong('the stand-in deletes and runs only')
  const deleted: Body[] = []
  const unknown: string[] = []
  for (const id of (body.ids as string[] | undefined) ?? []) {
    const found = [...rules.values()].find((rule) => rule.id === id)
    if (found === undefined) unknown.push(id)
    else {
      deleted.push(found)
      rules.delete(found.rule_id as string)
    }
  }
  const summary = {
    failed: unknown.length,
    skipped: 0,
    succeeded: deleted.length,
    total: deleted.length + unknown.length,
  }
  const attributes = { results: { updated: [], created: [], deleted, skipped: [] }, summary }
  if (unknown.length === 0) return { status: 200, body: { success: true, rules_count: summary.total, attributes } }
  const errors = [{ message: 'Rule not found', status_code: 500, rules: unknown.map((id) => ({ id })) }]
  return { status: 500, body: { message: 'Bulk edit failed', status_code: 500, attributes: { ...attributes, errors } } }
}

/** Runs those that are on, and says of the others why not. */
function runAgain(body: Body, rules: Asked['rules'], ran: Asked['ran']): Answer {
  const asked = ((body.ids ?? []) as readonly string[]).flatMap((id) => {
    const rule = [...rules.values()].find((each) => each.id === id)
    return rule === undefined ? [] : [rule]
  })
  const [on, off] = [asked.filter((rule) => rule.enabled === true), asked.filter((rule) => rule.enabled !== true)]
  ran.push({ rules: on.map((rule) => String(rule.rule_id)), ...(body.run as { start_date: string; end_date: string }) })
  const summary = { failed: off.length, skipped: 0, succeeded: on.length, total: asked.length }
  const attributes = { results: { updated: on, created: [], deleted: [], skipped: [] }, summary }
  if (off.length === 0) return { status: 200, body: { success: true, rules_count: asked.length, attributes } }
  const message = 'Cannot schedule manual rule run for a disabled rule'
  const errors = [{ message, status_code: 500, rules: off.map(({ id, name }) => ({ id, name })) }]
  return { status: 500, body: { message: 'Bulk edit failed', status_code: 500, attributes: { ...attributes, errors } } }
}
