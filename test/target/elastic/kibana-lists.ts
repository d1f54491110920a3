import { randomUUID } from 'node:crypto'
import type { Exceptions } from './kibana-exceptions.ts'
import { listViolations } from './interface-description.ts'
import { parse, solution, wrong, type Answer, type Asked, type Body } from './kibana-answer.ts'

/** The value lists of one space. */
export interface ValueLists {
  /** Whether the space keeps lists: the data streams are there. */
  kept: boolean
  readonly lists: Map<string, Body>
  /** By list. What an import sends twice is there twice. */
  readonly values: Map<string, string[]>
  /** Imports that were answered and are not written yet. */
  readonly underWay: Map<string, string[]>
}

export const noLists = (): ValueLists => ({
  ...{ kept: false, lists: new Map(), values: new Map(), underWay: new Map() },
})

const AT = '2026-01-01T00:00:00.000Z'
const VALUES = '/api/lists/items'

export const LIST_ROUTES = new Map([
  ['/api/lists', { methods: ['GET', 'POST', 'PUT', 'DELETE'], query: ['id', 'deleteReferences', 'ignoreReferences'] }],
  [
    '/api/lists/_find',
    { methods: ['GET'], query: ['page', 'per_page', 'sort_field', 'sort_order', 'cursor', 'filter'] },
  ],
  ['/api/lists/index', { methods: ['GET', 'POST'], query: [] }],
  [VALUES, { methods: ['DELETE'], query: ['id', 'list_id', 'value', 'refresh'] }],
  [`${VALUES}/_import`, { methods: ['POST'], query: ['list_id', 'type', 'refresh'] }],
  [`${VALUES}/_export`, { methods: ['POST'], query: ['list_id'] }],
])

/** Answers as Kibana does about value lists. */
export function answerLists(asked: Asked): Answer {
  const { path, method, lists } = asked
  if (path === '/api/lists/index') return index(asked)
  if (path === '/api/lists/_find') {
    if (!lists.kept) return solution(404, 'index_not_found_exception: no such index [.lists-default]')
    const data = [...lists.lists.values()]
    const [page, size] = [Number(asked.query.get('page') ?? 1), Number(asked.query.get('per_page') ?? 20)]
    const rows = data.slice((page - 1) * size, page * size)
    return { status: 200, body: { data: rows, page, per_page: size, total: data.length, cursor: 'WzBd' } }
  }
  if (path === `${VALUES}/_import`) return importValues(asked)
  if (path === `${VALUES}/_export`) return exportValues(asked)
  if (path === VALUES) return removeValue(asked)
  return method === 'GET' || method === 'DELETE' ? one(asked) : write(asked)
}

/** The schema of what is answered; none of text. */
export function listAnswer(method: string, path: string): string | undefined {
  if (path === '/api/lists/index') return method === 'GET' ? 'ListIndexExists' : 'Acknowledged'
  if (path === `${VALUES}/_export`) return undefined
  return path === VALUES ? 'ListItems' : path.endsWith('/_find') ? 'FoundLists' : 'List'
}

function index({ method, lists }: Asked): Answer {
  if (method === 'GET')
    return lists.kept
      ? { status: 200, body: { list_index: true, list_item_index: true } }
      : solution(404, 'data stream .lists-default does not exist and data stream .items-default does not exist')
  if (lists.kept) return solution(409, 'data stream: ".lists-default" and ".items-default" already exists')
  lists.kept = true
  return { status: 200, body: { acknowledged: true } }
}

function write({ method, text, lists }: Asked): Answer {
  if (!lists.kept)
    return wrong('To create a list, the data stream must exist first. Data stream ".lists-default" does not exist')
  const body = parse(text)
  const mistakes =
    body === undefined ? ['no JSON'] : listViolations(method === 'POST' ? 'ListCreate' : 'ListUpdate', body)
  if (body === undefined || mistakes.length > 0) return wrong(`[request body]: ${mistakes.join(', ')}`)
  const id = typeof body.id === 'string' ? body.id : randomUUID()
  const before = lists.lists.get(id)
  if (method === 'POST' && before !== undefined) return solution(409, `list id: "${id}" already exists`)
  if (method === 'PUT' && before === undefined) return solution(404, `list id: "${id}" not found`)
  const stored = {
    ...{ type: before?.type, immutable: false, ...body, id, '@timestamp': AT },
    ...{ version: before === undefined ? 1 : (before.version as number) + 1, _version: 'WzAsMV0=' },
    ...{ tie_breaker_id: randomUUID(), created_at: AT, created_by: 'elastic', updated_at: AT, updated_by: 'elastic' },
  }
  lists.lists.set(id, stored)
  return { status: 200, body: stored }
}

function one({ method, query, lists, exceptions }: Asked): Answer {
  const id = query.get('id') ?? ''
  const list = lists.lists.get(id)
  if (method === 'GET')
    return list === undefined ? solution(404, `list id: "${id}" does not exist`) : { status: 200, body: list }
  if (query.get('ignoreReferences') !== 'true' && isReferredTo(id, exceptions))
    return {
      status: 409,
      body: {
        error: { message: `Value list '${id}' is referenced in existing exception list(s)`, value_list_id: id },
      },
    }
  if (list === undefined) return solution(404, `list id: "${id}" was not found`)
  for (const part of [lists.lists, lists.values, lists.underWay]) part.delete(id)
  return { status: 200, body: list }
}

function isReferredTo(id: string, { items }: Exceptions): boolean {
  const entries = [...items.values()].flatMap((item) => item.entries as { type: string; list?: { id: string } }[])
  return entries.some((entry) => entry.type === 'list' && entry.list?.id === id)
}

/** The answer comes before the values are written. */
function importValues({ query, text, lists }: Asked): Answer {
  const id = query.get('list_id')
  if (id === null) return wrong('Either type or list_id need to be defined in the query')
  const [head = '', ...rest] = text.split('\r\n\r\n')
  const name = /filename="([^"]+)"/.exec(head)?.[1] ?? ''
  if (!/\.(?:txt|csv)$/.test(name)) return { ...solution(415, 'Unsupported media type.'), complaint: name }
  const list = lists.lists.get(id)
  if (list === undefined) return solution(409, `list id: "${id}" does not exist`)
  const boundary = `${head.split('\r\n')[0] ?? ''}--`
  const lines = rest.join('\r\n\r\n').split(/\r?\n|\r|\u2028|\u2029/)
  const given = new Set(lines.slice(0, lines.lastIndexOf(boundary)).filter((line) => line.trim() !== ''))
  lists.underWay.set(id, [...(lists.underWay.get(id) ?? []), ...given])
  return { status: 200, body: list }
}

/** So many of what was imported are written each time that somebody looks. */
const WRITTEN = 300

function exportValues({ query, lists }: Asked): Answer {
  const id = query.get('list_id') ?? ''
  if (!lists.lists.has(id)) return { ...solution(400, `list_id: ${id} does not exist`) }
  const values = lists.values.get(id) ?? []
  const waiting = lists.underWay.get(id) ?? []
  values.push(...waiting.splice(0, WRITTEN))
  lists.values.set(id, values)
  const body = values.map((value) => `${value}\n`).join('')
  return { status: 200, body }
}

function removeValue({ query, lists }: Asked): Answer {
  const [id, value] = [query.get('list_id') ?? '', query.get('value') ?? '']
  const values = lists.values.get(id) ?? []
  if (!values.includes(value)) return solution(404, `list_id: "${id}" with ${value} was not found`)
  lists.values.set(
    id,
    values.filter((each) => each !== value),
  )
  const item = { id: randomUUID(), type: lists.lists.get(id)?.type, list_id: id, value, tie_breaker_id: randomUUID() }
  return { status: 200, body: [item] }
}
