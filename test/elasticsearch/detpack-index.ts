import type { JsonObject } from '../../src/event/field.ts'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import type { ElasticsearchClient } from './client.ts'

/** An index of its own, mapped as detpack's template says, and these events in it. */
export async function makeIndex(
  client: ElasticsearchClient,
  name: string,
  events: readonly JsonObject[],
): Promise<void> {
  const { mappings } = emitIndexTemplate().template as JsonObject & { readonly mappings: JsonObject }
  await client.request('DELETE', `/${name}?ignore_unavailable=true`)
  await client.request('PUT', `/${name}`, { settings: { number_of_replicas: 0 }, mappings })
  await client.index(name, events)
}
