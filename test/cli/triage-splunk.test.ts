import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { readNotables } from '../../src/target/splunk/notable-reader.ts'
import type { SplunkClient } from '../../src/target/splunk/splunk-client.ts'
import { startSplunk, TOKEN, type SplunkStandIn } from '../target/splunk/splunk-stand-in.ts'
import { running } from './running.ts'

const RULE = `title: Key read
id: 11111111-1111-4111-8111-111111111111
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: file_read}
  condition: selection
level: high
`

/** As the macro `notable` of Enterprise Security gives it: all is text, and the last review lies in it. */
const NOTABLE = {
  event_id: 'A1@@notable@@b2',
  _time: '1793613600',
  search_name: 'Threat - Detpack - Key read - Rule',
  rule_title: 'Key read',
  dest: 'web-1',
  status: '5',
  disposition: 'disposition:2',
  reviewer: 'anna',
  review_time: '1793617200',
  comment: 'the backup',
}

describe('triage pull --from splunk', () => {
  let splunk: SplunkStandIn
  beforeAll(async () => {
    splunk = await startSplunk()
  })
  afterAll(() => splunk.close())

  const pull = (cwd: string, ...more: readonly string[]): ReturnType<typeof running>['ended'] =>
    running(['triage', 'pull', '--from', 'splunk', ...more], {
      cwd,
      env: { DETPACK_SPLUNKD: splunk.url, DETPACK_SPLUNK_TOKEN: TOKEN },
    }).ended
  const pack = (): string => temporaryFolder({ 'detpack.yml': 'pack: {name: mine}\n', 'rules/detections/a.yml': RULE })

  it('asks Splunk for the notables of a period, and says of whom they are', async () => {
    splunk.finds('`notable`', [NOTABLE, { ...NOTABLE, rule_title: 'Another', event_id: 'x' }])
    const cwd = pack()
    const { code, stderr } = await pull(cwd, '--period', '2026-Q4')
    expect(stderr).toMatch(/1 result are of no rule[^]*1 alert new/)
    expect(code).toBe(0)
    expect(splunk.searched.at(0)).toMatchObject({
      search: expect.stringMatching(/^\| `notable` \| table event_id _time /) as string,
      earliest_time: '1790812800',
      latest_time: '1798761600',
    })
    const [line = ''] = readFileSync(path.join(cwd, 'reviews/alerts.ndjson'), 'utf8').split('\n')
    expect(JSON.parse(line)).toMatchObject({
      id: 'A1@@notable@@b2',
      target: 'splunk',
      states: [{ status: 'closed', verdict: 'benign_true_positive', by: 'anna', note: 'the backup' }],
    })
    expect(splunk.complaints).toEqual([])
  })

  it('says it when Splunk refuses', async () => {
    const refused = await running(['triage', 'pull', '--from', 'splunk'], {
      cwd: pack(),
      env: { DETPACK_SPLUNKD: splunk.url, DETPACK_SPLUNK_TOKEN: 'a-token-of-nobody' },
    }).ended
    expect(refused.code).toBe(3)
  })
})

it('cuts nothing off: as many notables as Splunk gives out at a time are too many', async () => {
  const rows = [{ event_id: 'a' }, { event_id: 'b' }]
  const client: SplunkClient = {
    app: 'detpack',
    request: ({ method, path: at }) => {
      const results = 'services' in at && at.services.endsWith('/results')
      const job = { entry: [{ content: { isDone: true } }] }
      return Promise.resolve({ kind: 'ok', body: method === 'POST' ? { sid: '1' } : results ? { results: rows } : job })
    },
    close: () => Promise.resolve(),
  }
  expect(await readNotables(client, 0, 1, 3)).toEqual({ kind: 'read', value: rows })
  expect(await readNotables(client, 0, 1, 2)).toMatchObject({ kind: 'failed', diagnostic: { code: 'target/too-many' } })
})
