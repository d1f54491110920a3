import type { JsonObject } from '../../src/event/field.ts'
import { schemaFields } from '../../src/event/schema.ts'
import type { ElasticsearchClient } from './client.ts'

/** An index of its own with the fields of the event schema, and these events in it. */
export async function makeIndex(
  client: ElasticsearchClient,
  name: string,
  events: readonly JsonObject[],
): Promise<void> {
  const properties = Object.fromEntries(schemaFields.map((field) => [field.name, { type: field.type }]))
  await client.request('PUT', `/${name}`, {
    settings: { number_of_replicas: 0 },
    mappings: { dynamic: false, properties },
  })
  await client.index(name, events)
}
