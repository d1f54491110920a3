import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { API_KEY as KEY, startKibana, type StandIn } from '../target/elastic/kibana-stand-in.ts'
import { RULE } from './planted.ts'
import { running, type Running } from './running.ts'

const RULE_ID = '3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001'

let kibana: StandIn
beforeEach(async () => {
  kibana = await startKibana()
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

function deploy(...more: readonly string[]): Running['ended'] {
  const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', 'rules/detections/a.yml': RULE })
  const args = ['deploy', '-t', 'elastic', '--yes', '--kibana', kibana.url, ...more]
  return running(args, { cwd, env: { DETPACK_ELASTIC_API_KEY: KEY } }).ended
}

describe('deploy --preview', () => {
  it('shows the plan and what Kibana finds, and changes nothing', async () => {
    kibana.previews.says.set(RULE_ID, { warnings: ['few events'] })
    const { code, stdout, stderr } = await deploy('--preview', '6h', '--yes')
    expect(stdout).toContain('1 to create')
    expect(stdout).toMatch(/in the last 6h, as Kibana runs them:\n +\? {2}Key read\n +warning: few events\n/)
    expect(stdout).toContain('that takes the address of Elasticsearch')
    expect(stderr).toContain('nothing was changed')
    expect(code).toBe(0)
    expect(kibana.previews.asked).toMatchObject([{ interval: '900s', invocationCount: 24 }])
    expect(kibana.rules().size).toBe(0)
  })

  it('says no when Kibana cannot run a rule', async () => {
    kibana.previews.says.set(RULE_ID, { errors: ['verification_exception'] })
    const { code, stdout } = await deploy('--preview', '--format', 'json')
    expect(JSON.parse(stdout)).toMatchObject({
      plan: { actions: [{ kind: 'create' }] },
      outcomes: null,
      previews: [{ id: RULE_ID, alerts: null, errors: ['verification_exception'] }],
    })
    expect(code).toBe(1)
  })

  it.each(['24x', '30s', ''])('asks nobody for a time that is none: "%s"', async (time) => {
    const { code, stderr } = await deploy(`--preview=${time}`)
    expect([code, stderr]).toEqual([2, expect.stringContaining('--preview takes a time such as 24h')])
    expect(kibana.requests).toEqual([])
  })

  it('asks no target that cannot tell', async () => {
    const cwd = temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', 'rules/detections/a.yml': RULE })
    const { code, stderr } = await running(['deploy', '-t', 'local', '--preview'], { cwd, env: {} }).ended
    expect([code, stderr]).toEqual([2, expect.stringContaining('--preview asks Kibana')])
  })
})
