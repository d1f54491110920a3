import { randomUUID } from 'node:crypto'
import { exceptionViolations } from './interface-description.ts'
import { parse, solution, wrong, type Answer, type Asked, type Body } from './kibana-answer.ts'

/** The exceptions of one space: lists by list_id, items by item_id. */
export interface Exceptions {
  readonly lists: Map<string, Body>
  readonly items: Map<string, Body>
}

export const noExceptions = (): Exceptions => ({ lists: new Map(), items: new Map() })

const AT = '2026-01-01T00:00:00.000Z'

export const EXCEPTION_ROUTES = new Map([
  ['/api/exception_lists', { methods: ['GET', 'POST', 'PUT', 'DELETE'], query: ['id', 'list_id', 'namespace_type'] }],
  [
    '/api/exception_lists/_find',
    { methods: ['GET'], query: ['filter', 'namespace_type', 'page', 'per_page', 'sort_field', 'sort_order'] },
  ],
  [
    '/api/exception_lists/items',
    { methods: ['GET', 'POST', 'PUT', 'DELETE'], query: ['id', 'item_id', 'namespace_type'] },
  ],
  [
    '/api/exception_lists/items/_find',
    {
      methods: ['GET'],
      query: ['list_id', 'filter', 'search', 'namespace_type', 'page', 'per_page', 'sort_field', 'sort_order'],
    },
  ],
])

/** Answers as Kibana does about exception lists and items. */
export function answerExceptions(asked: Asked): Answer {
  const { path, method } = asked
  if (path === '/api/exception_lists/_find') return findLists(asked)
  if (path === '/api/exception_lists/items/_find') return findItems(asked)
  const ofItems = path === '/api/exception_lists/items'
  if (method === 'GET' || method === 'DELETE') return ofItems ? oneItem(asked) : oneList(asked)
  return ofItems ? writeItem(asked) : writeList(asked)
}

/** The schema of what is answered. */
export function exceptionAnswer(path: string): string {
  const items = path.includes('/items')
  if (path.endsWith('/_find')) return items ? 'FoundExceptionListItems' : 'FoundExceptionLists'
  return items ? 'ExceptionListItem' : 'ExceptionList'
}

function findLists({ query, exceptions }: Asked): Answer {
  const filter = query.get('filter')
  const tag = /^exception-list\.attributes\.tags:"((?:[^"\\]|\\.)*)"$/.exec(filter ?? '')?.[1]
  if (filter !== null && tag === undefined) return wrong(`the stand-in does not know this filter: ${filter}`)
  const wanted = tag?.replace(/\\(.)/g, '$1')
  const all = [...exceptions.lists.values()]
  return page(query, wanted === undefined ? all : all.filter((list) => (list.tags as string[]).includes(wanted)))
}

function findItems({ query, exceptions }: Asked): Answer {
  const listId = query.get('list_id')
  if (listId === null) return wrong('[request query]: list_id: Required')
  if (!exceptions.lists.has(listId)) return solution(404, `exception list list_id: "${listId}" does not exist`)
  return page(
    query,
    [...exceptions.items.values()].filter((item) => item.list_id === listId),
  )
}

function page(query: URLSearchParams, rows: readonly Body[]): Answer {
  const [number, size] = [Number(query.get('page') ?? 1), Number(query.get('per_page') ?? 20)]
  if (!Number.isInteger(number) || number < 1 || !Number.isInteger(size) || size < 1)
    return wrong('[request query]: page: Number must be greater than or equal to 1')
  const data = rows.slice((number - 1) * size, number * size)
  return { status: 200, body: { data, page: number, per_page: size, total: rows.length } }
}

function oneList({ method, query, exceptions }: Asked): Answer {
  const listId = query.get('list_id') ?? ''
  const list = exceptions.lists.get(listId)
  if (list === undefined) return solution(404, `exception list list_id: "${listId}" does not exist`)
  if (method === 'DELETE') {
    exceptions.lists.delete(listId)
    for (const [id, item] of exceptions.items) if (item.list_id === listId) exceptions.items.delete(id)
  }
  return { status: 200, body: list }
}

function oneItem({ method, query, exceptions }: Asked): Answer {
  const itemId = query.get('item_id') ?? ''
  const item = exceptions.items.get(itemId)
  if (item === undefined) return solution(404, `exception list item item_id: "${itemId}" does not exist`)
  if (method === 'DELETE') exceptions.items.delete(itemId)
  return { status: 200, body: item }
}

function writeList({ method, text, exceptions }: Asked): Answer {
  const body = parse(text)
  const schema = method === 'POST' ? 'ExceptionListCreate' : 'ExceptionListUpdate'
  const mistakes = body === undefined ? ['no JSON'] : exceptionViolations(schema, body)
  if (body === undefined || mistakes.length > 0) return wrong(`[request body]: ${mistakes.join(', ')}`)
  const listId = typeof body.list_id === 'string' ? body.list_id : randomUUID()
  const before = exceptions.lists.get(listId)
  if (method === 'POST' && before !== undefined) return solution(409, `exception list id: "${listId}" already exists`)
  if (method === 'PUT' && before === undefined)
    return solution(404, `exception list list_id: "${listId}" does not exist`)
  const stored = {
    ...{ namespace_type: 'single', os_types: [], tags: [], immutable: false },
    ...before,
    ...body,
    ...stamps(before),
    list_id: listId,
    version: before === undefined ? 1 : (before.version as number) + 1,
  }
  exceptions.lists.set(listId, stored)
  return { status: 200, body: stored }
}

function writeItem({ method, text, exceptions }: Asked): Answer {
  const body = parse(text)
  const schema = method === 'POST' ? 'ExceptionListItemCreate' : 'ExceptionListItemUpdate'
  const mistakes = body === undefined ? ['no JSON'] : exceptionViolations(schema, body)
  if (body === undefined || mistakes.length > 0) return wrong(`[request body]: ${mistakes.join(', ')}`)
  const itemId = typeof body.item_id === 'string' ? body.item_id : randomUUID()
  const before = exceptions.items.get(itemId)
  if (method === 'POST' && !exceptions.lists.has(String(body.list_id)))
    return solution(404, `exception list id: "${String(body.list_id)}" does not exist`)
  if (method === 'POST' && before !== undefined)
    return solution(409, `exception list item id: "${itemId}" already exists`)
  if (method === 'PUT' && before === undefined)
    return solution(404, `exception list item item_id: "${itemId}" does not exist`)
  const had = (before?.comments ?? []) as Body[]
  const given = (body.comments ?? []) as Body[]
  // All comments come again, and none goes away.
  if (had.some((old) => !given.some((each) => each.id === old.id)))
    return { ...solution(403, 'item "comments" cannot be deleted'), complaint: 'a comment was left out' }
  const comments = given.map(
    (each) =>
      had.find((old) => old.id === each.id) ?? { ...each, id: randomUUID(), created_at: AT, created_by: 'anna' },
  )
  const kept = before === undefined ? {} : { meta: before.meta, os_types: before.os_types, tags: before.tags }
  const stored = {
    ...{ namespace_type: 'single', os_types: [], tags: [] },
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    ...body,
    ...{ list_id: before?.list_id ?? body.list_id, comments, item_id: itemId },
    ...stamps(before),
  }
  exceptions.items.set(itemId, stored)
  return { status: 200, body: stored }
}

function stamps(before: Body | undefined): Body {
  return {
    id: before?.id ?? randomUUID(),
    _version: randomUUID(),
    tie_breaker_id: before?.tie_breaker_id ?? randomUUID(),
    ...{ created_at: AT, created_by: 'elastic', updated_at: AT, updated_by: 'elastic' },
  }
}

/** What an import does to a rule's references: those to lists that are not there are dropped. */
export function knownReferences(
  rule: Body,
  { lists }: Exceptions,
): { readonly rule: Body; readonly complaint?: string } {
  const references = rule.exceptions_list as Body[] | undefined
  if (references === undefined) return { rule }
  const known = references.filter((each) => lists.has(String(each.list_id)))
  const wrongId = known.find((each) => lists.get(String(each.list_id))?.id !== each.id)
  return {
    rule: { ...rule, exceptions_list: known },
    ...(wrongId !== undefined && { complaint: `the id of ${String(wrongId.list_id)} is another one` }),
  }
}
