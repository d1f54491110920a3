import { runEsql } from '../engine/esql/run.ts'
import type { RunRows } from '../engine/query-run.ts'
import { schemaFields } from '../event/schema.ts'

/** ES|QL, with the types of detpack's own fields where no schema gives others. */
export const runEsqlRows: RunRows = (source, events, context) => {
  const own = schemaFields.map(({ name, type }) => [name, type] as const)
  return runEsql(source, events, { ...context, types: new Map([...own, ...(context.types ?? [])]) })
}
