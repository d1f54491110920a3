import type { NativeQuery } from '../../../src/backend/backend.ts'
import { ROW_CAP } from '../../../src/backend/esql/query-text.ts'
import { alertId } from '../../../src/event/alert.ts'
import type { Correlation } from '../../../src/ir/rule.ts'
import type { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { identityOf } from './judge.ts'

/** Event ids, or identities of alerts, that a query finds. */
export async function found(client: ElasticsearchClient, query: NativeQuery, rule?: Correlation): Promise<Set<string>> {
  const { columns, rows } = await client.query(query.text)
  if (rows.length >= ROW_CAP) throw new Error('the result may be cut')
  const { identity } = query
  const cell = (row: readonly unknown[], name: string): string => {
    const value = row[columns.indexOf(name)]
    if (typeof value !== 'string') throw new Error(`no text in column "${name}" of\n${query.text}`)
    return value
  }
  if (identity.of === 'event') return new Set(rows.map((row) => cell(row, identity.column)))
  if (identity.of !== 'row') throw new Error('no rows')
  const keys = rule?.group.map((key) => identity.keys[key.name] ?? '') ?? []
  return new Set(
    rows.map((row) =>
      identityOf(
        keys.map((key) => cell(row, key)),
        cell(row, identity.first),
        cell(row, identity.last),
      ),
    ),
  )
}

/** The same identities as the stream correlator writes them. */
export function alertIds(rule: Correlation, identities: Iterable<string>): readonly string[] {
  return Array.from(identities, (identity) => {
    const [group, first, last] = JSON.parse(identity) as [string[], string, string]
    const named = Object.fromEntries(rule.group.map((key, index) => [key.name, group[index] ?? '']))
    return alertId(rule.id, named, first, last)
  }).sort()
}

/** Runs a job for each item, a few at a time. */
export async function eachOf<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await job(item)
  }
  await Promise.all([worker(), worker(), worker()])
}
