import { readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, expect, inject, it } from 'vitest'
import { ElasticsearchClient } from '../../elasticsearch/client.ts'
import { makeIndex } from '../../elasticsearch/detpack-index.ts'
import { recordedEvents } from '../../event/recorded.ts'
const client = new ElasticsearchClient(inject('elasticsearch'))
const text = readFileSync('/tmp/q.esql', 'utf8')
beforeAll(async () => {
  const events = recordedEvents()
  await makeIndex(client, 'full', [...events, ...events])
  await makeIndex(client, 'few', events.slice(0, 5))
})
it.skip('x', async () => {
  const variants: Record<string, (t: string) => string> = {
    plain: (t) => t,
    starts: (t) => t.replaceAll(/([\w.]+) RLIKE "([^"\\.[({*+?|]+)\.\*"/g, 'STARTS_WITH($1, "$2")'),
    both: (t) =>
      t
        .replaceAll(/([\w.]+) RLIKE "([^"\\.[({*+?|]+)\.\*"/g, 'STARTS_WITH($1, "$2")')
        .replaceAll(/([\w.]+) RLIKE "\.\*((?:[^"\\.[({*+?|]|\\\\\.)+)"/g, (_, f: string, p: string) => `ENDS_WITH(${f}, "${p.replaceAll('\\\\.', '.')}")`),
    like: (t) => t.replaceAll(/([\w.]+) RLIKE "([^"\\.[({*+?|]+)\.\*"/g, '$1 LIKE "$2*"'),
    merged: (t) => t.replaceAll(/([\w.]+) RLIKE "[^"]*"(?: OR \1 RLIKE "[^"]*")+/g, (m, f: string) => `${f} RLIKE "(${[...m.matchAll(/RLIKE "([^"]*)"/g)].map((x) => x[1]).join('|')})"`),
  }
  for (const index of ['few', 'full', 'few', 'full'])
    for (const [name, change] of Object.entries(variants)) {
      const q = change(text).replace('FROM esql-pack', `FROM ${index}`)
      const t0 = performance.now()
      try {
        const r = await client.query(q)
        console.log('V', index, name, Math.round(performance.now() - t0), q.length, (q.match(/RLIKE/g) ?? []).length, r.rows.length)
      } catch (e) { console.log('V', index, name, String(e).slice(0, 300)) }
    }
  expect(1).toBe(1)
}, 600000)
it.skip('y', async () => {
  const lines = text.replace('FROM esql-pack', 'FROM full').split('\n')
  for (let n = 2; n <= lines.length; n++) {
    const t0 = performance.now()
    const r = await client.query(lines.slice(0, n).join('\n') + '\n| STATS n = COUNT(*)')
    console.log('V', n, Math.round(performance.now() - t0), r.rows[0]?.[0], lines[n - 1]?.slice(0, 60))
  }
  expect(1).toBe(1)
}, 600000)
it.skip('z', async () => {
  const where = (text.split('\n')[1] ?? '').replace('| WHERE ', '')
  const both = (t: string) =>
      t
        .replaceAll(/([\w.]+) RLIKE "([^"\\.[({*+?|]+)\.\*"/g, 'STARTS_WITH($1, "$2")')
        .replaceAll(/([\w.]+) RLIKE "\.\*((?:[^"\\.[({*+?|]|\\\\\.)+)"/g, (_, f: string, p: string) => `ENDS_WITH(${f}, "${p.replaceAll('\\\\.', '.')}")`)
  const variants: Record<string, string> = {
    plain: `FROM full | WHERE ${where} | STATS COUNT(*)`,
    both: `FROM full | WHERE ${both(where)} | STATS COUNT(*)`,
    first: `FROM full | WHERE event.dataset == "detpack.use" AND detpack.task.name == "web-server" | WHERE ${where} | STATS COUNT(*)`,
    firstlimit: `FROM full | WHERE event.dataset == "detpack.use" AND detpack.task.name == "web-server" | LIMIT 100000 | WHERE ${where} | STATS COUNT(*)`,
    bothlimit: `FROM full | WHERE event.dataset == "detpack.use" AND detpack.task.name == "web-server" | LIMIT 100000 | WHERE ${both(where)} | STATS COUNT(*)`,
    nopush: `FROM full | LIMIT 100000 | WHERE ${where} | STATS COUNT(*)`,
    nopushboth: `FROM full | LIMIT 100000 | WHERE ${both(where)} | STATS COUNT(*)`,
    nopushboth2: `FROM full | LIMIT 100000 | WHERE ${both(where).replaceAll('RLIKE', '==')} | STATS COUNT(*)`,
    both2: `FROM full | WHERE ${both(where).replaceAll('RLIKE', '==')} | STATS COUNT(*)`,
  }
  for (const [name, q] of Object.entries(variants)) for (let i = 0; i < 2; i++) {
    const t0 = performance.now()
    try {
      const r = await client.query(q)
      console.log('V', name, Math.round(performance.now() - t0), r.rows[0]?.[0])
      } catch (e) { console.log('V', name, String(e).slice(0, 300)) }
  }
  const r = (await client.request('POST', '/_query', { query: variants.plain, profile: true })) as Record<string, never>
  writeFileSync('/tmp/profile.json', JSON.stringify(r, null, 1))
}, 600000)
it('w', async () => {
  const T = 'detpack.task.name'
  const variants: string[] = [
    `${T} == "web-server" OR (NOT ${T} IS NOT NULL AND service.name == "nginx.service")`,
    `${T} == "web-server" OR (${T} IS NULL AND service.name == "nginx.service")`,
    `NOT ${T} IS NOT NULL`,
    `${T} IS NULL`,
    `${T} == "web-server" OR service.name == "nginx.service"`,
    `${T} == "web-server" OR event.action == "file_read"`,
    `${T} == "web-server" OR (${T} IS NULL AND event.action == "file_read")`,
    `${T} == "web-server" OR NOT COALESCE(file.path RLIKE "/etc/.*", false)`,
    `NOT (file.path RLIKE "/etc/.*") OR file.path IS NULL`,
    `file.path RLIKE "/etc/.*" OR STARTS_WITH(file.path, "/usr/")`,
    `STARTS_WITH(file.path, "/usr/")`,
    `ENDS_WITH(file.path, ".pem") OR file.path == "/etc/passwd"`,
    `file.path LIKE "*.pem"`,
    `NOT COALESCE(${T} == "web-server", false)`,
    `detpack.flow.object.class == "credential"`,
    `detpack.flow.object.class == "credential" OR ${T} == "web-server"`,
    `detpack.object.size > 5 OR ${T} == "web-server"`,
    `CIDR_MATCH(destination.ip, "127.0.0.0/8") OR destination.address == "::1"`,
    `detpack.flow.object.class IN ("credential", "x") AND event.action IN ("a", "b")`,
    `event.action == "file_read" AND (detpack.flow.object.class IS NULL OR ${T} == "b")`,
  ]
  for (const v of variants) {
    try {
      const r = (await client.request('POST', '/_query', { query: `FROM full | WHERE ${v} | STATS COUNT(*)`, profile: true })) as any
      console.log('V', JSON.stringify(r.profile.drivers.flatMap((d: any) => d.operators.filter((o: any) => o.operator.startsWith('Lucene')).map((o: any) => o.operator.slice(0, 12) + o.status.processed_queries))), r.profile.drivers.some((d: any) => d.operators.some((o: any) => o.operator.startsWith('Filter'))), v)
    } catch (e) { console.log('V', String(e).slice(0, 200), v) }
  }
}, 600000)
