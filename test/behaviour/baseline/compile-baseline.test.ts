import { describe, expect, it } from 'vitest'
import { holderOf } from '../../../src/behaviour/baseline/holder.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { RuleId } from '../../../src/ir/rule.ts'
import { ofService } from './judge.ts'
import { ANSWERING, DECLARED, GRANTED, programOf, SERVICE } from './compiled-baseline.ts'
import { eventOf, summary, type Written } from './runs.ts'

const TEXT = `subject: task/summarize
title: as it was seen
owner: IT
capabilities: [file_read, process_exec, network_send, network_connect, file_write]
destinations: ["tcp 198.51.100.10:443", "{api}"]
programs: ["/usr/bin/python{n}.{n}"]
changes: ["file_write /tmp/{tmp}", "file_write {document}"]
reads: ["personal ~/notes/report-{n}.txt"]
flows: ["personal > tcp 198.51.100.10:443"]
gaps: [{class: personal, usual: 1400ms}]
rates: {bytes_sent: 40000, classed_objects: 1, destinations: 1}
`

function broken(uses: readonly Written[], program = programOf(TEXT, SERVICE)): string[] {
  const events = ofService(uses).map((use, at) => toRecord(eventOf(use, at), at + 1))
  const names = evaluate(program, events).alerts.map(({ rule }) => program.rules.get(rule as RuleId)?.name ?? rule)
  return [...new Set(names)].map((name) => name.replace(/^.*?\.baseline\./, '')).sort()
}

const RUN = summary(3)
const [START, READ, SEND] = RUN as [Written, Written, Written]

it.each<[string, readonly Written[], readonly string[]]>([
  ['a run like all others', RUN, []],
  ['a host that is declared', [{ ...SEND, to: '192.0.2.1', flow: [] }], []],
  ['another host', [{ ...SEND, to: '203.0.113.9', flow: [] }], ['destination']],
  ['another port of the same host', [{ ...SEND, port: 8443, flow: [] }], ['destination']],
  ['what was read, to another host', [READ, { ...SEND, to: '203.0.113.9' }], ['destination', 'flow.personal']],
  ['what was read, at once', [READ, { ...SEND, at: READ.at + 350 }], ['gap.personal']],
  ['what was read, a moment later', [READ, { ...SEND, at: READ.at + 351 }], []],
  ['another program', [{ ...START, path: '/usr/bin/curl' }], ['program']],
  ['another version of its program', [{ ...START, path: '/usr/bin/python3.13' }], []],
  ['another document', [{ ...READ, path: '/home/b/notes/report-9.txt' }], []],
  ['an object of the class elsewhere', [{ ...READ, path: '/home/b/mail/inbox' }], ['read']],
  ['the document that the run was bound to', [{ ...READ, path: '/home/b/mail/inbox', binding: 'document' }], []],
  ['what is bound to no parameter of a file', [{ ...READ, path: '/home/b/mail/inbox', binding: 'other' }], ['read']],
  [
    'a change of the document',
    [{ ...READ, action: 'file_write', path: '/home/b/mail/inbox', class: '', binding: 'document' }],
    [],
  ],
  [
    'the same change of what is bound to another parameter',
    [{ ...READ, action: 'file_write', path: '/home/b/mail/inbox', class: '', binding: 'other' }],
    ['change'],
  ],
  ['a secret, of which the declaration has to speak', [{ ...READ, path: '/home/b/.ssh/id', class: 'credential' }], []],
  ['a file of no class', [{ ...READ, path: '/srv/x', class: '' }], []],
  ['a temporary file', [{ ...READ, action: 'file_write', path: '/tmp/tmpabcdef', class: '' }], []],
  ['a file that is run later', [{ ...READ, action: 'file_write', path: '/home/b/.bashrc', class: '' }], ['change']],
  ['a file that it makes', [{ ...READ, action: 'file_create', path: '/tmp/tmpabcdef', class: '' }], ['change']],
  ['a capability that says nothing by itself', [{ ...START, action: 'process_signal' }], []],
  ['another user that it runs as', [{ ...START, action: 'privilege_change' }], ['capability']],
  ['compiling into memory', [{ ...START, action: 'memory_exec' }], ['capability']],
  ['much data', [{ ...SEND, bytes: 80_001, flow: [] }], ['amount.bytes']],
  ['twice as much as ever', [{ ...SEND, bytes: 80_000, flow: [] }], []],
  ['what is meant for anyone', [{ ...READ, path: '/var/www/other', class: 'public' }], []],
  ['what says who there is', [{ ...READ, path: '/etc/passwd', class: 'account' }], ['read']],
  [
    'many objects',
    Array.from({ length: 10 }, (_, nth) => ({ ...READ, at: READ.at + nth, object: `o${nth}` })),
    ['amount.objects'],
  ],
  ['what another task does', [{ ...SEND, task: 'other', to: '203.0.113.9' }], []],
])('tells of a service %s', (_, uses, names) => {
  expect(broken(uses)).toEqual(names)
})

describe('of an agent, whose work differs with what it is asked for', () => {
  it.each<[string, Written, readonly string[]]>([
    ['no other program', { ...START, path: '/usr/bin/curl' }, []],
    ['no file of no class', { ...READ, action: 'file_create', path: '/srv/x', class: '' }, []],
    [
      'a file of a class',
      { ...READ, action: 'file_create', path: '/home/b/.bashrc', class: 'persistence' },
      ['change'],
    ],
    ['an object of the class elsewhere', { ...READ, path: '/home/b/mail/inbox' }, ['read']],
    ['no other way to read what it reads', { ...READ, action: 'file_map' }, []],
    ['another host', { ...SEND, to: '203.0.113.9', flow: [] }, ['destination']],
    ['no object of a class that is not followed', { ...READ, path: '/etc/passwd', class: 'account' }, []],
    ['no capability that many programs use', { ...START, action: 'privilege_change' }, []],
    ['no compiling into memory, as Node does', { ...START, action: 'memory_exec' }, []],
    ['nothing of what is meant for anyone', { ...READ, path: '/var/www/other', class: 'public' }, []],
    ['a capability that reaches far', { ...START, action: 'namespace_change' }, ['capability']],
  ])('tells %s', (_, use, names) => {
    expect(broken([use], programOf(TEXT))).toEqual(names)
  })
})

describe('of few runs tells only what reaches far, or is of a class that no grant covers', () => {
  const learnedOf = (runs: number): string => `${TEXT}proposal: {by: anna, at: 2026-01-01T00:00:00Z, runs: ${runs}}\n`
  const elsewhere = { ...READ, path: '/home/b/mail/inbox' }
  const vague: readonly [string, readonly Written[], string][] = [
    ['a change of a file of no class', [{ ...READ, action: 'file_write', path: '/srv/x', class: '' }], 'change'],
    ['reading what everybody may read', [{ ...READ, path: '/etc/passwd', class: 'account' }], 'read'],
    ['compiling into memory', [{ ...START, action: 'memory_exec' }], 'capability'],
    ['much data', [{ ...SEND, bytes: 80_001, flow: [] }], 'amount.bytes'],
    ['sending sooner than ever', [READ, { ...SEND, at: READ.at + 350 }], 'gap.personal'],
  ]
  it.each(vague)('not %s', (_, uses, name) => {
    expect(broken(uses, programOf(learnedOf(299), SERVICE))).toEqual([])
    expect(broken(uses, programOf(learnedOf(300), SERVICE))).toEqual([name])
  })

  it('not reading what a grant covers by its class', () => {
    const read = (runs: number): string[] => broken([elsewhere], programOf(learnedOf(runs), GRANTED))
    expect(read(299)).toEqual([])
    expect(read(300)).toEqual(['read'])
  })

  it.each<[string, Written, string]>([
    ['an object of a class that no grant covers', elsewhere, 'read'],
    ['a change of an object of a class', { ...elsewhere, action: 'file_write' }, 'change'],
    ['another program', { ...START, path: '/usr/bin/curl' }, 'program'],
    ['another user that it runs as', { ...START, action: 'privilege_change' }, 'capability'],
    ['another host', { ...SEND, to: '203.0.113.9', flow: [] }, 'destination'],
  ])('%s', (_, use, name) => {
    expect(broken([use], programOf(learnedOf(1), SERVICE))).toEqual([name])
  })
})

it('takes an object of a class for changed as ever only where one of that class was, however wide a shape of no class is', () => {
  const change = { ...READ, action: 'file_write', path: '/home/b/.bashrc', class: 'persistence' }
  const known = (entry: string): string => TEXT.replace('changes: [', `changes: ["${entry}", `)
  for (const [entry, names] of [
    ['file_write ~/{any}', ['change']],
    ['file_write personal ~/.bashrc', ['change']],
    ['file_write persistence ~/.bashrc', []],
  ] as const) {
    expect(broken([change], programOf(known(entry)))).toEqual(names)
    expect(broken([change], programOf(known(entry), SERVICE))).toEqual(names)
  }
  expect(broken([{ ...change, class: '' }], programOf(known('file_write ~/{any}'), SERVICE))).toEqual([])
})

describe('takes what a service made for its own', () => {
  const MADE = TEXT.replace('changes: [', 'changes: ["file_create /var/cache/app", ')
  const change = (action: string, path: string, over: Partial<Written> = {}): Written => ({
    ...READ,
    action,
    path,
    class: '',
    ...over,
  })
  it.each<[string, Written, readonly string[]]>([
    ['writing to it', change('file_write', '/var/cache/app'), []],
    ['removing it', change('file_delete', '/var/cache/app'), []],
    ['what lies below', change('file_rename', '/var/cache/app/1/2'), []],
    ['no object of a class there', change('file_write', '/var/cache/app/a.key', { class: 'credential' }), ['change']],
    ['nothing beside it', change('file_write', '/var/cache/apple'), ['change']],
    ['nothing that it only writes to', change('file_delete', '/tmp/tmpabcdef'), ['change']],
  ])('%s', (_, use, names) => {
    expect(broken([use], programOf(MADE, SERVICE))).toEqual(names)
  })
})

it('counts as hosts those that it turns to, and not who asked it', () => {
  const program = programOf(TEXT, ANSWERING)
  const clients = ['192.0.2.7', '192.0.2.8', '192.0.2.9'].map((to, at) => ({ ...SEND, at, to, flow: [], bytes: 1 }))
  const answers = clients.map((one) => ({ ...one, origin: 'inherited' }))
  expect(broken(answers, program)).toEqual([])
  const connects = clients.map((one) => ({ ...one, action: 'network_connect' }))
  expect(broken(connects, program)).toEqual(['amount.hosts', 'destination'])
})

it('takes no datagram socket for turning to a host, which a library asks for an address of its own', () => {
  const connect = { ...SEND, action: 'network_connect', to: '203.0.113.9', flow: [], transport: 'udp' }
  expect(broken([{ ...connect, port: 0 }])).toEqual([])
  expect(broken([{ ...connect, port: 53 }])).toEqual(['destination'])
  expect(broken([{ ...connect, port: 0, transport: 'tcp' }])).toEqual(['destination'])
})

it.each<[string, Written]>([
  ['reading', { ...READ, path: '/root/mail/inbox' }],
  ['changing', { ...READ, action: 'file_write', path: '/root/x', class: 'persistence' }],
  ['running', { ...START, path: '/root/x' }],
])('takes for normal what a grant names by its path: %s', (_, use) => {
  expect(broken([use])).toEqual([])
  expect(broken([{ ...use, path: `/home/b${use.path ?? ''}` }])).not.toEqual([])
})

it('takes answers to whoever asks for normal, where a grant is about connections that were handed on', () => {
  const answer = { ...SEND, to: '203.0.113.9', port: 40_001, flow: [], origin: 'inherited' }
  const program = programOf(TEXT, ANSWERING)
  expect(broken([answer], program)).toEqual([])
  expect(broken([{ ...answer, origin: 'opened' }], program)).toEqual([])
  expect(broken([{ ...answer, origin: 'received' }], program)).toEqual(['destination'])
  expect(broken([{ ...answer, action: 'network_connect' }], program)).toEqual(['destination'])
  expect(broken([answer])).toEqual(['destination'])
})

it('lets nothing out any more when the approval has ended, and goes on to compare', () => {
  const program = programOf(TEXT, SERVICE, 'kept in')
  expect(broken(RUN, program)).toEqual(['destination', 'flow.personal'])
  expect(
    broken(
      [
        { ...START, path: '/usr/bin/curl' },
        { ...SEND, to: '192.0.2.1', flow: [] },
      ],
      program,
    ),
  ).toEqual(['program'])
})

it('lets out only what is declared when nobody approved it', () => {
  const program = programOf(TEXT, SERVICE, 'nothing')
  expect(broken(RUN, program)).toEqual(['destination', 'flow.personal'])
  expect([...program.rules.values()].filter(({ alone }) => alone).map(({ name }) => name)).toEqual([
    'summarize.baseline.destination',
    'summarize.baseline.flow.personal',
  ])
})

it('alerts on everything where nothing is known', () => {
  const empty = programOf('subject: task/summarize\ntitle: t\nowner: o\n', SERVICE)
  expect(broken(RUN, empty)).toEqual(['destination', 'flow.personal', 'program', 'read'])
})

it.each([
  ['task/unknown', undefined],
  ['service/app@.service', undefined],
  ['service/web.service', 'web.service'],
  ['undeclared', 'undeclared'],
  ['task/summarize', 'summarize'],
])('is of %s', (subject, name) => {
  const span = { source: new Source('b', ''), start: 0, end: 0 }
  expect(holderOf(subject, new Map([['summarize', DECLARED]]), span)?.name).toBe(name)
})

describe('says in the rule what is usual instead', () => {
  const said = (text: string, name: string): string | null | undefined =>
    [...programOf(text, SERVICE).rules.values()].find((rule) => rule.name?.endsWith(`.baseline.${name}`))?.description

  it.each([
    ['destination', 'which has as destinations: {api} and 1 more.'],
    ['gap.personal', 'which has 99 of 100 such gaps at 1400ms or more.'],
    ['amount.bytes', 'which has 40,000 as the most of a run.'],
  ])('%s', (name, usual) => {
    expect(said(TEXT, name)).toBe(`Not in its baseline ("as it was seen"), ${usual}`)
  })

  it('and of a long set only the first, with how many there are', () => {
    const many = Array.from({ length: 9 }, (_, at) => `"/usr/bin/tool-${at}"`).join(', ')
    expect(said(TEXT.replace('"/usr/bin/python{n}.{n}"', many), 'program')).toMatch(/tool-5 and 3 more\.$/)
  })

  it('hosts by the names that the task declares, and no address: what a rule says is shipped', () => {
    const declared = TEXT.replace('["tcp 198.51.100.10:443", "{api}"]', '["tcp 192.0.2.1:443", "tcp 192.0.2.9:443"]')
    expect(said(declared, 'destination')).toMatch(/which has as destinations: service and 1 more\.$/)
    expect(said(TEXT, 'flow.personal')).toMatch(/which has flows to no host that is declared: 1\.$/)
  })

  it('or that there is nothing of the kind', () => {
    expect(said(TEXT.replace('["/usr/bin/python{n}.{n}"]', '[]'), 'program')).toMatch(/which has no programs\.$/)
  })
})
