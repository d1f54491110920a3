import { readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import { beforeAll, describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { csvRecords } from '../../../src/govern/evidence/csv.ts'
import { bundleFiles, fileOf, INDEX_FILE, indexOf } from '../../../src/govern/evidence/bundle.ts'
import { drawEvidence, type Evidence } from '../../../src/govern/evidence/model.ts'
import { verifyEvidence } from '../../../src/govern/evidence/verify.ts'
import type { Act } from '../../../src/govern/log/entry.ts'
import { seal } from '../../../src/govern/log/envelope.ts'
import { readLog } from '../../../src/govern/log/log.ts'
import { GAP_KINDS, type GapKind } from '../../../src/govern/trace/gap.ts'
import { at, LogWriter, person, signersOf, stranger } from '../log/people.ts'
import { anna, bert, makeQuarter, QUARTER, SIGNERS_TEXT, type Quarter } from './quarter.ts'

const PLANTED = new Set<GapKind>(GAP_KINDS.filter((kind) => kind !== 'no-coverage'))

interface Bundle {
  readonly quarter: Quarter
  readonly evidence: Evidence
  readonly files: ReadonlyMap<string, string>
}

function build(count: number, plant: ReadonlySet<GapKind>): Bundle {
  const quarter = makeQuarter(count, plant)
  const evidence = drawEvidence(quarter.history, QUARTER)
  const files = bundleFiles(evidence, { log: quarter.log, signers: SIGNERS_TEXT })
  return {
    quarter,
    evidence,
    files: new Map([
      ...[...files].map(([name, { pieces }]) => [name, [...pieces()].join('')] as const),
      [INDEX_FILE, `${seal(indexOf(evidence, files), anna.key)}\n`],
    ]),
  }
}

let whole: Bundle
beforeAll(() => {
  whole = build(10_000, PLANTED)
})

describe('the evidence of a quarter of 10,000 alerts and 200 changes', () => {
  it('lists every planted gap, first and nothing else', () => {
    const { quarter, evidence, files } = whole
    const listed = evidence.gaps.map(({ kind, subject }) => `${kind} ${subject}`)
    expect(listed.sort()).toEqual(quarter.planted.map(({ kind, subject }) => `${kind} ${subject}`).sort())
    const report = files.get('report.html') ?? ''
    for (const { subject } of quarter.planted) expect(report).toContain(`<code>${subject}</code>`)
    expect(report.indexOf('id="gaps"')).toBeLessThan(report.indexOf('id="figures"'))
    expect(evidence.parts.changes.population).toBe(202)
    expect(report.replace(/\s+/g, ' ')).toMatch(
      /<code>DP-2\.1<\/code><\/td> <td>its unit grants[^<]+<\/td> <td class="n">7<\/td><td class="n">1<\/td><td class="n">0<\/td><td class="n">1<\/td>/,
    )
    const checks = (files.get('hosts.csv') ?? '').split('\r\n').filter((line) => line.startsWith('host-3,'))
    expect(checks.map((line) => line.split(',').slice(1, 4).join(' '))).toContain(
      '2026-12-20T00:00:00.000Z DP-2.1 web.service',
    )
  })

  it('says of every rule how it did, and of a silent one when it fired last', () => {
    const rows = csvRecords(whole.files.get('rules.csv') ?? '')
    expect(rows).toHaveLength(1 + whole.evidence.history.rules.length)
    expect(rows.find((row) => row.includes('Fresh'))).toMatch(/,1,1,,0,0,0,0,0,0,0,0,0,,\r\n$/)
    expect(rows[1]).toMatch(/^0{8}-.*,elastic v3,\d+,.*,2026-12-31T.*Z\r\n$/)
    const silent = whole.evidence.silent.length
    expect(silent).toBe(1)
    expect(whole.files.get('report.html')?.replace(/\s+/g, ' ')).toContain('1 rule of the pack did not fire: Fresh.')
  })

  it('is the same to the byte when it is made again', () => {
    const again = build(10_000, PLANTED)
    expect([...again.files.keys()]).toEqual([...whole.files.keys()])
    for (const [name, text] of whole.files) expect(again.files.get(name) === text, name).toBe(true)
  })

  it.each([
    ['component-definition', 'oscal_component_schema.json'],
    ['assessment-results', 'oscal_assessment-results_schema.json'],
    ['plan-of-action-and-milestones', 'oscal_poam_schema.json'],
  ])('is valid OSCAL: %s', (name, schema) => {
    const ajv = new Ajv({ strict: false, allErrors: true })
    formats.default(ajv)
    const check = ajv.compile(
      JSON.parse(readFileSync(new URL(`oscal/${schema}`, import.meta.url), 'utf8')) as JsonObject,
    )
    for (const files of [whole.files, build(20, new Set()).files]) {
      check(JSON.parse(files.get(`oscal/${name}.json`) ?? '{}'))
      expect(check.errors?.slice(0, 3) ?? []).toEqual([])
    }
  })

  it('lets nothing that was written by others into the page or into a spreadsheet', () => {
    const report = whole.files.get('report.html') ?? ''
    expect(report).toContain('Rule 1 &lt;b&gt;&amp;')
    expect(report).not.toMatch(/<b>&|<script|https?:\/\/|javascript:/i)
    const cells = whole.files.get('alerts.csv') ?? ''
    expect(cells).toContain(`"'=HYPERLINK(""x""), ""quoted"""`)
    expect(cells).not.toMatch(/(?:^|,)"?=/m)
  })

  it('has a layer for the ATT&CK Navigator', () => {
    const layer = JSON.parse(whole.files.get('attack-navigator.json') ?? '{}') as JsonObject
    expect(layer).toMatchObject({ domain: 'enterprise-attack', techniques: [{ techniqueID: 'T1552.004', score: 21 }] })
  })
})

describe('verification', () => {
  let good: Bundle
  beforeAll(() => {
    good = build(200, new Set())
  })
  const signers = signersOf(anna, bert)
  const codes = (change: (files: Map<string, string>) => void, keys = signers): readonly string[] => {
    const files = new Map(good.files)
    change(files)
    const bytes = new Map([...files].map(([name, text]) => [name, Buffer.from(text)]))
    const { anchor } = good.quarter.history.log
    return verifyEvidence(bytes, keys, at('2027-06-01'), [anchor]).diagnostics.map(({ code, message }) =>
      `${code} ${/"([\w./-]+)"/.exec(message)?.[1] ?? ''}`.trim(),
    )
  }
  const replace = (name: string, from: string | RegExp, to: string) => (files: Map<string, string>) =>
    void files.set(name, (files.get(name) ?? '').replace(from, to))
  const resign =
    (key = anna.key, evidence = good.evidence) =>
    (files: Map<string, string>) => {
      const rest = new Map(
        [...files].flatMap(([name, text]) => (name === INDEX_FILE ? [] : [[name, fileOf(text)] as const])),
      )
      files.set(INDEX_FILE, `${seal(indexOf(evidence, rest), key)}\n`)
    }

  it('finds all as it was', () => {
    expect(codes(() => undefined)).toEqual([])
  })

  it.each<[string, (files: Map<string, string>) => void, readonly string[]]>([
    [
      'a figure in the report',
      replace('report.html', 'until somebody looked', 'until nobody looked'),
      ['govern/evidence-changed report.html'],
    ],
    ['a file taken out', (files) => void files.delete('gaps.csv'), ['govern/evidence-missing gaps.csv']],
    ['a file put in', (files) => void files.set('gaps-2.csv', ''), ['govern/evidence-extra gaps-2.csv']],
    ['no index', (files) => void files.delete(INDEX_FILE), ['govern/evidence-index']],
    ['a byte of the index', replace(INDEX_FILE, /"sig":"..../, '"sig":"AAAA'), ['govern/evidence-signature']],
    [
      'a line of the log',
      (files) => void files.set('log.ndjson', (files.get('log.ndjson') ?? '').split('\n').toSpliced(4, 1).join('\n')),
      ['govern/evidence-changed log.ndjson', 'govern/log-missing', 'govern/log-cut', 'govern/log-cut'],
    ],
  ])('names %s', (_what, change, expected) => {
    expect(codes(change)).toEqual(expected)
  })

  const another: Act = { kind: 'propose', file: 'another.yml', digest: 'ab'.repeat(32) }
  it.each<[string, (lines: readonly string[]) => readonly string[], readonly string[]]>([
    [
      'a byte of the log changed',
      (lines) => lines.with(3, lines[3]?.replace(/"sig":"..../, '"sig":"AAAA') ?? ''),
      ['govern/log-signature anna', 'govern/log-rewritten'],
    ],
    ['an entry taken out', (lines) => lines.toSpliced(3, 1), ['govern/log-missing', 'govern/log-cut']],
    [
      'two entries in another order',
      (lines) => lines.with(3, lines[4] ?? '').with(4, lines[3] ?? ''),
      ['govern/log-order', 'govern/log-rewritten'],
    ],
    [
      'an entry that is dated back',
      (lines) => new LogWriter(lines).add(anna, at('2020-01-01'), another).lines,
      ['govern/log-time'],
    ],
    [
      'an entry that is signed with the wrong key',
      (lines) => new LogWriter(lines).add(stranger('anna'), at('2027-05-01'), another).lines,
      ['govern/unknown-key anna'],
    ],
    [
      'the whole log written anew',
      (lines) => lines.reduce((log) => log.add(anna, at('2027-05-01'), another), new LogWriter()).lines,
      ['govern/log-rewritten'],
    ],
  ])('names %s by somebody who has a key, and signed the index anew', (_what, change, expected) => {
    const text = change(good.quarter.log.trimEnd().split('\n'))
      .map((line) => `${line}\n`)
      .join('')
    const log = readLog(new Source('log.ndjson', text), signers, at('2027-06-01'))
    const forged = { ...good.evidence, history: { ...good.evidence.history, log } }
    const forge = (files: Map<string, string>): void => {
      files.set('log.ndjson', text)
      resign(anna.key, forged)(files)
    }
    expect(codes(forge)).toEqual(expected)
  })

  it('counts again what somebody who has a key wrote anew', () => {
    const lie = (files: Map<string, string>): void => {
      replace('metrics.json', /"alerts": 200/, '"alerts": 199')(files)
      resign()(files)
    }
    expect(codes(lie)).toEqual(['govern/evidence-totals'])
    const verdict = (files: Map<string, string>): void => {
      replace('alerts.ndjson', '"verdict":"benign_true_positive"', '"verdict":"true_positive"')(files)
      resign()(files)
    }
    expect(codes(verdict)).toEqual(
      ['govern/evidence-totals', 'govern/evidence-totals alerts.csv'].map((each) => each.split(' ')[0]),
    )
  })

  it.each<[string, GapKind, (row: string) => boolean]>([
    ['a review rule that was broken', 'review-rule-broken', (row) => row.startsWith('review-rule-broken')],
    ['an alert that was closed without a verdict', 'alert-without-verdict', (row) => row.startsWith('alert-without')],
    ['an alert that was left open', 'alert-left-open', (row) => row.startsWith('alert-left-open')],
    ['a finding that was taken back', 'finding-withdrawn', (row) => row.startsWith('finding-withdrawn')],
    ['a sample that was chosen', 'sample-not-drawn', (row) => row.startsWith('sample-not-drawn')],
    ['an outcome of who made the item', 'own-item-judged', (row) => row.startsWith('own-item-judged')],
    ['an alert that no review had', 'not-in-population', (row) => row.startsWith('not-in-population')],
  ])('finds %s anew where somebody who has a key took it out of the list', (_what, kind, isOf) => {
    const bundle = build(500, new Set([kind]))
    const hide = (bundle: Bundle): ReadonlyMap<string, Buffer> => {
      const files = new Map(bundle.files)
      const rows = csvRecords(files.get('gaps.csv') ?? '')
      expect(rows.filter(isOf)).toHaveLength(1)
      files.set('gaps.csv', rows.filter((row) => !isOf(row)).join(''))
      const gaps = bundle.evidence.gaps.filter((each) => each.kind !== kind)
      resign(anna.key, { ...bundle.evidence, gaps })(files)
      return new Map([...files].map(([name, text]) => [name, Buffer.from(text)]))
    }
    const { diagnostics } = verifyEvidence(hide(bundle), signers, at('2027-06-01'), [])
    expect(diagnostics.map(({ code }) => code)).toContain('govern/evidence-totals')
    expect(diagnostics.map(({ message }) => message).join('\n')).toMatch(/gaps\.csv does not list .+/)
    expect(diagnostics.map(({ message }) => message).join('\n')).toMatch(/controls\.csv says another thing of/)
  })

  it('counts gaps and controls again', () => {
    const gap = (files: Map<string, string>): void => {
      files.set('gaps.csv', `${files.get('gaps.csv') ?? ''}rule-without-test,tests,x,y\r\n`)
      resign()(files)
    }
    expect([...new Set(codes(gap))]).toEqual(['govern/evidence-totals'])
    const control = (files: Map<string, string>): void => {
      replace('controls.csv', ',satisfied,0', ',not-satisfied,0')(files)
      resign()(files)
    }
    expect(codes(control)).toEqual(['govern/evidence-totals'])
  })

  it('finds that a population is another than the one that was signed', () => {
    const name = 'populations/2026-W41.ndjson'
    const change = (files: Map<string, string>): void => {
      replace(name, '"author":"carla"', '"author":"anna"')(files)
      resign()(files)
    }
    expect(good.files.get(name)).toContain('"author":"carla"')
    expect(codes(change)).toEqual(['govern/evidence-totals'])
  })

  it('warns of a key that does not count any more', () => {
    const ended = signersOf(person('anna', 'valid-before="20270301Z"'), bert)
    const bytes = new Map([...good.files].map(([name, text]) => [name, Buffer.from(text)]))
    const told = (now: string): readonly string[] =>
      verifyEvidence(bytes, ended, at(now), []).diagnostics.map(({ severity, code }) => `${severity} ${code}`)
    expect(told('2027-02-20')).toEqual([])
    expect(told('2027-06-01')).toEqual(['warning govern/expired-key'])
  })

  it('takes no signature of a stranger, nor one of a key that had expired', () => {
    expect(codes(resign(stranger('anna').key))).toEqual(['govern/evidence-signature'])
    const expired = signersOf(person('anna', 'valid-before="20261231Z"'), bert)
    expect(codes(() => undefined, expired)).toContain('govern/expired-key anna')
  })
})
