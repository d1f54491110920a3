// Servers that answer at once and keep what a deployment asks of them, and nothing else: not Kibana, and not Splunk.
import { createServer } from 'node:http'

/** Starts a server; `answer` gives [status, body] for a URL, a method and the text of a request. */
async function serve(answer) {
  const server = createServer((request, response) => {
    started.requests++
    const pieces = []
    request.on('data', (piece) => pieces.push(piece))
    request.on('end', () => {
      const url = new URL(request.url, 'http://x')
      const [status, body] = answer(url, request.method, Buffer.concat(pieces).toString('utf8'))
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(body))
    })
  })
  const started = { requests: 0, close: () => server.close() }
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(started, { url: `http://127.0.0.1:${server.address().port}` })
}

export function startKibana() {
  const stored = new Map()
  return serve((url, _method, body) => {
    if (url.pathname.endsWith('/_import')) {
      const lines = body.split('\n').filter((line) => line.startsWith('{'))
      for (const line of lines) {
        const rule = JSON.parse(line)
        stored.set(rule.rule_id, { ...rule, id: `id-${rule.rule_id}`, revision: 0, immutable: false })
      }
      return [200, { success: true, success_count: lines.length, rules_count: lines.length, errors: [] }]
    }
    if (url.pathname.endsWith('lists/_find')) return [200, { page: 1, per_page: 200, total: 0, data: [] }]
    const filter = url.searchParams.get('filter') ?? ''
    const page = Number(url.searchParams.get('page'))
    const perPage = Number(url.searchParams.get('per_page'))
    const ids = filter.includes('ruleId') ? [...filter.matchAll(/"([^"]+)"/g)].map((match) => match[1]) : undefined
    const all = ids === undefined ? [...stored.values()] : ids.flatMap((id) => stored.get(id) ?? [])
    return [200, { page, perPage, total: all.length, data: all.slice((page - 1) * perPage, page * perPage) }]
  })
}

export function startSplunk() {
  const searches = new Map()
  const owned = { app: 'detpack', sharing: 'app', perms: { read: ['*'], write: ['admin'] }, removable: true }
  const listed = (entry, total = entry.length) => [200, { entry, paging: { total }, messages: [] }]
  const absent = [404, { messages: [{ type: 'ERROR', text: 'not there' }] }]
  return serve((url, method, body) => {
    const { pathname, searchParams } = url
    const path = decodeURIComponent(pathname.replace(/^\/services(?:NS\/nobody\/detpack)?\//, ''))
    if (path === 'server/info') return listed([{ name: 'server', acl: {}, content: { version: '9.4.1' } }])
    if (path.startsWith('apps/local/')) return listed([{ name: 'detpack', acl: {}, content: { disabled: false } }])
    if (path.startsWith('search/')) return [200, {}]
    if (path === 'data/transforms/lookups' || path.startsWith('configs/')) return listed([])
    if (!path.startsWith('saved/searches')) return absent
    if (path === 'saved/searches' && method === 'GET') {
      const [offset, count] = [Number(searchParams.get('offset')), Number(searchParams.get('count'))]
      return listed([...searches.values()].slice(offset, offset + count), searches.size)
    }
    const form = Object.fromEntries(new URLSearchParams(body))
    if (path === 'saved/searches') {
      const { name, ...content } = form
      searches.set(name, { name, acl: owned, content })
      return listed([searches.get(name)])
    }
    const entry = searches.get(path.slice('saved/searches/'.length, -'/acl'.length))
    const perms = { read: form['perms.read'].split(','), write: form['perms.write'].split(',') }
    entry.acl = { ...owned, sharing: form.sharing, perms }
    return listed([entry])
  })
}
