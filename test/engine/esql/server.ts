import { Source } from '../../../src/diagnostic/source.ts'
import { runEsql } from '../../../src/engine/esql/run.ts'
import type { FieldTypes } from '../../../src/engine/field-type.ts'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { timeOf } from '../brute-force/judge.ts'
import type { ElasticsearchClient } from '../../elasticsearch/client.ts'

/** Rows as texts, sorted where the query does not sort them; that the query is refused; or that the server broke. */
export type Answer = readonly string[] | 'refused' | 'broken'

/** What the server and what the engine give for a text on the same documents. */
export async function answers(
  client: ElasticsearchClient,
  text: string,
  documents: readonly JsonObject[],
  types: FieldTypes,
): Promise<readonly [Answer, Answer]> {
  const ordered = /\bSORT\b/i.test(text)
  const events = documents.map((fields, at) => toRecord(fields, at + 1))
  const result = runEsql(new Source('query', text), events, { now: timeOf(Date.now()), lookups: new Map(), types })
  const ours = result.kind === 'rows' ? sorted(result.rows.map(rowText), ordered) : 'refused'
  return [await serverAnswer(client, text, ordered), ours]
}

async function serverAnswer(client: ElasticsearchClient, text: string, ordered: boolean): Promise<Answer> {
  try {
    const { columns, rows } = await client.query(text)
    const objects = rows.map((row) => Object.fromEntries(columns.map((name, at) => [name, (row[at] ?? null) as Json])))
    return sorted(objects.map(rowText), ordered)
  } catch (problem) {
    if (String(problem).includes(': 400 ')) return 'refused'
    if (String(problem).includes(': 500 ')) return 'broken'
    throw problem
  }
}

function sorted(rows: readonly string[], ordered: boolean): readonly string[] {
  return ordered ? rows : [...rows].sort()
}

/** Values of a list have no order of their own. */
function rowText(row: JsonObject): string {
  return JSON.stringify(row, (_, value: Json) =>
    Array.isArray(value) ? (value as readonly Json[]).map((one) => JSON.stringify(one)).sort() : value,
  )
}
