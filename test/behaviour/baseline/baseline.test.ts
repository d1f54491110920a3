import { describe, expect, it } from 'vitest'
import { changesOf, driftOf } from '../../../src/behaviour/baseline/baseline-change.ts'
import { destinationText, parseDestination } from '../../../src/behaviour/baseline/baseline.ts'
import { fleetOf } from '../../../src/behaviour/baseline/learned.ts'
import { proposeBaseline } from '../../../src/behaviour/baseline/propose-baseline.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { renderBaseline } from '../../../src/govern/baseline/baseline-file.ts'
import { parseReviewed } from '../../../src/govern/baseline/reviewed.ts'
import type { Time } from '../../../src/event/record.ts'
import { baselineOf } from './reviewed.ts'
import { learnedFrom, summaries, summary, type Written } from './runs.ts'

const HEAD = 'subject: task/a\ntitle: t\nowner: o\n'
const SPAN = { source: new Source('p.yml', ''), start: 0, end: 0 }

function proposedFrom(uses: readonly Written[], seenIn = 2, isService = false): ReturnType<typeof proposeBaseline> {
  const behaviour = learnedFrom(uses).subjects.find('task/summarize')
  return proposeBaseline('task/summarize', behaviour, { isService, owner: 'IT', seenIn, span: SPAN })
}

const EVIDENCE = {
  by: 'anna',
  at: 0 as Time,
  uses: 90,
  from: 0 as Time,
  to: 1 as Time,
  hosts: 1,
  silences: {},
  events: 0,
}

it('proposes what was seen in several runs, and reads back what it wrote', () => {
  const once = { ...summary(30)[0], at: 29 * 60_000, path: '/usr/bin/curl' } as Written
  const { proposed, diagnostics } = proposedFrom([...summaries(30), once, ...summary(30)])
  if (proposed === undefined) throw new Error('nothing proposed')
  expect(diagnostics).toEqual([])
  expect(proposed.seldom).toContain('program: /usr/bin/curl (1 of 31 runs)')
  const read = baselineOf(renderBaseline(proposed, EVIDENCE))
  expect(read).toEqual({ ...proposed.baseline, span: read.span })
  expect(read).toMatchObject({
    capabilities: ['file_read', 'process_exec', 'network_send'],
    destinations: [{ kind: 'host', transport: 'tcp', address: '198.51.100.10', port: 443 }],
    programs: ['/usr/bin/python{n}.{n}'],
    reads: [{ objectClass: 'personal', shape: '~/notes/report-{n}.txt' }],
    flows: [{ objectClass: 'personal', to: { address: '198.51.100.10' } }],
    gaps: [{ objectClass: 'personal' }],
    rates: { bytesSent: 4600, classedObjects: 1, destinations: 1 },
  })
})

it('names what a run was bound to by its parameter, and reads that back', () => {
  const runs = Array.from({ length: 30 }, (_, i) =>
    summary(i).map((use) => ({ ...use, ...(use.class && { binding: 'document' }) })),
  )
  const { proposed } = proposedFrom(runs.flat())
  if (proposed === undefined) throw new Error('nothing proposed')
  expect(proposed.baseline.reads).toEqual([{ objectClass: 'personal', shape: '{document}' }])
  expect(baselineOf(renderBaseline(proposed, EVIDENCE)).reads).toEqual(proposed.baseline.reads)
})

it('takes the quick ones among the usual gaps, though they are the few of another way', () => {
  const quick = Array.from({ length: 12 }, (_, i) => summary(40 + i, { to: '192.0.2.1', at: (40 + i) * 60_000 + 8 }))
  const { proposed } = proposedFrom([...summaries(30), ...quick.flat()])
  expect(proposed?.baseline.gaps).toEqual([{ objectClass: 'personal', usual: 3 }])
})

it('proposes nothing of secrets, and tells them to the reviewer', () => {
  const leak = summaries(30).map((use) => ({
    ...use,
    ...(use.class && { class: 'credential' }),
    ...(use.flow && { flow: use.flow.map(([id]) => [id, 'credential'] as const) }),
  }))
  const { proposed } = proposedFrom(leak)
  expect(proposed?.baseline).toMatchObject({ reads: [], flows: [], gaps: [] })
  expect(proposed?.withheld).toContain('credential > itself > tcp 198.51.100.10:443 (30 runs)')
})

describe('many names of one folder', () => {
  const NAMES = ['amber', 'birch', 'cedar', 'dune', 'ember', 'fern', 'grove', 'heath']
  const runs = (names: readonly string[], over: Partial<Written> = {}): Written[] =>
    names.flatMap((name, run) =>
      summary(run).map((use) =>
        use.action === 'file_read' ? { ...use, path: `/home/a/letters/${name}`, ...over } : use,
      ),
    )

  it('are any name there and below, though each was read but once', () => {
    expect(proposedFrom(runs(NAMES)).proposed?.baseline.reads).toEqual([
      { objectClass: 'personal', shape: '~/letters/**' },
    ])
    const few = proposedFrom(runs(NAMES.slice(1))).proposed
    expect(few?.baseline.reads).toEqual([])
    expect(few?.seldom).toHaveLength(7)
  })

  it('are any name there, and not below, in the folder of a person', () => {
    const own = runs(NAMES).map((use) => ({ ...use, ...(use.path && { path: use.path.replace('/letters', '') }) }))
    expect(proposedFrom(own).proposed?.baseline.reads).toEqual([{ objectClass: 'personal', shape: '~/{any}' }])
  })

  it('of one ending are any name that ends so, from three on', () => {
    const [one = '', two = '', three = '', ...others] = NAMES
    const texts = [one, two, three].map((name) => `${name}.txt`)
    const reads = (names: readonly string[]): unknown => proposedFrom(runs(names)).proposed?.baseline.reads
    expect(reads(texts)).toEqual([{ objectClass: 'personal', shape: '~/letters/{any}.txt' }])
    expect(reads([...texts, `${others[0]}.pdf`])).toEqual([{ objectClass: 'personal', shape: '~/letters/{any}.txt' }])
    expect(reads(texts.slice(1))).toEqual([])
    expect(reads([one, two, three])).toEqual([])
  })

  it('are not where objects of a class are changed', () => {
    const changed = runs(NAMES, { action: 'file_write', class: 'account' })
    expect(proposedFrom(changed, 1).proposed?.baseline.changes).toHaveLength(8)
  })
})

it.each<[string, ReturnType<typeof proposeBaseline>, string]>([
  [
    'of whom nothing was learned',
    proposeBaseline('task/x', undefined, { isService: false, owner: 'o', seenIn: 2, span: SPAN }),
    'behaviour/nothing-learned',
  ],
  ['that ran seldom', proposedFrom(summaries(3)), 'behaviour/few-runs'],
  [
    'that goes to more hosts than can be told apart',
    proposedFrom(
      Array.from({ length: 2000 }, (_, i) => ({
        action: 'network_connect',
        at: i,
        task: 'summarize',
        to: `10.0.${i >> 8}.${i & 255}`,
      })),
    ),
    'behaviour/too-many',
  ],
])('says so of a task %s', (_, { diagnostics }, code) => {
  expect(diagnostics.map((one) => one.code)).toContain(code)
})

describe('where files of no class are more than can be told apart', () => {
  const word = (n: number): string =>
    String.fromCharCode(...[0, 1, 2].map((at) => 97 + (Math.floor(n / 26 ** at) % 26)))
  const littered = Array.from({ length: 3000 }, (_, n): Written[] => [
    ...(n < 30 ? summary(n) : []),
    { action: 'file_create', at: n * 60_000, task: 'summarize', path: `/tmp/${word(n)}/${word(n)}` },
  ]).flat()

  it('the baseline of an agent, which does not tell them, has none', () => {
    const { proposed, diagnostics } = proposedFrom(littered)
    expect(diagnostics).toEqual([])
    expect(proposed?.baseline).toMatchObject({ changes: [], reads: [{ shape: '~/notes/report-{n}.txt' }] })
  })

  it('that of a service, which tells them, is none', () => {
    const { proposed, diagnostics } = proposedFrom(littered, 2, true)
    expect(diagnostics).toMatchObject([{ severity: 'error', code: 'behaviour/too-many' }])
    expect(proposed).toBeUndefined()
  })
})

it.each([
  ['subject: x\ntitle: t\nowner: o\n', 'behaviour/baseline-subject'],
  ['title: t\nowner: o\n', 'behaviour/missing-key'],
  [`${HEAD}destinations: [somewhere]\n`, 'behaviour/baseline-entry'],
  [`${HEAD}destinations: ["tcp 1.2.3.400:1"]\n`, 'behaviour/baseline-entry'],
  [`${HEAD}programs: [python3]\n`, 'behaviour/baseline-entry'],
  [`${HEAD}programs: ["/usr/*"]\n`, 'behaviour/baseline-entry'],
  [`${HEAD}changes: [file_eat /x]\n`, 'behaviour/unknown-word'],
  [`${HEAD}reads: ["Personal /x"]\n`, 'behaviour/baseline-entry'],
  [`${HEAD}flows: [personal]\n`, 'behaviour/baseline-entry'],
  [`${HEAD}gaps: [{class: personal, usual: soon}]\n`, 'behaviour/duration'],
  [`${HEAD}gaps: [soon]\n`, 'behaviour/wrong-type'],
  [`${HEAD}rates: {bytes_sent: many}\n`, 'behaviour/wrong-type'],
  [`${HEAD}allow: all\n`, 'behaviour/unknown-key'],
  [`${HEAD}programs: [${Array.from({ length: 1001 }, (_, i) => `/p${i}`).join(', ')}]\n`, 'behaviour/baseline-size'],
  ['- a list\n', 'behaviour/wrong-type'],
])('refuses %j', (text, code) => {
  const { reviewed, diagnostics } = parseReviewed(new Source('b.yml', text))
  expect(reviewed).toBeUndefined()
  expect(diagnostics.map((one) => one.code)).toContain(code)
})

it.each(['tcp 198.51.100.10:443', 'udp [2001:db8::1]:53', 'any 192.0.2.1', '{api}'])('reads %s back', (text) => {
  const found = parseDestination(text)
  expect(found && destinationText(found)).toBe(text)
})

it('tells many small steps as one sum', () => {
  const step = (hosts: number, bytes: number): ReturnType<typeof baselineOf> =>
    baselineOf(
      `${HEAD}destinations: [${Array.from({ length: hosts }, (_, i) => `tcp 10.0.0.${i}:443`).join(', ')}]\nrates: {bytes_sent: ${bytes}}\n`,
    )
  const all = [1, 2, 3, 4, 5].map((count) => step(count, count * 1000))
  expect(driftOf(all)).toMatchObject({
    approvals: 4,
    first: 1,
    added: 4,
    removed: 0,
    widened: ['rates bytes_sent 1000 -> 5000'],
  })
  expect(driftOf(all.slice(0, 1))).toBeUndefined()
  const [first, second] = all as [ReturnType<typeof step>, ReturnType<typeof step>]
  expect(changesOf(first, second)).toEqual([
    { set: 'destinations', kind: 'added', entry: 'tcp 10.0.0.1:443' },
    { set: 'rates', kind: 'changed', entry: 'bytes_sent 1000 -> 2000' },
  ])
  expect(changesOf(second, first)[0]).toMatchObject({ kind: 'removed' })
})

it('knows the fleet as the sum of all, of whom no baseline is made', () => {
  expect(fleetOf(learnedFrom(summaries(2))).runs).toBe(2)
})
