/** What the stand-in answers: splunkd's JSON, or the same as Atom where JSON was not asked for. */
export interface Answer {
  readonly status: number
  readonly body: Body
  readonly headers?: Readonly<Record<string, string>>
  /** The KV store answers errors in Atom even where JSON was asked for. */
  readonly atom?: boolean
}

export type Body = Readonly<Record<string, unknown>> | readonly unknown[]

export interface Entry {
  readonly name: string
  readonly acl: Readonly<Record<string, unknown>>
  readonly content: Readonly<Record<string, unknown>>
  readonly published?: string
}

/** An error in the shape that all endpoints share; those of searches say FATAL. */
export function told(status: number, text: string, type = 'ERROR', more: Omit<Answer, 'status' | 'body'> = {}): Answer {
  return { status, body: { messages: [{ type, text }] }, ...more }
}

export function listed(entries: readonly Entry[], query: URLSearchParams, perPage = 30): Answer {
  const count = Number(query.get('count') ?? perPage)
  const offset = Number(query.get('offset') ?? 0)
  const word = query.get('search')?.toLowerCase() ?? ''
  const all = entries
    .filter((each) => word === '' || JSON.stringify([each.name, each.content]).toLowerCase().includes(word))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  const page = count === 0 ? all.slice(offset) : all.slice(offset, offset + count)
  return { status: 200, body: { entry: page, paging: { total: all.length, perPage: count, offset }, messages: [] } }
}

export function single(entry: Entry, status = 200): Answer {
  return { status, body: { entry: [entry], paging: { total: 1, perPage: 30, offset: 0 }, messages: [] } }
}

/** The Atom feed or the list of messages. */
export function atom(body: Body): string {
  const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
  const { messages, entry } = body as {
    readonly messages?: readonly { readonly type: string; readonly text: string }[]
    readonly entry?: readonly Entry[]
  }
  if (entry !== undefined) {
    const entries = entry.map((each) => {
      const keys = Object.entries(each.content).map(([key, value]) => `<s:key name="${key}">${escaped(value)}</s:key>`)
      return `<entry><title>${escaped(each.name)}</title><content type="text/xml"><s:dict>${keys.join('')}</s:dict></content></entry>`
    })
    return `${head}<feed xmlns="http://www.w3.org/2005/Atom" xmlns:s="http://dev.splunk.com/ns/rest">${entries.join('')}</feed>`
  }
  const lines = (messages ?? []).map(({ type, text }) => `    <msg type="${type}">${escaped(text)}</msg>\n`)
  return `${head}<response>\n  <messages>\n${lines.join('')}  </messages>\n</response>\n`
}

/** Atom gives booleans as 0 and 1, and everything as text. */
function escaped(value: unknown): string {
  const text = typeof value === 'boolean' ? String(Number(value)) : String(value)
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
}
