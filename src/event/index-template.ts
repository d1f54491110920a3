import type { JsonObject } from './field.ts'
import { type FieldTree, fieldTree, isField } from './field-tree.ts'
import { type SchemaField, schemaFields } from './schema.ts'

/** The data streams that hold events: `logs-detpack.use-<namespace>`. */
export const INDEX_PATTERN = 'logs-detpack.use-*'

/** Above the template for `logs-*-*` that Elasticsearch brings (100) and the 200 that Elastic asks others to use. */
const PRIORITY = 250

/**
 * Longest keyword that is searched, in characters. Elasticsearch refuses a whole event for one keyword of more than
 * 32,766 bytes; a character has at most 4. Only arguments get so long: paths end at 4,096 bytes.
 */
const LONGEST_KEYWORD = 8191

/** Numbers and times that events are looked up by. */
const LOOKED_UP: ReadonlySet<string> = new Set([
  '@timestamp',
  'event.ingested',
  'process.pid',
  'process.parent.pid',
  'source.port',
  'destination.port',
  'detpack.object.process.pid',
])

/** Texts of nearly every event that tell few events from the others, and that no rule of the pack asks for. */
const NOT_LOOKED_UP: ReadonlySet<string> = new Set([
  'ecs.version',
  'process.group.id',
  'process.entry_leader.name',
  'process.session_leader.name',
  'file.device',
  'file.gid',
  'network.type',
  'network.direction',
  'detpack.unknown',
  'detpack.resources.digest',
  'detpack.cgroup.id',
  'detpack.process.namespace.mount',
  'detpack.object.identity',
  'detpack.socket.family',
])

/**
 * The index template for the data stream of events (body of `PUT _index_template/…`).
 *
 * `dynamic: false`: a field that is not in the schema is kept in the source and not searched. With `true` the first
 * value that comes would choose its type, and texts would be analysed, which EQL cannot compare exactly; with `strict`
 * the event would be lost. A query for an unmapped field fails, which is seen.
 *
 * Only types of the basic distribution: keyword, long, ip, date, boolean.
 *
 * `index: false`: a field is kept as a column only, which makes an event cheaper to take in. Every query on it
 * means the same, and goes through the events that its other conditions leave; sorting, joining, grouping and showing
 * read columns anyway. (Since Elasticsearch 8.1; where `search.allow_expensive_queries` is off, such a query is refused.)
 */
export function emitIndexTemplate(): JsonObject {
  return {
    index_patterns: [INDEX_PATTERN],
    data_stream: {},
    priority: PRIORITY,
    template: {
      mappings: {
        dynamic: false,
        date_detection: false,
        numeric_detection: false,
        properties: properties(fieldTree(schemaFields)),
      },
    },
    _meta: { managed_by: 'detpack', description: 'Capability-use events of detpack' },
  }
}

function properties(tree: FieldTree): JsonObject {
  const found: Record<string, JsonObject> = {}
  for (const [name, node] of tree) found[name] = isField(node) ? fieldMapping(node) : { properties: properties(node) }
  return found
}

/** Lists need no type of their own: any field may hold several values. */
function fieldMapping({ name, type }: SchemaField): JsonObject {
  return {
    type,
    ...(type === 'keyword' && { ignore_above: LONGEST_KEYWORD }),
    ...(!isLookedUp(name, type) && { index: false }),
  }
}

function isLookedUp(name: string, type: SchemaField['type']): boolean {
  return type === 'long' || type === 'date' ? LOOKED_UP.has(name) : !NOT_LOOKED_UP.has(name)
}

/** The lifecycle of a data stream of events: a new index each day or 50 GB, and its end after so many days. */
export function emitLifecycle(days: number): JsonObject {
  const rollover = { max_age: '1d', max_primary_shard_size: '50gb' }
  return {
    policy: {
      phases: {
        hot: { actions: { rollover } },
        delete: { min_age: `${days}d`, actions: { delete: {} } },
      },
    },
  }
}
