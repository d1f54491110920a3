import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { renderStretch } from '../../src/govern/coverage.ts'
import { renderDeployment } from '../../src/govern/deployment.ts'
import { renderAlert } from '../../src/govern/triage/register.ts'
import { at, person, stranger } from '../govern/log/people.ts'
import { temporaryFolder } from '../pack/temporary-folder.ts'
import { detpack } from './detpack.ts'

const anna = person('anna')
const bert = person('bert')
const expired = person('carl', 'valid-before="20240101Z"')
const PERIOD = '2024-10'

const RULE = `title: Key read
id: 11111111-1111-4111-8111-111111111111
name: key_read
logsource: {product: linux, service: detpack}
detection:
  selection: {event.action: file_read}
  condition: selection
level: high
detpack: {risk: [R-1]}
`

const EXCEPTION = `id: X-1
title: Backup
rule: key_read
reason: It has to.
owner: IT
author: anna
approver: bert
ticket: OPS-1
scope: {process.executable: /usr/bin/restic}
from: 2024-10-01
until: 2024-12-31
residual: []
tests: {fires: a.ndjson, silent: b.ndjson}
`

/** A pack with one rule, three alerts and a deployment in October 2024, and the keys of two people. */
function pack(): {
  readonly cwd: string
  readonly run: (as: string | null, ...args: string[]) => ReturnType<typeof detpack>
} {
  const rule = '11111111-1111-4111-8111-111111111111'
  const alerts = ['aaaa1111', 'bbbb2222', 'cccc3333'].map((id, n) =>
    renderAlert({
      ...{ id, target: 'local', rule, title: 'Key read', version: 1, host: 'web-1', happened: null },
      raised: at(`2024-10-0${n + 1}`),
      states: [{ at: at(`2024-10-0${n + 2}`), status: 'closed', verdict: 'true_positive', by: 'carla', note: null }],
    }),
  )
  const deployment = renderDeployment({
    ...{ id: 'receipt-1', target: 'local', at: at('2024-10-01'), by: 'anna@host', purpose: 'deploy', state: 'done' },
    pack: { name: 'mine', version: '0.1.0', digest: 'ab'.repeat(32) },
    changes: [
      { kind: 'rule', id: rule, title: 'Key read', action: 'create', version: 1, result: 'done', digest: 'cd' },
    ],
  })
  const cwd = temporaryFolder({
    'detpack.yml': 'pack: {name: mine}\n',
    'rules/detections/key-read.yml': RULE,
    'rules/risks/R-1.yml': 'id: R-1\ntitle: A key leaves\nowner: Head\nwhy: Bad.\n',
    'rules/exceptions/X-1.yml': EXCEPTION,
    'reviews/allowed_signers': `${anna.line}\n${bert.line}\n${expired.line}\n`,
    'reviews/alerts.ndjson': alerts.map((line) => `${line}\n`).join(''),
    'reviews/deployments.ndjson': `${deployment}\n`,
    'reviews/coverage.ndjson': `${renderStretch({ host: 'web-1', from: at('2024-09-01'), to: at('2024-12-01'), losses: [] })}\n`,
  })
  const keys = temporaryFolder({
    anna: anna.pem,
    bert: bert.pem,
    carl: expired.pem,
    mallory: stranger('mallory').pem,
  })
  return {
    cwd,
    run: (as, ...args) => detpack(args, { cwd, env: as === null ? {} : { DETPACK_SIGNING_KEY: path.join(keys, as) } }),
  }
}

describe('a review', () => {
  it('goes from the population to the anchor, and the evidence of it can be checked', () => {
    const { cwd, run } = pack()
    const started = run('bert', 'review', 'start', PERIOD, '--sample', '2', '--seed', 'S', '--due', '9000d')
    expect(started).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('3 alerts, 1 change, 0 baselines, 1 exception') as string,
    })
    const items = started.stdout.trim().split('\n')
    expect(items).toHaveLength(4)
    expect(run('anna', 'review', 'record', PERIOD, 'change:', '--outcome', 'in-order')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/own-item') as string,
    })
    expect(run('anna', 'review', 'close', PERIOD, '--conclusion', 'well')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/review-unfinished') as string,
    })
    for (const item of items)
      expect(run('bert', 'review', 'record', PERIOD, item, '--outcome', 'in-order').stderr).toContain(
        'recorded by "bert"',
      )
    const closed = run('anna', 'review', 'close', PERIOD, '--conclusion', 'well')
    expect(closed.stdout).toMatch(/^detpack-log:6:[0-9a-f]{64}\n$/)
    const anchor = closed.stdout.trim()
    expect(run(null, 'review', 'show', '--anchor', anchor)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('closed by anna') as string,
    })

    const built = run('anna', 'evidence', 'build', '--period', PERIOD)
    expect(built).toMatchObject({ code: 0, stdout: expect.stringContaining('2024-10: 3 alerts') as string })
    expect(run('anna', 'evidence', 'build', '--period', PERIOD)).toMatchObject({ code: 2 })
    const folder = `evidence/${PERIOD}`
    expect(run(null, 'evidence', 'verify', folder, '--anchor', anchor)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('signed by "anna"') as string,
    })
    const first = readFileSync(path.join(cwd, folder, 'evidence.dsse.json'), 'utf8')
    run('anna', 'evidence', 'build', '--period', PERIOD, '--force')
    expect(readFileSync(path.join(cwd, folder, 'evidence.dsse.json'), 'utf8')).toBe(first)
    appendFileSync(path.join(cwd, folder, 'gaps.csv'), 'x')
    expect(run(null, 'evidence', 'verify', folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/evidence-changed') as string,
    })
  })

  it('is not begun of a time that is not over or without data, by a stranger or with an expired key', () => {
    const { run } = pack()
    const start = (as: string | null, period: string): ReturnType<typeof detpack> => run(as, 'review', 'start', period)
    expect(start('bert', '2999')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/period-not-over') as string,
    })
    expect(start('mallory', PERIOD)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("nobody's key") as string,
    })
    expect(start('carl', PERIOD)).toMatchObject({ code: 2, stderr: expect.stringContaining('had expired') as string })
    expect(start(null, PERIOD)).toMatchObject({ code: 2, stderr: expect.stringContaining('--key FILE') as string })
    expect(run('bert', 'evidence', 'build', '--period', '2999')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/period-not-over') as string,
    })
    expect(start('bert', '2024-Q9')).toMatchObject({ code: 2, stderr: expect.stringContaining('no period') as string })
    expect(run('bert', 'evidence', 'build', '--period', '2023')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/no-data') as string,
    })
  })

  it('lets nobody judge an alert anew that they closed themselves', () => {
    const { cwd, run } = pack()
    const file = path.join(cwd, 'reviews/alerts.ndjson')
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"carla"', '"bert@web-1"'))
    const items = run('bert', 'review', 'start', PERIOD).stdout.trim().split('\n')
    const record = (as: string) => run(as, 'review', 'record', PERIOD, items[0] ?? '', '--outcome', 'in-order').stderr
    expect(items[0]).toMatch(/^alert:/)
    expect(record('bert')).toContain('govern/own-item')
    expect(record('anna')).toContain('recorded by "anna"')
  })

  it('is a gap in the evidence where it was started before all was there', () => {
    const { cwd, run } = pack()
    const alerts = path.join(cwd, 'reviews/alerts.ndjson')
    const all = readFileSync(alerts, 'utf8')
    writeFileSync(alerts, '')
    const items = run('bert', 'review', 'start', PERIOD).stdout.trim().split('\n')
    for (const item of items) run('bert', 'review', 'record', PERIOD, item, '--outcome', 'in-order')
    run('bert', 'review', 'close', PERIOD, '--conclusion', 'well')
    writeFileSync(alerts, all)
    expect(run('anna', 'evidence', 'build', '--period', PERIOD).stdout).toMatch(
      /3 {2}alerts and changes that no finished review had/,
    )
    rmSync(path.join(cwd, `reviews/${PERIOD}.population.ndjson`))
    expect(run('anna', 'evidence', 'build', '--period', PERIOD, '--force').stdout).toMatch(
      /1 {2}reviews without the population that was signed/,
    )
  })

  it('tells a log that somebody changed, and adds nothing to it', () => {
    const { cwd, run } = pack()
    run('bert', 'review', 'propose', 'rules/exceptions/X-1.yml')
    run('bert', 'review', 'propose', 'pack')
    const file = path.join(cwd, 'reviews/log.ndjson')
    writeFileSync(file, readFileSync(file, 'utf8').split('\n').slice(1).join('\n'))
    expect(run(null, 'review', 'show')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('govern/log-missing') as string,
    })
    const before = readFileSync(file, 'utf8')
    expect(run('anna', 'review', 'approve', 'pack')).toMatchObject({ code: 1 })
    expect(readFileSync(file, 'utf8')).toBe(before)
  })
})

it('lets a file be approved by the key of somebody else, as it is, once', () => {
  const { cwd, run } = pack()
  const file = 'rules/exceptions/X-1.yml'
  const approve = (as: string): string => run(as, 'review', 'approve', file).stderr
  expect(approve('bert')).toContain('govern/not-proposed')
  run('anna', 'review', 'propose', file)
  expect(approve('anna')).toContain('govern/own-approval')
  expect(approve('bert')).toContain('approved by "bert"')
  expect(approve('bert')).toContain('govern/approved-already')
  appendFileSync(path.join(cwd, file), '# changed\n')
  expect(approve('bert')).toContain('govern/not-proposed')
})

it('means by the pack the mapping and the pipelines that its rules go through, and takes none with a mistake', () => {
  const { cwd, run } = pack()
  const act = (as: string, what: string) => run(as, 'review', what, 'pack')
  const pipeline = path.join(cwd, 'narrow.yml')
  writeFileSync(path.join(cwd, 'detpack.yml'), 'pack: {name: mine}\npipelines: [narrow.yml]\n')
  writeFileSync(pipeline, 'name: narrow\npriority: 1\ntransformations: []\n')
  expect(act('anna', 'propose').code).toBe(0)
  writeFileSync(pipeline, 'name: other\npriority: 1\ntransformations: []\n')
  expect(act('bert', 'approve').stderr).toContain('govern/not-proposed')
  writeFileSync(path.join(cwd, 'detpack.yml'), 'pack: {name: mine}\n')
  expect(act('anna', 'propose').code).toBe(0)
  writeFileSync(path.join(cwd, 'detpack.yml'), 'pack: {name: mine}\nmapping: none\n')
  expect(act('bert', 'approve').stderr).toContain('govern/not-proposed')
  writeFileSync(path.join(cwd, 'rules/detections/key-read.yml'), 'title: [')
  expect(act('anna', 'propose')).toMatchObject({ code: 1, stderr: expect.stringContaining('yaml/') as string })
})

it('walks the line in both directions', () => {
  const { cwd, run } = pack()
  const trace = (place: string): ReturnType<typeof detpack> => run(null, 'trace', place)
  expect(trace('R-1').stdout).toMatch(
    /^risk R-1 A key leaves[^]*-> rule Key read[^]*-> gap no test[^]*-> deployed v1 in local/,
  )
  expect(trace('aaaa1111').stdout).toMatch(/<- rule Key read[^]*<- risk R-1[^]*-> verdict .* closed, true by carla/)
  expect(trace('key_read').stdout).toContain('-> decision exception X-1 until 2024-12-31: Backup')
  expect(trace('R-2')).toMatchObject({ code: 1, stderr: expect.stringContaining('did you mean "R-1"?') as string })
  rmSync(path.join(cwd, 'reviews'), { recursive: true })
  expect(trace('R-1')).toMatchObject({ code: 1, stdout: expect.stringContaining('gap deployed nowhere') as string })
})

it('checks exceptions and what is allowed', () => {
  const { run } = pack()
  const { code, stdout } = run(null, 'check')
  expect(code).toBe(1)
  expect(stdout).toContain('govern/exception-expired')
})

it('refuses a verdict for an alert that nobody knows, and keeps those of others', () => {
  const { cwd, run } = pack()
  const event = {
    '@timestamp': '2024-10-01T00:00:00Z',
    event: { action: 'file_read', id: 'e-1', dataset: 'detpack.use' },
    host: { name: 'web-1' },
  }
  writeFileSync(path.join(cwd, 'events.ndjson'), `${JSON.stringify(event)}\n`)
  expect(run(null, 'triage', 'set', 'ffff', '--verdict', 'duplicate')).toMatchObject({ code: 2 })
  run(null, 'eval', '--events', 'events.ndjson', '--keep')
  expect(run(null, 'triage', 'set', 'ffff', '--verdict', 'duplicate')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('govern/unknown-alert') as string,
  })
  const [id = ''] = run(null, 'triage', 'show').stdout.split('\n')[1]?.split(' ') ?? []
  expect(id).toMatch(/^[0-9a-f]{12}$/)
  expect(run(null, 'triage', 'set', id, '--verdict', 'guilty')).toMatchObject({ code: 2 })
  expect(run(null, 'triage', 'set', id, '--verdict', 'duplicate', '--by', 'anna', '--note', 'twice').code).toBe(0)
  expect(run(null, 'triage', 'show').stdout).toBe('every alert has a verdict\n')
  expect(run(null, 'triage', 'pull', '--from', 'local')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('1 alert new') as string,
  })
  expect(readFileSync(path.join(cwd, 'reviews/alerts.ndjson'), 'utf8')).toContain('"note":"twice"')
  expect(run(null, 'trace', id).stdout).toContain('duplicate by anna: twice')
})

it('drafts what a verdict asks for, and applies nothing', () => {
  const { cwd, run } = pack()
  const event = {
    '@timestamp': '2024-10-01T00:00:00Z',
    event: { action: 'file_read', id: 'e-1', dataset: 'detpack.use' },
    process: { executable: '/usr/bin/restic' },
  }
  writeFileSync(path.join(cwd, 'events.ndjson'), `${JSON.stringify(event)}\n`)
  run(null, 'eval', '--events', 'events.ndjson', '--keep')
  const [id = ''] = run(null, 'triage', 'show').stdout.split('\n')[1]?.split(' ') ?? []
  const propose = (): ReturnType<typeof detpack> => run(null, 'feedback', 'propose', id, '--by', 'anna')
  expect(propose()).toMatchObject({ code: 1, stderr: expect.stringContaining('govern/no-verdict') as string })
  run(null, 'triage', 'set', id, '--verdict', 'benign_true_positive')
  const [exception = ''] = propose().stdout.split('\n')
  const draft = readFileSync(path.join(cwd, exception), 'utf8')
  expect(draft).toContain('process.executable: /usr/bin/restic')
  run(null, 'triage', 'set', id, '--verdict', 'false_positive_logic')
  const [test = '', recording = ''] = propose().stdout.split('\n')
  expect(readFileSync(path.join(cwd, recording), 'utf8')).toBe(`${JSON.stringify(event)}\n`)
  expect(run(null, 'test', test)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('expected 0 alerts') as string,
  })
  run(null, 'triage', 'set', id, '--verdict', 'true_positive')
  expect(propose()).toMatchObject({ code: 0, stdout: '' })
})

it('takes notables of Splunk from a file', () => {
  const { cwd, run } = pack()
  const row = {
    event_id: 'n1',
    search_name: 'Key read',
    _time: '1727740800',
    status: '5',
    disposition: 'disposition:2',
  }
  writeFileSync(
    path.join(cwd, 'notables.json'),
    `${JSON.stringify({ result: row })}\n${JSON.stringify({ result: { ...row, search_name: 'x' } })}\n`,
  )
  expect(run(null, 'triage', 'pull', '--from', 'splunk', '--file', 'notables.json')).toMatchObject({
    code: 0,
    stderr: expect.stringMatching(/1 result are of no rule[^]*1 alert new/) as string,
  })
  expect(run(null, 'triage', 'pull', '--from', 'splunk')).toMatchObject({ code: 2 })
})

it('knows when hosts were watched from the events of their sensors', () => {
  const { cwd, run } = pack()
  const said = (minute: number): string =>
    JSON.stringify({
      '@timestamp': new Date(1_727_740_800_000 + minute * 60_000).toISOString(),
      event: { action: 'sensor_health' },
      host: { name: 'db-1' },
    })
  writeFileSync(path.join(cwd, 'events.ndjson'), [0, 1, 2, 30, 31].map((minute) => `${said(minute)}\n`).join(''))
  expect(run(null, 'evidence', 'coverage', 'events.ndjson').stderr).toContain('3 stretches of 2 hosts')
  expect(run(null, 'evidence', 'coverage', 'events.ndjson').stderr).toContain('3 stretches of 2 hosts')
})
