import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import type { Body } from '../target/elastic/kibana-answer.ts'
import { API_KEY as KEY, startKibana, type StandIn } from '../target/elastic/kibana-stand-in.ts'
import { RULE } from './planted.ts'
import { running, type Running } from './running.ts'

// What Kibana is to do with alerts, as detpack.yml says it.

const RULE_ID = '3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001'
const ADDRESS = 'https://hooks.example.org/T0/as-good-as-a-secret'

let kibana: StandIn
beforeEach(async () => {
  kibana = await startKibana()
  kibana.connectors.push({
    ...{ id: 'soc', name: 'SOC', connector_type_id: '.webhook', is_preconfigured: false, is_deprecated: false },
    ...{ config: { url: ADDRESS }, is_missing_secrets: false, referenced_by_count: 0 },
  })
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

const action = (connector: string, more = ''): string =>
  `{connector: ${connector}, type: .webhook, ${more}params: {body: "{{rule.name}}"}}`

function pack(...actions: readonly string[]): string {
  return temporaryFolder({
    'detpack.yml': `pack: {name: mine}\ntargets: {elastic: {actions: [${actions.join(', ')}]}}\n`,
    'rules/detections/a.yml': RULE,
  })
}

function deploy(cwd: string, ...more: readonly string[]): Running['ended'] {
  const args = ['deploy', '-t', 'elastic', '--yes', '--kibana', kibana.url, ...more]
  return running(args, { cwd, env: { DETPACK_ELASTIC_API_KEY: KEY } }).ended
}

const stored = (): readonly Body[] => (kibana.rules().get(RULE_ID)?.['actions'] ?? []) as Body[]

describe('deploy, with actions', () => {
  it('shows them in a plan that is kept, and does it later; the address of a connector is told nowhere', async () => {
    const cwd = pack(action('soc', 'levels: [high], '), action('soc', 'levels: [low], '))
    const file = path.join(cwd, 'plan.json')
    const planned = await deploy(cwd, '--dry-run', '--out', file)
    expect([planned.code, kibana.rules().size]).toEqual([0, 0])
    const applied = await deploy(cwd, '--plan', file)
    expect(applied.code, applied.stderr).toBe(0)
    expect(stored()).toMatchObject([{ id: 'soc', params: { body: '{{rule.name}}' } }])
    const again = await deploy(cwd)
    expect(again.stdout).toContain('1 unchanged')
    for (const text of [readFileSync(file, 'utf8'), JSON.stringify([planned, applied, again])])
      expect(text).not.toContain(ADDRESS)
  })

  it('changes nothing where a connector is missing or of another type, and says which are there', async () => {
    const missing = await deploy(pack(action('pager')))
    expect(missing.stderr).toMatch(/target\/no-connector[^]*there is no connector "pager"\n +hint: known: soc/)
    const other = await deploy(pack(action('soc').replace('.webhook', '.email')))
    expect(other.stderr).toContain('the connector "soc" is of type .webhook, not .email')
    expect([missing.code, other.code, kibana.rules().size]).toEqual([3, 3, 0])
  })

  it('takes no action that says too little', async () => {
    const { code, stderr } = await deploy(pack('{connector: soc, type: .webhook}'))
    expect([code, stderr]).toEqual([2, expect.stringContaining('"params"')])
    expect(kibana.requests).toEqual([])
  })
})
