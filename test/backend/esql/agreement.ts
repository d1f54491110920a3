import { expect } from 'vitest'
import type { CompileContext, NativeQuery } from '../../../src/backend/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { ROW_CAP } from '../../../src/backend/esql/query-text.ts'
import { alertId, type Alert } from '../../../src/event/alert.ts'
import type { Correlation, Program, Rule } from '../../../src/ir/rule.ts'
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

/**
 * Holds what the query of each rule finds to the alerts of the stream correlator; rules that ES|QL cannot say are left out.
 * Gives how many alerts were compared.
 */
export async function holdToStream(
  client: ElasticsearchClient,
  program: Program,
  asked: readonly Rule[],
  context: CompileContext,
  alerts: readonly Alert[],
): Promise<number> {
  let compared = 0
  await eachOf(asked, async (rule) => {
    const compiled = esqlBackend.compile(program, rule.id, context)
    if (compiled.kind === 'refused') return
    const identities = await found(client, compiled.query, rule.kind === 'correlation' ? rule : undefined)
    const actual =
      rule.kind === 'correlation'
        ? alertIds(rule, identities)
        : Array.from(identities, (id) => alertId(rule.id, {}, id, id)).sort()
    const expected = alerts.filter((alert) => alert.rule === rule.id).map((alert) => alert.id)
    expect(actual, `${rule.title}\n${compiled.query.text}`).toEqual(expected.sort())
    compared += expected.length
  })
  return compared
}

/** Runs a job for each item, a few at a time. */
export async function eachOf<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async (): Promise<void> => {
    for (const item of queue) await job(item)
  }
  await Promise.all([worker(), worker(), worker()])
}
