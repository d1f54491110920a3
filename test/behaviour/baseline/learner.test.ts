import { expect, it } from 'vitest'
import { parseLearned, renderLearned } from '../../../src/behaviour/baseline/learned-file.ts'
import { doubtsOf, fleetOf, mergeLearned, TABLES, type TableName } from '../../../src/behaviour/baseline/learned.ts'
import { learnedFrom, summaries, summary, type Written } from './runs.ts'

function entries(uses: readonly Written[], table: TableName, subject = 'task/summarize'): object {
  const behaviour = learnedFrom(uses).subjects.find(subject)
  const all = behaviour?.tables[table].sorted() ?? []
  return Object.fromEntries(all.map(([name, { uses: count, runs }]) => [name, `${count} in ${runs}`]))
}

it('counts uses, and each run once', () => {
  const uses = [...summaries(3), ...summary(3), { ...summary(3)[2], at: 3 * 60_000 + 1600 } as Written]
  expect(entries(summaries(3), 'destination')).toEqual({ 'tcp 198.51.100.10:443': '3 in 3' })
  expect(entries(uses, 'object')).toEqual({ 'file_read personal ~/notes/report-{n}.txt': '4 in 4' })
  expect(entries(summaries(3), 'program')).toEqual({ '/usr/bin/python{n}.{n}': '3 in 3' })
  expect(entries(summaries(3), 'capability')).toEqual({
    file_read: '3 in 3',
    network_send: '3 in 3',
    process_exec: '3 in 3',
  })
})

it('learns chains with their gaps, and how data left', () => {
  const behaviour = learnedFrom(summaries(5)).subjects.find('task/summarize')
  expect(behaviour?.runs).toBe(5)
  expect(behaviour?.tables.chain.sorted().map(([name]) => name)).toEqual([
    'file_read:personal',
    'file_read:personal > network_send:out',
    'network_send:out',
    'process_exec',
    'process_exec > file_read:personal',
    'process_exec > file_read:personal > network_send:out',
  ])
  const flow = behaviour?.tables.flow.find('personal > itself > tcp 198.51.100.10:443')
  expect(flow).toMatchObject({ uses: 5, runs: 5 })
  expect(flow?.sketch?.quantile(0.5)).toBe(1500)
  expect(behaviour?.tables.rate.find('bytes sent')?.sketch?.greatest).toBe(4400)
})

it('takes no datagram socket for turning to a host, which a library asks for an address of its own', () => {
  const connect = { action: 'network_connect', at: 1, task: 't', to: '203.0.113.9' }
  const learned = (over: Partial<Written>): object => entries([{ ...connect, ...over }], 'destination', 'task/t')
  expect(learned({ transport: 'udp', port: 0 })).toEqual({})
  expect(learned({ transport: 'udp', port: 53 })).toEqual({ 'udp 203.0.113.9:53': '1 in 1' })
  expect(learned({ transport: 'tcp', port: 0 })).toEqual({ 'tcp 203.0.113.9': '1 in 1' })
})

it('knows who is answered from where something is sent to of its own, however many ask', () => {
  const client = (i: number): Written[] => {
    const common = {
      at: i * 10,
      task: 't',
      run: `run ${i % 3}`,
      object: `socket ${i}`,
      to: '192.0.2.7',
      port: 20_000 + i,
    }
    return [
      { ...common, action: 'network_accept', port: 443 },
      { ...common, action: 'network_send', at: i * 10 + 1, bytes: 10, flow: [['o', 'personal']] },
    ]
  }
  const asked: Written[] = [
    { action: 'network_connect', at: 1, task: 't', run: 'run 0', to: '198.51.100.10', object: 's' },
  ]
  const uses = [...asked, ...Array.from({ length: 3000 }, (_, i) => client(i)).flat()]
  expect(entries(uses, 'destination', 'task/t')).toEqual({ 'tcp 198.51.100.10:443': '1 in 1' })
  expect(entries(uses, 'flow', 'task/t')).toEqual({ 'personal > itself > client': '3000 in 3' })
  const rate = learnedFrom(uses).subjects.find('task/t')?.tables.rate
  expect(rate?.find('bytes sent')?.sketch?.greatest).toBe(10_000)
  expect(rate?.find('destinations')?.sketch?.greatest).toBe(1)
  // The number of a socket may come again for one that it opens itself.
  const own = { at: 40_000, task: 't', run: 'run 0', object: 'socket 2999', to: '203.0.113.9' }
  const again: Written[] = [
    { ...own, action: 'network_connect' },
    { ...own, action: 'network_send', at: 40_001 },
  ]
  expect(entries([...uses, ...again], 'destination', 'task/t')).toMatchObject({ 'tcp 203.0.113.9:443': '2 in 1' })
})

const PASSED: readonly Written[] = [
  { action: 'file_read', at: 0, task: 't', process: 'a', path: '/home/a/x', object: 'o', class: 'personal' },
  { action: 'descriptor_receive', at: 3, task: 't', process: 'b', object: 'o', class: 'personal', kind: 'file' },
  { action: 'network_send', at: 9, task: 't', process: 'b', to: '203.0.113.9', flow: [['o', 'personal']] },
]

it.each<[string, readonly Written[], string]>([
  ['by descriptor', PASSED, 'personal > descriptor > tcp 203.0.113.9:443'],
  [
    'through a pipe',
    [
      PASSED[0] as Written,
      { action: 'file_write', at: 4, task: 't', process: 'a', kind: 'pipe', flow: [['o', 'personal']] },
      PASSED[2] as Written,
    ],
    'personal > pipe > tcp 203.0.113.9:443',
  ],
  [
    'to a file',
    [
      PASSED[0] as Written,
      {
        action: 'file_write',
        at: 4,
        task: 't',
        process: 'a',
        path: '/tmp/tmpabcdef1',
        object: 'c',
        flow: [['o', 'personal']],
      },
    ],
    'personal > itself > write /tmp/{tmp}',
  ],
  ['in a child', [PASSED[0] as Written, PASSED[2] as Written], 'personal > inherited > tcp 203.0.113.9:443'],
])('tells data that went %s', (_, uses, name) => {
  expect(Object.keys(entries(uses, 'flow', 'task/t'))).toEqual([name])
})

it('counts chains and flows of secrets apart', () => {
  const secret = PASSED.map((use) => ({
    ...use,
    ...(use.class && { class: 'credential' }),
    ...(use.flow && { flow: [['o', 'credential']] as const }),
  }))
  expect(entries(secret, 'flow', 'task/t')).toEqual({})
  expect(entries(secret, 'withheld', 'task/t')).toEqual({
    'credential > descriptor > tcp 203.0.113.9:443': '1 in 1',
    'file_read credential ~/x': '1 in 1',
  })
})

it('takes an object whose reading was not seen for each class that its use tells', () => {
  const flow = [
    ['o', 'personal'],
    ['q', 'credential'],
  ] as const
  const uses: Written[] = [{ action: 'network_send', at: 0, task: 't', to: '203.0.113.9', flow }]
  expect(entries(uses, 'withheld', 'task/t')).toEqual({ 'credential > itself > tcp 203.0.113.9:443': '2 in 1' })
})

it('keeps to its caps however many names come, and knows what it cannot tell', () => {
  const uses = Array.from({ length: 3000 }, (_, i): Written => ({
    action: 'network_connect',
    at: i,
    task: 't',
    to: `10.${i >> 8}.${i & 255}.1`,
  }))
  const table = learnedFrom(uses).subjects.find('task/t')?.tables.destination
  expect(table?.size).toBe(TABLES.destination)
  expect(table?.isFull).toBe(true)
  for (const { to = '' } of uses) expect(table?.isUnseen(`tcp ${to}:443`)).toBe(false)
})

it('passes over what failed', () => {
  expect(
    entries([{ action: 'file_read', at: 0, task: 't', path: '/x', outcome: 'failure' }], 'object', 'task/t'),
  ).toEqual({})
})

it('adds all subjects up for the fleet', () => {
  const learned = learnedFrom([...summaries(4), { action: 'network_connect', at: 0, to: '198.51.100.10' }])
  expect(learned.subjects.sorted().map(([name]) => name)).toEqual(['task/summarize', 'undeclared'])
  expect(fleetOf(learned).tables.destination.find('tcp 198.51.100.10:443')).toMatchObject({ uses: 5, runs: 5 })
})

it('learns no gap across a clock that was set', () => {
  const [start, read, send] = summary(0) as [Written, Written, Written]
  for (const jump of [{ epoch: 1 }, { at: -86_400_000 }]) {
    const learned = learnedFrom([start, read, { ...send, ...jump }])
    const { tables } = learned.subjects.find('task/summarize') ?? {}
    expect(tables?.flow.find('personal > itself > tcp 198.51.100.10:443')).toMatchObject({ uses: 1, sketch: null })
    expect(tables?.chain.find('file_read:personal > network_send:out')?.sketch ?? null).toBeNull()
    expect(doubtsOf([learned], learned)[0]).toMatchObject({ code: 'behaviour/clock-jump', severity: 'warning' })
  }
})

it('doubts counts of one host that were learned twice, and two hosts of one name', () => {
  const [one, same] = [learnedFrom(summaries(2)), learnedFrom(summaries(2))]
  expect(doubtsOf([one, same], mergeLearned([one, same]))[0]?.code).toBe('behaviour/overlapping-hosts')
  const two = ['h1', 'h2'].map((host) => learnedFrom(summaries(1).map((use) => ({ ...use, host, hostName: 'web-1' }))))
  expect(doubtsOf(two, mergeLearned(two))).toMatchObject([
    { code: 'behaviour/two-hosts-one-name', message: expect.stringContaining('h1, h2') as string },
  ])
})

it.each([
  ['a count', (text: string) => text.replace('"events":8', '"events":9'), 'behaviour/changed-by-hand'],
  ['its end', (text: string) => text.slice(0, -4), 'behaviour/not-learned'],
  ['all of it', () => '{}', 'behaviour/not-learned'],
])('refuses a file of which somebody changed %s', (_, change, code) => {
  const text = renderLearned({ learned: learnedFrom(summaries(2)), classes: 'c' })
  expect(change(text)).not.toBe(text)
  expect(parseLearned('learned.json', change(text)).diagnostics[0]?.code).toBe(code)
})

it('says of what another detpack learned that it has to be learned anew', () => {
  const older = renderLearned({ learned: learnedFrom(summaries(2)), classes: 'c' }).replace('learned/2', 'learned/1')
  expect(parseLearned('learned.json', older).diagnostics).toMatchObject([
    { code: 'behaviour/not-learned', hint: 'learn it anew', message: expect.stringContaining('format is 1') as string },
  ])
})

it('counts each chain as often as it was seen, and in how many runs', () => {
  const [exec, read] = summary(3) as [Written, Written]
  const chains = learnedFrom([
    ...summaries(3),
    exec,
    read,
    { ...exec, at: exec.at + 9 },
    { ...read, at: read.at + 9 },
  ]).subjects.find('task/summarize')?.tables.chain
  expect(chains?.find('process_exec > file_read:personal')).toMatchObject({ uses: 5, runs: 4 })
  expect(chains?.find('file_read:personal')).toMatchObject({ uses: 5, runs: 4 })
})
