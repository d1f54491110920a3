import { Source, type Span } from '../../../src/diagnostic/source.ts'
import type { Time } from '../../../src/event/record.ts'
import { DAY } from '../../../src/govern/day.ts'
import type { DeploymentRecord } from '../../../src/govern/deployment.ts'
import { parseException } from '../../../src/govern/exception/exception.ts'
import type { BaselineRecord, History, RuleRecord, TestRecord } from '../../../src/govern/history.ts'
import type { HostResult } from '../../../src/govern/host/item.ts'
import type { HostReport } from '../../../src/govern/host/report.ts'
import type { Act, RecordAct } from '../../../src/govern/log/entry.ts'
import { readLog } from '../../../src/govern/log/log.ts'
import { parsePeriod, type Period } from '../../../src/govern/period.ts'
import { gatherItems } from '../../../src/govern/review/gather.ts'
import {
  countByKind,
  digestOfText,
  drawSample,
  renderPopulation,
  type Item,
} from '../../../src/govern/review/population.ts'
import { followReviews } from '../../../src/govern/review/review.ts'
import type { Allowed } from '../../../src/govern/risk/allowed.ts'
import type { Risk } from '../../../src/govern/risk/risk.ts'
import type { GapKind } from '../../../src/govern/trace/gap.ts'
import type { AlertState, RegisteredAlert } from '../../../src/govern/triage/register.ts'
import { VERDICTS } from '../../../src/govern/triage/verdict.ts'
import { at, LogWriter, person, signersOf, type Person } from '../log/people.ts'

export const QUARTER = parsePeriod('2026-Q4') as Period

export const anna = person('anna')
export const bert = person('bert')
export const SIGNERS_TEXT = `${anna.line}\n${bert.line}\n`

/** A gap that was planted, and what it is about. */
export interface Planted {
  readonly kind: GapKind
  readonly subject: string
}

export interface Quarter {
  readonly history: History
  readonly log: string
  readonly planted: readonly Planted[]
}

const RULES = 20
const HOSTS = 10
const START = QUARTER.from
const HOUR = 3_600_000

/** The same numbers in the same order, always (mulberry32). */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) % below
  }
}

/** A quarter of a pack in which all is as it should be, but for the gaps that are planted: each once. */
export function makeQuarter(count: number, plant: ReadonlySet<GapKind> = new Set()): Quarter {
  const planted: Planted[] = []
  /** Whether to plant it; what it is about is noted. */
  const has: Has = (kind, subject, again = true) => {
    const known = planted.some((each) => each.kind === kind && each.subject === subject)
    if (plant.has(kind) && (again || !known)) planted.push({ kind, subject })
    return plant.has(kind)
  }
  const pack = { name: 'made-up', version: '1.0.0', digest: digestOfText('pack 19') }
  const base = {
    pack,
    ...declarations(has),
    alerts: makeAlerts(count, has),
    deployments: makeDeployments(has),
    stretches: plant.has('no-coverage') ? [] : makeStretches(has),
    hosts: makeHosts(has),
    ...files(has),
  }
  if (plant.has('no-coverage')) planted.push({ kind: 'no-coverage', subject: QUARTER.name })
  const populations = new Map<string, readonly Item[]>()
  const written = writeLog(base, populations, has)
  if (has('population-lost', '2026-W44')) populations.delete('2026-W44')
  const log = readLog(new Source('log.ndjson', written), signersOf(anna, bert), at('2027-06-01'))
  return { history: { ...base, populations, log, reviews: followReviews(log.entries) }, log: written, planted }
}

/** @param again whether it is one more gap when it was planted before */
type Has = (kind: GapKind, subject: string, again?: boolean) => boolean
type Undated = Omit<History, 'log' | 'reviews' | 'populations'>

const SPAN: Span = { source: new Source('made-up.yml', ''), start: 0, end: 0 }

function declarations(has: Has): Pick<History, 'risks' | 'allowed' | 'rules' | 'tests'> {
  const risks: Risk[] = [1, 2, 3, 4, 5].map((n) => ({
    ...{ id: `R-${n}`, title: `Risk ${n}`, owner: 'Head of risks', why: 'It would be bad.', capabilities: null },
    acceptance: { reason: 'Work needs it.', until: at('2028-12-31'), span: SPAN },
    span: SPAN,
  }))
  const allowed: Allowed[] = Array.from({ length: 10 }, (_, n) => ({
    ...{ id: `task-${n % 3}/grant-${n}`, by: 'task', holder: `task-${n % 3}`, capabilities: ['file_read'] },
    ...{ risks: [`R-${(n % 5) + 1}`], span: SPAN },
  }))
  const rules: RuleRecord[] = Array.from({ length: RULES }, (_, n) => ({
    ...{ id: ruleId(n), name: `rule-${n}`, title: `Rule ${n} <b>&`, version: 3, level: 'high', status: 'stable' },
    ...{ file: `rules/detections/rule-${n}.yml`, risks: [`R-${(n % 5) + 1}`], grant: null, tags: ['attack.t1552.004'] },
  }))
  const tests: TestRecord[] = rules.flatMap(({ id }) =>
    [1, 0].map((expected) => ({
      rule: id,
      name: expected > 0 ? 'attack' : 'benign',
      events: 'a.ndjson',
      expected,
      passed: true,
    })),
  )
  if (has('allowed-without-risk', 'task-9/loose')) {
    // Rules are found by risks: without one, nothing watches it either.
    has('allowed-without-rule', 'task-9/loose')
    allowed.push({ id: 'task-9/loose', by: 'task', holder: 'task-9', capabilities: ['mount'], risks: [], span: SPAN })
  }
  if (has('risk-without-rule', 'R-6')) risks.push({ ...(risks[0] as Risk), id: 'R-6' })
  if (has('risk-not-accepted', 'R-5'))
    risks[4] = { ...(risks[4] as Risk), acceptance: { reason: 'x', until: at('2026-12-01'), span: SPAN } }
  if (has('rule-without-risk', ruleId(3))) rules[3] = { ...(rules[3] as RuleRecord), risks: [] }
  if (has('rule-without-test', ruleId(4)))
    tests.splice(
      tests.findIndex(({ rule, expected }) => rule === ruleId(4) && expected === 0),
      1,
    )
  if (has('test-failed', ruleId(5))) tests[10] = { ...(tests[10] as TestRecord), passed: false }
  if (has('rule-never-deployed', ruleId(RULES))) {
    const fresh = { ...(rules[0] as RuleRecord), id: ruleId(RULES), title: 'Fresh' }
    rules.push(fresh)
    for (const test of tests.filter(({ rule }) => rule === ruleId(0))) tests.push({ ...test, rule: fresh.id })
  }
  return { risks, allowed, rules, tests }
}

function ruleId(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
}

function makeAlerts(count: number, has: Has): readonly RegisteredAlert[] {
  const roll = dice(9)
  const length = QUARTER.to - START
  const alerts = Array.from({ length: count }, (_, n): RegisteredAlert => {
    const raised = (START + Math.floor((n / count) * length)) as Time
    const seen = (raised + 60_000 * (1 + roll(120))) as Time
    const ended = (seen + 60_000 * (1 + roll(2880))) as Time
    const rule = Math.min(roll(RULES), roll(RULES))
    const verdict = VERDICTS[roll(3) === 0 ? roll(VERDICTS.length) : 1] ?? 'other'
    const states: AlertState[] = [
      { at: seen, status: 'acknowledged', verdict: null, by: 'carla', note: null },
      { at: ended, status: 'closed', verdict, by: 'carla', note: n % 50 === 0 ? '=HYPERLINK("x"), "quoted"' : null },
    ]
    return {
      ...{
        id: digestOfText(`alert ${n}`),
        target: 'elastic',
        rule: ruleId(rule),
        title: `Rule ${rule} <b>&`,
        version: 3,
      },
      ...{ host: `host-${roll(HOSTS)}`, happened: (raised - 1000 * roll(600)) as Time, raised, states },
    }
  })
  const change = (n: number, part: Partial<RegisteredAlert>): void => {
    alerts[n] = { ...(alerts[n] as RegisteredAlert), ...part }
  }
  const id = (n: number): string => alerts[n]?.id ?? ''
  if (has('alert-of-unknown-rule', id(10))) change(10, { rule: 'gone', title: 'Gone' })
  if (has('alert-left-open', id(20))) change(20, { states: [] })
  if (has('alert-without-verdict', id(30)))
    change(30, {
      states: [
        { at: ((alerts[30]?.raised ?? 0) + HOUR) as Time, status: 'closed', verdict: null, by: 'carla', note: null },
      ],
    })
  return alerts
}

/** The first puts all rules there, before the quarter; 20 more of ten changes each are in it. */
function makeDeployments(has: Has): readonly DeploymentRecord[] {
  const one = (n: number, time: number, rules: readonly number[]): DeploymentRecord => ({
    ...{
      id: `2026-${String(n).padStart(3, '0')}`,
      target: 'elastic',
      at: time as Time,
      by: 'anna@host',
      purpose: 'deploy',
    },
    ...{ state: 'done', pack: { name: 'made-up', version: `0.${n}.0`, digest: digestOfText(`pack ${n}`) } },
    changes: rules.map((rule) => ({
      ...{ kind: 'rule', id: ruleId(rule), title: `Rule ${rule}`, action: n < 0 ? 'create' : 'update', version: 3 },
      ...{ result: 'done', digest: digestOfText(`rule ${rule} of ${n}`) },
    })),
  })
  const all = Array.from({ length: RULES }, (_, n) => n)
  const made = Array.from({ length: 20 }, (_, n) =>
    one(n, START + n * 4 * DAY + HOUR, all.slice(n % 2 ? 10 : 0, n % 2 ? 20 : 10)),
  )
  const first = one(-1, START - 10 * DAY, all)
  // One that nobody approved, and one that was approved an hour later.
  const [never, later] = [has('change-not-approved', '2026-099'), has('change-not-approved', LATE)]
  return [
    first,
    ...made,
    ...(never ? [{ ...one(98, START + 50 * DAY, [1]), id: '2026-099' }] : []),
    ...(later ? [{ ...one(97, START + 51 * DAY, [1]), id: LATE }] : []),
  ]
}

const LATE = '2026-098'

function makeStretches(has: Has): History['stretches'] {
  const whole = (host: string): History['stretches'][number] => ({
    host,
    from: (START - DAY) as Time,
    to: (QUARTER.to + DAY) as Time,
    losses: [],
  })
  const stretches = Array.from({ length: HOSTS }, (_, n) => whole(`host-${n}`))
  if (!has('coverage-gap', 'host-7')) return stretches
  const [from, to] = [(START + 20 * DAY) as Time, (START + 21 * DAY) as Time]
  return [
    ...stretches.slice(0, 7),
    { ...whole('host-7'), to: from },
    { ...whole('host-7'), from: to },
    ...stretches.slice(8),
  ]
}

/** Each host is checked twice; the second time counts. */
function makeHosts(has: Has): History['hosts'] {
  const report = (n: number, day: number, result: HostResult): HostReport => ({
    host: `host-${n}`,
    at: (START + day * DAY) as Time,
    findings: [
      { id: 'DP-2.1', unit: 'web.service', result, evidence: ['exposure <b> 1.2 OK'] },
      { id: 'DP-7.3', unit: null, result: 'pass', evidence: ['the event was found'] },
    ],
  })
  const later = (n: number): HostResult => {
    if (n === 3 && has('host-failed', 'host-3')) return 'fail'
    return n === 4 && has('host-not-told', 'host-4') ? 'unknown' : 'pass'
  }
  const all = Array.from({ length: HOSTS }, (_, n) => n)
  const checked = has('host-not-checked', 'host-5') ? all.filter((n) => n !== 5) : all
  return checked.flatMap((n) => [report(n, 10, 'fail'), report(n, 80, later(n))])
}

function files(has: Has): Pick<History, 'exceptions' | 'baselines'> {
  const baseline = (id: string, days: number): BaselineRecord => ({
    ...{ id, title: id, owner: 'IT', proposedBy: 'anna', approved: null, reviewEvery: days * DAY },
    ...{ file: `rules/baselines/units/${id}.yml`, digest: digestOfText(id) },
  })
  const exception = (id: string, until: string): History['exceptions'][number] => {
    const text = `id: ${id}
title: Backup
rule: rule-1
reason: It has to.
owner: IT
author: anna
approver: bert
ticket: OPS-1
scope: {process.executable: /usr/bin/restic}
from: 2026-09-20
until: ${until}
residual: [rule-2]
tests: {fires: a.ndjson, silent: b.ndjson}
`
    const { exception: read } = parseException(new Source(`rules/exceptions/${id}.yml`, text))
    if (read === undefined) throw new Error('no exception')
    return { exception: read, file: `rules/exceptions/${id}.yml`, digest: digestOfText(text) }
  }
  return {
    baselines: [
      baseline('web.service', 200),
      baseline('db.service', 200),
      ...(has('baseline-overdue', 'old.service') ? [baseline('old.service', 30)] : []),
      ...(has('baseline-not-approved', 'new.service') ? [baseline('new.service', 200)] : []),
    ],
    exceptions: [
      exception('X-1', '2027-03-31'),
      ...(has('exception-expired', 'X-2') ? [exception('X-2', '2026-11-15')] : []),
      ...(has('exception-not-approved', 'X-3') ? [exception('X-3', '2027-03-31')] : []),
    ],
  }
}

/** Twelve reviews: ten weeks, December, and the quarter. */
const REVIEWED = [...Array.from({ length: 10 }, (_, n) => `2026-W${40 + n}`), '2026-12', '2026-Q4']

interface Planned {
  readonly time: Time
  readonly who: Person
  readonly act: Act | { readonly kind: 'end'; readonly period: string }
}

function writeLog(base: Undated, populations: Map<string, readonly Item[]>, has: Has): string {
  const log = new LogWriter()
  const approval = (file: string, digest: string, time: Time): readonly Planned[] => [
    { time, who: anna, act: { kind: 'propose', file, digest } },
    { time, who: bert, act: { kind: 'approve', file, digest } },
  ]
  const before = (START - 12 * DAY) as Time
  const signed = [...base.baselines, ...base.exceptions].filter(({ file }) => !/new\.service|X-3/.test(file))
  const deployed = base.deployments.filter(({ id }) => id !== '2026-099')
  const missing = has('review-missing', '2026-12-07 to 2026-12-31')
  const reviewed = REVIEWED.filter((name) => !missing || name.includes('W'))
  const planned: readonly Planned[] = [
    { time: before, who: anna, act: { kind: 'propose', file: 'notes.yml', digest: digestOfText('never approved') } },
    ...signed.flatMap(({ file, digest }) => approval(file, digest, before)),
    ...deployed.flatMap(({ pack, at: time, id }) =>
      approval(`pack ${pack.name} ${pack.version}`, pack.digest, (id === LATE ? time + HOUR : time - HOUR) as Time),
    ),
    ...reviewed.flatMap((name) => reviewOf(base, parsePeriod(name) as Period, populations, has, missing)),
  ]
  for (const { time, who, act } of [...planned].sort((a, b) => a.time - b.time))
    log.add(
      who,
      time,
      act.kind === 'end' ? { kind: 'close', period: act.period, conclusion: 'seen', root: log.root } : act,
    )
  if (has('review-rule-broken', `line ${log.lines.length + 2}`)) {
    const own = { file: 'rules/x.yml', digest: digestOfText('own') }
    const time = at('2027-02-01')
    log.add(anna, time, { kind: 'propose', ...own }).add(anna, time, { kind: 'approve', ...own })
  }
  const [first = '', ...rest] = log.lines
  if (!has('log-damaged', 'line 1')) return log.text
  const flipped = first.replace(/"sig":"./, (found) => `"sig":"${found.endsWith('A') ? 'B' : 'A'}`)
  return [flipped, ...rest].map((line) => `${line}\n`).join('')
}

function reviewOf(
  base: Undated,
  period: Period,
  populations: Map<string, readonly Item[]>,
  has: Has,
  missing: boolean,
): readonly Planned[] {
  const { name } = period
  const { items: all, query } = gatherItems({ ...base } as History, period)
  const items = [...all]
  const kept = items.findIndex(({ id }) => id === base.alerts[40]?.id)
  // Told once, however many reviews should have had it.
  if (kept >= 0 && has('not-in-population', `alert:${items[kept]?.id ?? ''}`, false)) items.splice(kept, 1)
  if (name === '2026-W47' && has('gone-since-review', 'alert:gone'))
    items.push({ kind: 'alert', id: 'gone', title: 'Gone', author: null, digest: digestOfText('gone') })
  populations.set(name, items)
  const drawn = drawSample(items, name, 5)
  const chosen = name === '2026-W45' && has('sample-not-drawn', name)
  const other = items.map((item) => `${item.kind}:${item.id}`).find((each) => !drawn.includes(each)) ?? ''
  const sample = chosen ? [other, ...drawn.slice(1)].sort() : drawn
  const digests = new Map(items.map((item) => [`${item.kind}:${item.id}`, item.digest]))
  const start = (period.to + HOUR) as Time
  const due = (start + 7 * DAY) as Time
  const late = name === '2026-W41' && has('review-late', name)
  const unfinished = name === '2026-W42' && has('review-unfinished', name)
  // Nothing else covers that week then.
  if (unfinished && missing) has('review-missing', '2026-10-12 to 2026-10-18')
  const finding = name === '2026-W43' && has('finding-not-followed', sample[0] ?? '')
  const when = (late ? due + DAY : start + HOUR) as Time
  const own = name === '2026-W46' ? sample.find((each) => each.startsWith('change:')) : undefined
  const byAuthor = own !== undefined && has('own-item-judged', own)
  const [withdrawn = ''] = name === '2026-W48' ? sample : []
  const taken = withdrawn !== '' && has('finding-withdrawn', withdrawn)
  const outcomes = sample
    .filter((_, i) => !(unfinished && i === 1))
    .map((item, i): Planned => ({
      ...{ time: when, who: byAuthor && item === own ? anna : bert },
      act: {
        ...{ kind: 'record', period: name, item, digest: digests.get(item) ?? '', note: 'looked at', follow: '' },
        outcome: finding && i === 0 ? 'finding' : 'in-order',
      },
    }))
  const before: readonly Planned[] = outcomes.slice(0, taken ? 1 : 0).map(({ time, who, act }) => ({
    ...{ time, who },
    act: { ...(act as RecordAct), outcome: 'finding', follow: 'OPS-1', note: 'nobody looked' },
  }))
  return [
    {
      ...{ time: start, who: bert },
      act: {
        ...{ kind: 'start', period: name, digest: digestOfText(renderPopulation(items)), sizes: countByKind(items) },
        ...{ query, seed: name, sample, due },
      },
    },
    ...before,
    ...outcomes,
    ...(unfinished ? [] : [{ time: when, who: bert, act: { kind: 'end', period: name } } as const]),
  ]
}
