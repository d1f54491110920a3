import type { JsonObject } from '../../src/event/field.ts'

/** What ES|QL answers, columns by name. */
export interface Rows {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly unknown[])[]
}

/** Documents of a request: a node takes no more at a time, of all who write, than a tenth of its heap (indexing_pressure). */
const AT_ONCE = 1000

/** The few requests that tests make of a node. */
export class ElasticsearchClient {
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  async request(method: string, path: string, body?: unknown): Promise<JsonObject> {
    const lines = typeof body === 'string'
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { 'content-type': lines ? 'application/x-ndjson' : 'application/json' },
      ...(body !== undefined && { body: lines ? body : JSON.stringify(body) }),
    })
    const json = (await answer.json()) as JsonObject
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json).slice(0, 2000)}`)
    return json
  }

  /** Writes documents, in several requests where they are many, and waits until they can be found. */
  async index(name: string, documents: readonly JsonObject[]): Promise<void> {
    for (let at = 0; at === 0 || at < documents.length; at += AT_ONCE) {
      const some = documents.slice(at, at + AT_ONCE)
      const lines = some.map((document) => `{"create":{}}\n${JSON.stringify(document)}\n`)
      const answer = await this.request('POST', `/${name}/_bulk?refresh=true`, lines.join(''))
      if (answer.errors !== false) throw new Error(`not indexed: ${JSON.stringify(answer).slice(0, 2000)}`)
    }
  }

  async query(text: string): Promise<Rows> {
    const answer = await this.request('POST', '/_query', { query: text })
    const { columns, values } = answer as unknown as { columns: { name: string }[]; values: unknown[][] }
    return { columns: columns.map((column) => column.name), rows: values }
  }
}
