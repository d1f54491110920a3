import { error, type Diagnostic } from '../../../diagnostic/diagnostic.ts'
import type { Json, JsonObject } from '../../../event/field.ts'
import { emitIndexTemplate } from '../../../event/index-template.ts'
import { schemaFields } from '../../../event/schema.ts'
import { isJsonObject } from '../../object.ts'
import type { ClusterClient } from '../cluster-client.ts'

/** Begins no name that a template of detpack or of Elastic is for. */
export const TRIAL_PREFIX = 'detpack-trial-'

const DOCUMENTS_AT_ONCE = 2000

export interface Trial {
  /** Whether the index is there, to be deleted again. */
  readonly made: boolean
  /** Of what went wrong; then not all events are in it. */
  readonly diagnostics: readonly Diagnostic[]
}

const own = new Set<string>(schemaFields.map(({ name }) => name))

/**
 * Makes an index of its own, mapped as the index template says, and puts events into it.
 *
 * @param others types (those of Elasticsearch) of fields that the template does not know; it goes before them
 */
export async function makeTrial(
  client: ClusterClient,
  name: string,
  events: readonly JsonObject[],
  others: ReadonlyMap<string, string>,
): Promise<Trial> {
  const doing = `make the index ${name}`
  const { mappings } = emitIndexTemplate()['template'] as { readonly mappings: JsonObject }
  const made = await client.request({
    ...{ method: 'PUT', path: `/${name}`, doing },
    body: { settings: { index: { number_of_shards: 1, number_of_replicas: 0 } }, mappings },
  })
  if (made.kind === 'failed') return { made: false, diagnostics: [made.diagnostic] }
  const more = [...others].filter(([field]) => !own.has(field)).map(([field, type]) => [field, { type }] as const)
  if (more.length > 0) {
    const body = { properties: Object.fromEntries(more) }
    const mapped = await client.request({ method: 'PUT', path: `/${name}/_mapping`, doing, body })
    if (mapped.kind === 'failed') return { made: true, diagnostics: [mapped.diagnostic] }
  }
  for (let from = 0; from < events.length; from += DOCUMENTS_AT_ONCE) {
    const lines = events
      .slice(from, from + DOCUMENTS_AT_ONCE)
      .map((event) => `{"create":{}}\n${JSON.stringify(event)}\n`)
      .join('')
    const put = await client.request({ ...{ method: 'POST', path: `/${name}/_bulk?refresh=true`, doing }, lines })
    if (put.kind === 'failed') return { made: true, diagnostics: [put.diagnostic] }
    const refused = put.kind === 'ok' ? refusedIn(put.body) : 'the answer says nothing of the events'
    if (refused !== undefined) {
      const message = `not all events were taken by ${name}: ${refused}`
      return { made: true, diagnostics: [error('target/trial', message)] }
    }
  }
  return { made: true, diagnostics: [] }
}

/** Deletes it; told when it is still there. */
export async function dropTrial(client: ClusterClient, name: string): Promise<readonly Diagnostic[]> {
  const gone = await client.request({ method: 'DELETE', path: `/${name}`, doing: `delete the index ${name}` })
  return gone.kind === 'failed' ? [gone.diagnostic] : []
}

function refusedIn(body: Json): string | undefined {
  if (!isJsonObject(body)) return 'the answer is no object'
  if (body['errors'] === false) return undefined
  for (const item of Array.isArray(body['items']) ? (body['items'] as readonly Json[]) : []) {
    const created = isJsonObject(item) ? item['create'] : undefined
    const failure = isJsonObject(created) ? created['error'] : undefined
    if (isJsonObject(failure)) return typeof failure['reason'] === 'string' ? failure['reason'] : 'no reason is given'
  }
  return 'no reason is given'
}
