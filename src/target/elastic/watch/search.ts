import { alertId, type AlertId } from '../../../event/alert.ts'
import type { Diagnostic } from '../../../diagnostic/diagnostic.ts'
import { error } from '../../../diagnostic/diagnostic.ts'
import type { Json } from '../../../event/field.ts'
import { isJsonObject } from '../../object.ts'
import type { Reading } from '../../reading.ts'
import type { ClusterClient } from '../cluster-client.ts'
import { replyFailure } from '../../failure.ts'
import { elasticsearch } from '../server.ts'
import type { ScheduledRule, Window } from './scheduled-rule.ts'

/** A chain that a query found. */
export interface Finding {
  readonly id: AlertId
  readonly group: Readonly<Record<string, string>>
  readonly first: Edge
  readonly last: Edge
}

export interface Edge {
  /** `event.id` */
  readonly id: string
  /** RFC 3339, UTC, in milliseconds. */
  readonly time: string
}

/** As `ROW_CAP` of the backend: a result of so many rows may be cut. */
const MOST_ROWS = 10_000
/** Shorter windows are not halved: so many alerts in a second are no work for anybody. */
const SHORTEST = 1000

/**
 * The chains that close within a window. The query sees the events from one chain's length before it, so that each
 * chain lies whole in what is seen; what closes before the window is left out, since there counts and starts may lack
 * what lies beyond the edge. A result that may be cut is asked for again in halves. What is excepted is not seen.
 *
 * @param now when exceptions hold, ms since 1970
 */
export async function search(
  client: ClusterClient,
  rule: ScheduledRule,
  window: Window,
  now: number = Date.now(),
): Promise<Reading<readonly Finding[]>> {
  const doing = `run rule "${rule.title}"`
  const { identity } = rule.query
  if (rule.query.language !== 'esql' || identity.of === 'sequence') throw new Error(`no ES|QL: ${rule.id}`)
  const text = identity.of === 'event' ? `${rule.query.text}\n| KEEP ${identity.column}, @timestamp` : rule.query.text
  const [gte, lt] = [new Date(window.from - rule.span).toISOString(), new Date(window.to).toISOString()]
  const range = { range: { '@timestamp': { gte, lt, format: 'strict_date_optional_time' } } }
  const excepted = (rule.except ?? []).filter(({ until }) => now <= until).map(({ query }) => query)
  const filter = { bool: { filter: [range], must_not: excepted } }
  const reply = await client.request({
    ...{ method: 'POST', doing },
    path: '/_query?allow_partial_results=false',
    body: { query: text, filter },
  })
  if (reply.kind === 'failed') return reply
  const table = reply.kind === 'ok' ? readTable(reply.body) : undefined
  if (table === undefined)
    return { kind: 'failed', diagnostic: replyFailure(elasticsearch, doing, 'the answer is no table') }
  if (table.rows.length < MOST_ROWS) return inWindow(table, rule, window, doing)
  if (window.to - window.from < 2 * SHORTEST) return { kind: 'failed', diagnostic: tooMany(rule) }
  const middle = Math.floor((window.from + window.to) / 2)
  const [before, after] = [
    await search(client, rule, { from: window.from, to: middle }, now),
    await search(client, rule, { from: middle, to: window.to }, now),
  ]
  if (before.kind === 'failed') return before
  return after.kind === 'failed' ? after : { kind: 'read', value: [...before.value, ...after.value] }
}

interface Table {
  readonly columns: ReadonlyMap<string, number>
  readonly rows: readonly (readonly Json[])[]
}

function readTable(body: Json): Table | undefined {
  if (!isJsonObject(body) || !Array.isArray(body['columns']) || !Array.isArray(body['values'])) return undefined
  const names = (body['columns'] as readonly Json[]).map((each) => (isJsonObject(each) ? each['name'] : undefined))
  const columns = new Map(names.flatMap((name, at) => (typeof name === 'string' ? [[name, at] as const] : [])))
  return { columns, rows: body['values'] as readonly (readonly Json[])[] }
}

function inWindow(
  { columns, rows }: Table,
  rule: ScheduledRule,
  window: Window,
  doing: string,
): Reading<readonly Finding[]> {
  const { identity } = rule.query
  if (identity.of === 'sequence') throw new Error('not of ES|QL')
  const names =
    identity.of === 'event'
      ? { first: identity.column, last: identity.column, firstTime: '@timestamp', lastTime: '@timestamp' }
      : { first: identity.first, last: identity.last, firstTime: 'first_time', lastTime: 'last_time' }
  const keys = identity.of === 'event' ? {} : identity.keys
  const found = new Map<AlertId, Finding>()
  for (const row of rows) {
    const cell = (name: string): string => {
      const value = row[columns.get(name) ?? -1]
      return typeof value === 'string' ? value : value === null || value === undefined ? '' : JSON.stringify(value)
    }
    const first = { id: cell(names.first), time: cell(names.firstTime) }
    const last = { id: cell(names.last), time: cell(names.lastTime) }
    const closed = Date.parse(last.time)
    if (first.id === '' || last.id === '' || Number.isNaN(closed))
      return { kind: 'failed', diagnostic: replyFailure(elasticsearch, doing, 'a row lacks the ids of its events') }
    if (closed < window.from || closed >= window.to) continue
    const group = Object.fromEntries(rule.group.map((key) => [key, cell(keys[key] ?? key)]))
    const id = alertId(rule.id, group, first.id, last.id)
    found.set(id, { id, group, first, last })
  }
  return { kind: 'read', value: [...found.values()] }
}

function tooMany(rule: ScheduledRule): Diagnostic {
  const message = `"${rule.title}" finds ${MOST_ROWS} chains or more within a second or two`
  return error('target/too-many-alerts', message, undefined, { hint: 'narrow the rule; these are not told' })
}
