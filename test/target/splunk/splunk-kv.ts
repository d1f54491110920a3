import { listed, single, told, type Answer } from './splunk-answers.ts'

type Row = Readonly<Record<string, unknown>>

/** Collections by app and name; each holds its documents by key, in the order of their making. */
export type Collections = Map<string, Map<string, Row>>

export function configAnswer(
  all: Collections,
  {
    method,
    app,
    name,
    query,
    form,
  }: { method: string; app: string; name?: string; query: URLSearchParams; form: URLSearchParams },
): Answer {
  const entry = (key: string): Parameters<typeof single>[0] => ({ name: key, acl: { app }, content: {} })
  if (name === undefined && method === 'GET') {
    const own = [...all.keys()]
      .filter((key) => key.startsWith(`${app} `))
      .map((key) => entry(key.slice(app.length + 1)))
    return listed(own, query)
  }
  if (name === undefined) {
    const made = form.get('name') ?? ''
    if (all.has(`${app} ${made}`)) return told(409, `An object with name=${made} already exists`)
    all.set(`${app} ${made}`, new Map())
    return single(entry(made), 201)
  }
  if (!all.has(`${app} ${name}`)) return told(404, `Could not find object id=${name}`)
  if (method === 'DELETE') all.delete(`${app} ${name}`)
  return single(entry(name))
}

export function dataAnswer(
  all: Collections,
  asked: {
    method: string
    app: string
    name: string
    key?: string
    batch: boolean
    query: URLSearchParams
    text: string
  },
): Answer {
  const { method, app, name, key, batch, query, text } = asked
  const rows = all.get(`${app} ${name}`)
  if (rows === undefined) return told(404, `Could not find collection "${name}"`, 'ERROR', { atom: true })
  if (key !== undefined && !rows.has(key)) return told(404, 'Could not find object.', 'ERROR', { atom: true })
  if (key !== undefined && method === 'DELETE') rows.delete(key)
  if (key !== undefined) return { status: 200, body: rows.get(key) ?? {} }
  if (method === 'POST') {
    const given = JSON.parse(text) as Row | readonly Row[]
    const keys = (batch ? (given as readonly Row[]) : [given as Row]).map((row) => {
      const key = typeof row['_key'] === 'string' ? row['_key'] : `generated-${rows.size}`
      rows.set(key, { ...row, _key: key, _user: 'nobody' })
      return key
    })
    return { status: 200, body: batch ? keys : { _key: keys[0] } }
  }
  let meant: Row
  try {
    meant = JSON.parse(query.get('query') ?? '{}') as Row
  } catch {
    return told(400, 'JSON in the request is invalid.', 'ERROR', { atom: true })
  }
  const found = [...rows.values()].filter((row) => fits(row, meant))
  if (method === 'DELETE') {
    for (const row of found) rows.delete(row['_key'] as string)
    return { status: 200, body: {} }
  }
  const [field = '', direction] = (query.get('sort') ?? '').split(':')
  if (field !== '') found.sort((a, b) => compare(a[field], b[field]) * (direction === '-1' ? -1 : 1))
  const skip = Number(query.get('skip') ?? 0)
  const limit = Number(query.get('limit') ?? 0)
  return { status: 200, body: found.slice(skip, limit === 0 ? undefined : skip + limit) }
}

function fits(row: Row, query: Row): boolean {
  return Object.entries(query).every(([key, value]) => {
    if (key === '$and') return (value as readonly Row[]).every((each) => fits(row, each))
    if (key === '$or') return (value as readonly Row[]).some((each) => fits(row, each))
    if (key === '$not') return !fits(row, value as Row)
    if (typeof value !== 'object' || value === null) return row[key] === value
    return Object.entries(value).every(([operator, than]) => {
      const order = compare(row[key], than)
      switch (operator) {
        case '$gt':
          return order > 0
        case '$gte':
          return order >= 0
        case '$lt':
          return order < 0
        case '$lte':
          return order <= 0
        case '$ne':
          return order !== 0
        default:
          throw new Error(`no operator of the KV store: ${operator}`)
      }
    })
  })
}

function compare(a: unknown, b: unknown): number {
  if (a === b) return 0
  return (a as string) < (b as string) ? -1 : 1
}
