import { didYouMean } from '../../diagnostic/suggest.ts'
import type { EventRecord } from '../../event/record.ts'
import { Columns, type Column } from './columns.ts'
import type { EventFields } from './event-field.ts'
import { referencedColumns } from './referenced.ts'
import { Refusal } from './refusal.ts'
import { SEARCHED, searchedValues } from './search.ts'
import type { Table } from './table.ts'
import type { Command } from './tree.ts'
import type { Value } from './value.ts'

interface Read extends Column {
  readonly read: (event: EventRecord) => Value
}

/** What METADATA knows of an event that lies in no index. */
const METADATA: ReadonlyMap<string, Read> = new Map(
  [
    { name: '_id', type: 'keyword' as const, read: (event: EventRecord): Value => event.id ?? `line:${event.line}` },
    { name: '_index', type: 'keyword' as const, read: (): Value => 'events' },
    { name: '_version', type: 'long' as const, read: (): Value => 1n },
  ].map((each) => [each.name, each]),
)

/**
 * The events as rows: those fields that the rest of the query uses, or all that occur where they go on to the result.
 *
 * @param search whether conditions search all fields, by the last column
 */
export function readSource(
  from: Extract<Command, { kind: 'from' }>,
  rest: readonly Command[],
  events: readonly EventRecord[],
  fields: EventFields,
  search: boolean,
): Table {
  const metadata = from.metadata.map(({ name, span }) => {
    const known = METADATA.get(name)
    if (!known)
      throw new Refusal(
        'esql/unsupported',
        `events have no metadata "${name}"`,
        span,
        didYouMean(name, METADATA.keys()),
      )
    return known
  })
  const wanted = referencedColumns(rest)
  const columns = [...new Set([...wanted.names, ...(wanted.all ? fields.names() : [])])]
    .sort()
    .flatMap((name): readonly Read[] => {
      const type = metadata.some((one) => one.name === name) ? undefined : fields.typeOf(name)
      return type === undefined ? [] : [{ name, type, read: fields.reader(name, type) }]
    })
  const searched: Read = { name: SEARCHED, type: 'keyword', read: search ? searchedValues(fields) : () => null }
  const all = [...columns, ...metadata, ...(search ? [searched] : [])]
  return { columns: new Columns(all), rows: events.map((event) => all.map(({ read }) => read(event))) }
}
