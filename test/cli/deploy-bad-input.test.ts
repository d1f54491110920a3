import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { API_KEY as KEY, READ_ONLY_KEY, startKibana, type StandIn } from '../target/elastic/kibana-stand-in.ts'
import { detpack } from './detpack.ts'
import { RULE } from './planted.ts'
import { running, type Running } from './running.ts'

// What a target says no to: told with what is wrong, by the exit code, and with nothing changed.

const RULE_ID = '3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001'
const pack = (name = 'mine'): string =>
  temporaryFolder({ 'detpack.yml': `pack: {name: ${name}}\n`, 'rules/detections/a.yml': RULE })

let kibana: StandIn | undefined
afterEach(async () => {
  await kibana?.close()
  kibana = undefined
})

async function deploy(version = '9.1.0', key = KEY, ...more: readonly string[]): Promise<Awaited<Running['ended']>> {
  kibana = await startKibana(version)
  kibana.refuse(RULE_ID, 'the query is too long for us')
  const args = ['deploy', '-t', 'elastic', '--yes', '--kibana', kibana.url, ...more]
  return running(args, { cwd: pack(), env: { DETPACK_ELASTIC_API_KEY: key } }).ended
}

describe('deploy', () => {
  it.each([
    ['a space that is not there', 2, ['9.1.0', KEY, '--space', 'nowhere'], /target\/no-space\S* .*"nowhere"/],
    ['a version that is too old', 2, ['8.18.3', KEY], /target\/old-version\S* .*8\.18,/],
    ['a key without the right to write', 3, ['9.1.0', READ_ONLY_KEY], /target\/forbidden[^]*Security feature/],
    ['a rule that the target refuses', 3, ['9.1.0', KEY], /target\/refused\S* .*the query is too long for us/],
  ] as const)('to Kibana with %s ends with %i', async (_, code, args, words) => {
    const ended = await deploy(...args)
    expect(ended.stderr).toMatch(words)
    expect([ended.code, kibana?.rules().size]).toEqual([code, 0])
  })

  it('to Kibana where nobody can be asked shows the plan, and does it only with --yes or as a plan that was kept', async () => {
    kibana = await startKibana('9.1.0')
    const surroundings = { cwd: pack(), env: { DETPACK_ELASTIC_API_KEY: KEY } }
    const run = (...more: readonly string[]): Running['ended'] =>
      running(['deploy', '-t', 'elastic', '--kibana', kibana?.url ?? '', ...more], surroundings).ended
    const unasked = await run('--out', 'plan.json')
    expect(unasked.stdout).toContain('+ create')
    expect(unasked.stderr).toMatch(/nothing was changed: nobody can be asked here; say --yes, or .*--plan/)
    expect([unasked.code, kibana.rules().size]).toEqual([2, 0])
    expect((await run('--plan', 'plan.json')).code).toBe(0)
    expect(kibana.rules().size).toBe(1)
  })
})

describe('rollback', () => {
  it('takes no receipt of another pack, and changes nothing', () => {
    const [mine, other] = [pack(), pack('other')]
    const store = ['--store', path.join(mine, 'store.db')]
    expect(detpack(['deploy', '-t', 'local', ...store], { cwd: mine }).code).toBe(0)
    const list = detpack(['rollback', '--list', '-t', 'local', '--format', 'json', ...store], { cwd: mine }).stdout
    const [receipt = ''] = /\d{8}T\d+\S*?(?=")/.exec(list) ?? []
    const { code, stderr } = detpack(['rollback', receipt, '-t', 'local', ...store], { cwd: other })
    expect(stderr).toMatch(/target\/receipt[^]*nothing was changed/)
    expect([receipt === '', code]).toEqual([false, 2])
    expect(detpack(['diff', '-t', 'local', ...store], { cwd: mine }).code).toBe(0)
  })
})
