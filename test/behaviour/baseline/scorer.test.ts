import { expect, it } from 'vitest'
import { NOTHING_EXPECTED, priorOf } from '../../../src/behaviour/baseline/prior.ts'
import { Scorer } from '../../../src/behaviour/baseline/scorer.ts'
import { parseTask } from '../../../src/behaviour/parse-task.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { CLASSES, eventOf, HOMES, learnedFrom, summaries, summary, type Written } from './runs.ts'

const HISTORY = [...summaries(412), { action: 'network_send', at: 0, to: '203.0.113.9' } as const]

const TASK = parseTask(
  new Source(
    'summarize.yml',
    JSON.stringify({
      name: 'summarize',
      purpose: 'Shorten /srv/inbox/ for 192.0.2.8',
      hosts: [{ name: 'summary-service', network: '198.51.100.10/32', port: 443 }],
      grants: [{ id: 'read', capability: 'file_read', on: { path: ['/srv/notes/'] } }],
    }),
  ),
).task

function reasons(uses: readonly Written[], history: readonly Written[] = HISTORY, declared = true): string[] {
  const prior = TASK && declared ? priorOf(TASK, [], HOMES) : NOTHING_EXPECTED
  const scorer = new Scorer({
    learned: learnedFrom(history),
    priorOf: () => prior,
    homes: HOMES,
    classes: CLASSES,
  })
  return uses.flatMap((use, at) => {
    const { fields, time } = toRecord(eventOf(use), at + 1)
    return scorer.seeObject(fields, time).map(({ words }) => words)
  })
}

it('finds nothing in a run like all others', () => {
  expect(reasons(summary(900))).toEqual([])
})

it('tells a destination where nothing went before, the way there, and how often it was seen', () => {
  expect(reasons(summary(900, { to: '203.0.113.9', at: 900 * 60_000 + 185 }))).toEqual([
    'first time this task sends anywhere but where it did and to the declared summary-service: to tcp 203.0.113.9:443; seen in 0 of 412 runs of this task, 1 of 413 on the fleet',
    'first time data of class personal go to tcp 203.0.113.9:443; read 180 ms before; seen in 0 of 412 runs of this task, 0 of 413 on the fleet',
  ])
})

it('tells data that go at once where they usually take long', () => {
  expect(reasons(summary(900, { at: 900 * 60_000 + 8 }))).toEqual([
    expect.stringMatching(
      /^data of class personal sent 3 ms after it was read; 99 of 100 times it took 1\d{3} ms or more$/,
    ),
  ])
})

it('tells a run that sends much more than any did', () => {
  expect(reasons(summary(900, { bytes: 90_000 }))).toEqual([
    '90,000 B sent in this run; the most in 412 runs was 4,600 B',
  ])
})

it('tells a program, a capability and a chain that are new', () => {
  const [start] = summary(900) as [Written]
  const curl = { ...start, action: 'process_exec', at: start.at + 1, path: '/usr/bin/curl' }
  const [program, ...others] = reasons([start, curl, { ...curl, action: 'memory_exec' }])
  expect(program).toMatch(/^first time this task runs \/usr\/bin\/curl; seen in 0 of 412 runs/)
  expect(others).toEqual([
    expect.stringMatching(/^first time this task uses memory_exec/) as string,
    'memory_exec right after process_exec; 0 of 412 runs that did process_exec',
  ])
})

it('tells another class, and another use, of a path whose shape is usual', () => {
  const [, read] = summary(900) as [Written, Written]
  const others: Written[] = [read, { ...read, class: 'account' }, { ...read, action: 'file_write' }, read]
  const told = reasons(others).filter((words) => words.includes('report-{n}.txt'))
  expect(told.map((words) => words.slice(0, words.indexOf(';')))).toEqual([
    'first time this task uses file_read on ~/notes/report-{n}.txt (account)',
    'first time this task uses file_write on ~/notes/report-{n}.txt (personal)',
  ])
})

it('judges by the declaration where nothing was learned', () => {
  expect(reasons(summary(1), [])).toEqual([
    'this task uses file_read on ~/notes/report-{n}.txt (personal); no run of task summarize was learned',
  ])
  expect(reasons(summary(1, { to: '203.0.113.9' }), [])).toContain(
    'this task sends to tcp 203.0.113.9:443, and not one of its declared hosts (summary-service); no run of task summarize was learned',
  )
})

it('expects what the task text names', () => {
  const read = {
    action: 'file_read',
    at: 0,
    task: 'summarize',
    path: '/srv/inbox/new.txt',
    class: 'personal',
    object: 'o',
  }
  expect(reasons([read, { action: 'network_send', at: 9, task: 'summarize', to: '192.0.2.8' }], [])).toEqual([])
  expect(reasons([{ ...read, path: '/srv/notes/a' }], [])).toEqual([])
  expect(reasons([{ ...read, path: '/srv/other/a' }], [])).toHaveLength(1)
})

it('never takes a secret for normal, however often it was seen', () => {
  const leak = (run: number): Written[] =>
    summary(run).map((use) => ({
      ...use,
      ...(use.class && { class: 'credential' }),
      ...(use.flow && { flow: [[`doc${run}`, 'credential']] as const, to: '203.0.113.9' }),
    }))
  const history = Array.from({ length: 300 }, (_, run) => leak(run)).flat()
  expect(reasons(leak(900), history)).toEqual([
    'uses file_read on ~/notes/report-{n}.txt (credential): of class credential, which is never learned, and no grant is about it',
    'data of class credential go to tcp 203.0.113.9:443; read 1500 ms before; class credential is never learned',
  ])
})
