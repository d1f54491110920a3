import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { startKibana, type StandIn } from '../target/elastic/kibana-stand-in.ts'
import { API_KEY, expectNone, plant, PLANTED, RULE, unspoken } from './planted.ts'
import { running } from './running.ts'

const PACK = 'secrets-test'
const elasticsearch = inject('elasticsearch')

// What is done with secrets holds none: what is said, the plan, the receipts in Elasticsearch, the rules in Kibana.
describe.skipIf(elasticsearch === '')('on a real Elasticsearch', () => {
  let kibana: StandIn
  beforeEach(async () => {
    kibana = await startKibana()
  })
  afterEach(() => kibana.close())

  it.each(PLANTED)('$kind stands in no plan, receipt, rule or output of what succeeds', async (planted) => {
    kibana.admit(planted.authorization ?? '')
    const cwd = temporaryFolder({ 'detpack.yml': `pack: {name: ${PACK}}\n`, 'rules/detections/a.yml': RULE })
    plant(cwd, planted)
    const at = ['-t', 'elastic', '--elasticsearch', elasticsearch, '--kibana', kibana.url]
    const run = (...args: readonly string[]) => unspoken(running([...args], { cwd, env: planted.env }), planted)
    const deployed = await run('deploy', ...at, '--yes', '--only', 'rule', '--out', 'plan.json', '--format', 'json')
    expect(deployed.code, deployed.stderr).toBe(0)
    expectNone(readFileSync(path.join(cwd, 'plan.json'), 'utf8'), planted.secrets)
    if (planted === API_KEY) {
      expect((await run('diff', ...at, '--only', 'rule', '--format', 'json')).code).toBe(0)
      expect((await run('status', ...at, '--format', 'json')).stdout).toContain(PACK)
      expect((await run('rollback', ...at, '--list', '--format', 'json')).stdout).toContain(PACK)
    }
    expectNone(JSON.stringify([...kibana.rules().values()]), planted.secrets)
    const receipts = await fetch(`${elasticsearch}/detpack-receipts/_search?size=1000&q=pack:${PACK}`)
    const text = await receipts.text()
    expect(text).toContain(PACK)
    expectNone(text, planted.secrets)
    expect((await run('rollback', ...at, '--yes', '--format', 'json')).code).toBe(0)
    expect(kibana.complaints).toEqual([])
  })
})
