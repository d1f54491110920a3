import fc from 'fast-check'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import type { NativeQuery } from '../../../src/backend/backend.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { runEsql } from '../../../src/engine/esql/run.ts'
import type { FieldType } from '../../../src/engine/field-type.ts'
import { exactText, type JsonObject, type Scalar } from '../../../src/event/field.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import type { Program, Rule } from '../../../src/ir/rule.ts'
import type { FieldInfo, Mapping } from '../../../src/mapping/mapping.ts'
import { none } from '../../../src/mapping/none.ts'
import { timeOf } from '../../engine/brute-force/judge.ts'
import { streams as anyStreams } from '../../engine/brute-force/program.ts'

const FIELDS: Readonly<Record<string, FieldInfo & { readonly type: FieldType }>> = {
  '@timestamp': { type: 'date', multi: false },
  'event.id': { type: 'keyword', multi: false },
  'event.sequence': { type: 'long', multi: false },
  'host.boot.id': { type: 'keyword', multi: false },
  kind: { type: 'keyword', multi: true },
  g: { type: 'keyword', multi: true },
  j: { type: 'keyword', multi: true },
  n: { type: 'long', multi: false },
}

/** The fields of the brute-force judge's streams, as an index would have them. */
export const flat: Mapping = { ...none, name: 'flat', field: (name) => FIELDS[name] }
export const flatTypes: ReadonlyMap<string, FieldType> = new Map(
  Object.entries(FIELDS).map(([name, { type }]) => [name, type]),
)

const context = { mapping: flat, store: { elasticIndex: 'events', splunkBase: '' }, today: '2026-01-01' }

/** The query of a rule; undefined where ES|QL refuses it. */
export function queryOf(program: Program, rule: Rule): NativeQuery | undefined {
  const compiled = esqlBackend.compile(program, rule.id, context)
  return compiled.kind === 'query' ? compiled.query : undefined
}

/** Identities of the alerts that a query finds offline: rule, group, first and last. */
export function offline(
  query: NativeQuery,
  rule: Rule,
  events: readonly EventRecord[],
  now: number,
): readonly string[] {
  const result = runEsql(new Source('query', query.text), events, {
    now: timeOf(now),
    lookups: new Map(),
    types: flatTypes,
  })
  if (result.kind === 'refused') throw new Error(`${result.diagnostics[0]?.message ?? ''}\n${query.text}`)
  return identitiesOf(query, rule, result.rows)
}

/** Identities in the rows that a query gives. */
export function identitiesOf({ identity }: NativeQuery, rule: Rule, rows: readonly JsonObject[]): readonly string[] {
  return rows.map((row) => {
    const text = (column: string): string => exactText(row[column] as Scalar)
    if (identity.of === 'event') return identityText(rule.id, {}, text(identity.column), text(identity.column))
    if (identity.of !== 'row') throw new Error('no rows')
    const keys = rule.kind === 'correlation' ? rule.group.map((key) => key.name) : []
    const group = Object.fromEntries(keys.map((name) => [name, text(identity.keys[name] ?? '')]))
    return identityText(rule.id, group, text(identity.first), text(identity.last))
  })
}

export function identityText(
  rule: string,
  group: Readonly<Record<string, string>>,
  first: string,
  last: string,
): string {
  return JSON.stringify([rule, Object.entries(group).sort(), first, last])
}

/**
 * The judge's streams as a store keeps them: every event has an id and a sequence, one delivered twice is there twice as
 * it was, nothing is null, and measured numbers are whole. Ids ascend with the lines, for where nothing else decides the
 * judge goes by lines and a query by ids.
 */
export const storedStreams: fc.Arbitrary<readonly EventRecord[]> = fc
  .tuple(anyStreams, fc.array(fc.tuple(fc.nat(13), fc.nat(20)), { maxLength: 3 }))
  .map(([events, doubled]) => {
    const order = events.map((_, at) => at)
    for (const [which, place] of doubled) if (which < events.length) order.splice(place % (order.length + 1), 0, which)
    const ids = new Map<number, string>()
    for (const which of order) if (!ids.has(which)) ids.set(which, `id-${String(ids.size).padStart(2, '0')}`)
    return order.flatMap((which, at): readonly EventRecord[] => {
      const event = events[which]
      return event ? [stored(event, ids.get(which) ?? '', at + 1)] : []
    })
  })

function stored(event: EventRecord, id: string, line: number): EventRecord {
  const sequence = event.sequence ?? 0
  const { n } = event.fields
  const fields: JsonObject = {
    ...event.fields,
    'event.id': id,
    'event.sequence': sequence,
    n: Number.isInteger(n) ? (n ?? null) : null,
  }
  const present = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
  return { ...event, line, id, sequence, fields: present }
}
