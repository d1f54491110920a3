// Planning a deployment of 1,000 rules that are there already, and applying one of 1,000 that are not, against a server on
// this machine that answers at once: CPU of this process, the server's share included, and requests for each rule.
import { importText } from '../scripts/bundle.mjs'
import { startKibana, startSplunk } from './deploy-servers.mjs'

const RULES = 1000
const { planDeployment, applyPlan, openElastic, openSplunk } = await importText(`
  export { planDeployment } from './src/target/deployment.ts'
  export { applyPlan } from './src/target/apply.ts'
  export { openElastic } from './src/target/elastic/elastic-target.ts'
  export { openSplunk } from './src/target/splunk/splunk-target.ts'`)

const ids = Array.from({ length: RULES }, (_, at) => `00000000-0000-4000-8000-${String(at).padStart(12, '0')}`)
const rules = ids.map((id, at) => ({
  ...{ kind: 'rule', id, title: `Rule ${at}`, version: 1 },
  content: {
    rule_id: id,
    ...{ name: `Rule ${at}`, description: 'words '.repeat(60), risk_score: 73, severity: 'high', enabled: true },
    ...{ interval: '5m', from: 'now-430s', to: 'now', max_signals: 1000, version: 1, tags: ['a', 'b'] },
    ...{ author: ['A'], license: '', references: [], false_positives: [], threat: [], note: 'guide '.repeat(100) },
    ...{ setup: 'set-up', required_fields: [{ name: 'event.action', type: 'keyword' }] },
    ...{ type: 'esql', language: 'esql', query: `FROM logs-* | WHERE a == ${at} | ${'x '.repeat(400)}` },
  },
}))
const searches = ids.map((id, at) => {
  const name = `Detpack - Rule ${at} - Rule`
  return {
    ...{ kind: 'saved-search', id, title: `Rule ${at}`, version: 1 },
    content: {
      ...{
        name,
        description: 'words '.repeat(60).trim(),
        search: `index=detpack a=${at} | ${'x '.repeat(400)}`.trim(),
      },
      ...{ disabled: '0', is_scheduled: '1', cron_schedule: '*/5 * * * *', actions: 'notable,risk' },
      ...{ 'dispatch.earliest_time': '-430s', 'dispatch.latest_time': 'now', 'alert.suppress.period': '86400s' },
      'action.correlationsearch.annotations': JSON.stringify({ detpack: [`rule=${id}`] }),
      ...{ 'action.correlationsearch.label': name, 'action.notable.param.next_steps': 'guide '.repeat(100).trim() },
      ...{ 'acl.sharing': 'global', 'acl.read': '*', 'acl.write': 'admin,sc_admin' },
    },
  }
})
const pack = { name: 'bench', version: '1.0.0', digest: '0'.repeat(64) }
const options = { pack, prune: true, overwrite: new Set(), adopt: new Set() }

const kibana = await startKibana()
const splunk = await startSplunk()
const login = { kind: 'none' }
const elastic = await openElastic({ kibana: { url: kibana.url, login } })
const splunkd = await openSplunk({ splunkd: { url: splunk.url, login }, app: 'detpack' }, 'splunk', 'index=detpack')
const results = [
  await tried('Kibana', kibana, elastic.target, rules, (requests) => requests <= RULES / 20),
  // Splunk takes searches one by one: a request to make it, one to share it, and some for all to read them.
  await tried('Splunk', splunk, { ...splunkd.target, receipts: null }, searches, (requests) => requests <= 2.1 * RULES),
]
kibana.close()
splunk.close()
if (results.includes(false)) {
  console.log('deploy: NOT as promised')
  process.exitCode = 1
}

/** Whether all went well, in the time and the requests that are promised. */
async function tried(name, server, target, objects, isFew) {
  const measured = async (work) => {
    const [before, asked] = [process.cpuUsage(), server.requests]
    const result = await work()
    const { user, system } = process.cpuUsage(before)
    return { result, cpu: (user + system) / 1e6, requests: server.requests - asked }
  }
  const plan = () => planDeployment({ objects, blocked: [] }, target, options)
  const planning = await plan()
  const applied = await measured(() => applyPlan(planning.plan, target, { by: 'bench' }))
  const runs = []
  for (let run = 0; run < 5; run++) runs.push(await measured(plan))
  await target.close()
  const cpus = runs.map((run) => run.cpu).sort((a, b) => a - b)
  const head = `deploy: ${name} (a stand-in)`
  console.log(
    `${head}, plan of ${RULES} unchanged   ${cpus[2].toFixed(2)} s CPU (${cpus[0].toFixed(2)} to ${cpus[4].toFixed(2)}; at most 2), ${runs[0].requests} requests`,
  )
  console.log(
    `${head}, apply of ${RULES} new        ${applied.cpu.toFixed(2)} s CPU, ${applied.requests} requests, ${(RULES / applied.requests).toFixed(1)} rules for one`,
  )
  const done = applied.result.outcomes.every((one) => one.result === 'done')
  const unchanged = runs.every(({ result }) => result.plan?.actions.every((action) => action.kind === 'unchanged'))
  return done && unchanged && cpus[2] <= 2 && isFew(applied.requests)
}
