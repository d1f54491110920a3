// Planning a deployment of 1,000 rules that are there already, and applying one of 1,000 that are not, against a server on
// this machine that answers at once: CPU of this process, and requests for each rule.
import { createServer } from 'node:http'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { mkdtempSync, rmSync } from 'node:fs'
import { build } from 'esbuild'

const RULES = 1000
const root = path.resolve(import.meta.dirname, '..')
const folder = mkdtempSync(path.join(root, 'dist', 'bench-'))
const outfile = path.join(folder, 'deploy.mjs')
await build({
  stdin: {
    contents: `export { planDeployment } from './src/target/deployment.ts'
      export { applyPlan } from './src/target/apply.ts'
      export { openElastic } from './src/target/elastic/elastic-target.ts'`,
    resolveDir: root,
    loader: 'ts',
  },
  ...{ bundle: true, format: 'esm', platform: 'node', target: 'node20', outfile, packages: 'external' },
})
const { planDeployment, applyPlan, openElastic } = await import(pathToFileURL(outfile).href)
rmSync(folder, { recursive: true })
const stored = new Map()
let requests = 0

const server = createServer((request, response) => {
  requests++
  const pieces = []
  request.on('data', (piece) => pieces.push(piece))
  request.on('end', () => {
    response.writeHead(200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer(new URL(request.url, 'http://x'), Buffer.concat(pieces).toString('utf8'))))
  })
})

function answer(url, body) {
  if (url.pathname.endsWith('/_import')) {
    const lines = body.split('\n').filter((line) => line.startsWith('{'))
    for (const line of lines) {
      const rule = JSON.parse(line)
      stored.set(rule.rule_id, { ...rule, id: `id-${rule.rule_id}`, revision: 0, immutable: false })
    }
    return { success: true, success_count: lines.length, rules_count: lines.length, errors: [] }
  }
  const filter = url.searchParams.get('filter') ?? ''
  const page = Number(url.searchParams.get('page'))
  const perPage = Number(url.searchParams.get('per_page'))
  const ids = filter.includes('ruleId') ? [...filter.matchAll(/"([^"]+)"/g)].map((match) => match[1]) : undefined
  const all = ids === undefined ? [...stored.values()] : ids.flatMap((id) => stored.get(id) ?? [])
  return { page, perPage, total: all.length, data: all.slice((page - 1) * perPage, page * perPage) }
}

await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
const objects = Array.from({ length: RULES }, (_, at) => ({
  kind: 'rule',
  id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
  title: `Rule ${at}`,
  version: 1,
  content: {
    rule_id: `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`,
    ...{ name: `Rule ${at}`, description: 'words '.repeat(60), risk_score: 73, severity: 'high', enabled: true },
    ...{ interval: '5m', from: 'now-430s', to: 'now', max_signals: 1000, version: 1, tags: ['a', 'b'] },
    ...{ author: ['A'], license: '', references: [], false_positives: [], threat: [], note: 'guide '.repeat(100) },
    ...{ setup: 'set-up', required_fields: [{ name: 'event.action', type: 'keyword' }] },
    ...{ type: 'esql', language: 'esql', query: `FROM logs-* | WHERE a == ${at} | ${'x '.repeat(400)}` },
  },
}))
const pack = { name: 'bench', version: '1.0.0', digest: '0'.repeat(64) }
const options = { pack, prune: true, overwrite: new Set(), adopt: new Set() }
const url = `http://127.0.0.1:${server.address().port}`
const { target } = await openElastic({ kibana: { url, login: { kind: 'none' } } })

async function measured(work) {
  const [before, asked] = [process.cpuUsage(), requests]
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { result, cpu: (user + system) / 1e6, requests: requests - asked }
}

const planning = await planDeployment({ objects, blocked: [] }, target, options)
const applied = await measured(() => applyPlan(planning.plan, target, { by: 'bench' }))
const good = applied.result.outcomes.every((one) => one.result === 'done')
const runs = []
for (let run = 0; run < 5; run++)
  runs.push(await measured(() => planDeployment({ objects, blocked: [] }, target, options)))
const unchanged = runs.every(({ result }) => result.plan.actions.every((action) => action.kind === 'unchanged'))
const cpus = runs.map((run) => run.cpu).sort((a, b) => a - b)
console.log(
  `deploy: plan of ${RULES} unchanged rules   ${cpus[2].toFixed(2)} s CPU (${cpus[0].toFixed(2)} to ${cpus[4].toFixed(2)}, the server's share included; at most 2), ${runs[0].requests} requests`,
)
console.log(
  `deploy: apply of ${RULES} new rules        ${applied.cpu.toFixed(2)} s CPU, ${applied.requests} requests, one for ${(RULES / applied.requests).toFixed(1)} rules (at least 20)`,
)
await target.close()
server.close()
if (!good || !unchanged || cpus[2] > 2 || applied.requests > RULES / 20) {
  console.log('deploy: NOT as promised')
  process.exitCode = 1
}
