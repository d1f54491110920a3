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

  /** Asks again where the node has too much to do just now. */
  async #asked(path: string, body: JsonObject): Promise<JsonObject> {
    for (let left = 3; ; left--) {
      try {
        return await this.request('POST', path, body)
      } catch (problem) {
        if (left === 0 || !/: (?:429|503) /.test(String(problem))) throw problem
        await new Promise((resolve) => setTimeout(resolve, 1000))
      }
    }
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

  /** Every row or an error: a node answers with a part, and no word of it, where some of its work failed (since 8.19). */
  async query(text: string): Promise<Rows> {
    const answer = await this.#asked('/_query?allow_partial_results=false', { query: text })
    const { columns, values } = answer as unknown as { columns: { name: string }[]; values: unknown[][] }
    return { columns: columns.map((column) => column.name), rows: values }
  }
}
