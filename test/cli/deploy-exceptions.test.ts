import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { API_KEY as KEY, startKibana, type StandIn } from '../target/elastic/kibana-stand-in.ts'
import { day, exceptionText as exception, MANY } from './exception-text.ts'
import { RULE } from './planted.ts'
import { running, type Running } from './running.ts'

const RULE_ID = '3f6c2f0e-7c51-4a5e-9a5c-0b7e3a1f0001'
const LIST = `detpack:mine:${RULE_ID}`
let kibana: StandIn
beforeEach(async () => {
  kibana = await startKibana()
})
afterEach(async () => {
  await kibana.close()
  expect(kibana.complaints).toEqual([])
})

function deploy(text: string, ...more: readonly string[]): Running['ended'] {
  const files = {
    'detpack.yml': 'pack: {name: mine}\n',
    'rules/detections/a.yml': RULE,
    'rules/exceptions/x.yml': text,
  }
  const args = ['deploy', '-t', 'elastic', '--yes', '--kibana', kibana.url, ...more]
  return running(args, { cwd: temporaryFolder(files), env: { DETPACK_ELASTIC_API_KEY: KEY } }).ended
}

describe('deploy, with exceptions of the pack', () => {
  it('makes the list, the item that ends with it, and the reference, also for that rule alone', async () => {
    const { code, stderr } = await deploy(exception(-1, 30), '--only', 'key-read')
    expect(code, stderr).toBe(0)
    expect(kibana.exceptions().items.get('detpack:mine:X-1')).toMatchObject({
      ...{ list_id: LIST, name: 'The nightly backup', expire_time: `${day(30)}T23:59:59.999Z` },
      entries: [{ field: 'process.executable', value: '/usr/bin/restic' }],
    })
    expect(kibana.rules().get(RULE_ID)?.['exceptions_list']).toMatchObject([{ list_id: LIST }])
  })

  it.each([
    ['has ended', -30, -1],
    ['has not begun', 1, 30],
  ])('leaves out one that %s, and says so', async (words, from, until) => {
    const { stderr } = await deploy(exception(from, until))
    expect(stderr).toContain(`the exception "X-1" ${words}`)
    expect(kibana.exceptions().items.size).toBe(0)
    expect(kibana.rules().size).toBe(1)
  })

  it('keeps many values as a list, and counts in a plan what comes and goes', async () => {
    const args = ['--only', 'key-read'] as const
    const { code, stdout } = await deploy(exception(-1, 30, { values: MANY }), ...args)
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/create +value-list The nightly backup: values of process.exe/),
    ])
    expect(kibana.lists().values.get('detpack:mine:X-1:process.executable')).toHaveLength(501)
    const next = await deploy(exception(-1, 30, { values: [...MANY.slice(1), '/opt/more'] }), ...args, '--dry-run')
    expect(next.stdout).toContain('values: 501 -> 501: 1 more ("/opt/more"), 1 gone ("/opt/backup-0")')
  })

  it('blocks one that Kibana could not meet, and deploys the rule', async () => {
    const { code, stdout } = await deploy(exception(-1, 30, { field: 'process.exe' }))
    expect(stdout).toMatch(/! blocked +exception The nightly backup\n +the mapping does not know "process.exe"/)
    expect(code).toBe(1)
    expect(kibana.rules().size).toBe(1)
  })

  it('changes nothing when one cannot be read', async () => {
    const { code, stderr } = await deploy('id: X-1\n')
    expect(stderr).toContain('nothing was changed')
    expect(code).toBe(1)
    expect(kibana.rules().size).toBe(0)
  })
})
