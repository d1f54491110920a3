import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CompileContext } from '../../../src/backend/backend.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { latenessOf, reachOf } from '../../../src/backend/spl/window.ts'
import { alertId } from '../../../src/event/alert.ts'
import type { Json } from '../../../src/event/field.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { printRule } from '../../../src/ir/print.ts'
import { namedRules, type Absence, type Correlation, type Program } from '../../../src/ir/rule.ts'
import type { FieldInfo } from '../../../src/mapping/mapping.ts'
import { judge, timeOf } from '../../engine/brute-force/judge.ts'
import { programs, streams } from '../../engine/brute-force/program.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, ordered, program, ruleId, span } from '../program.ts'
import { search as runSearch, textOf, type Span } from './search.ts'

// Random rules on random events: the compiled text, run by our own engine for SPL, must give the identities that the
// definition gives (brute-force/judge.ts).

/** Mappings that differ in whether a join may be of lists, and whether numbers may be fractions. */
interface Known {
  readonly lists: boolean
  readonly fractions: boolean
}

function compilingWith({ lists, fractions }: Known): CompileContext {
  const fields: Readonly<Record<string, FieldInfo>> = {
    kind: { type: 'keyword', multi: true },
    g: { type: 'keyword', multi: true },
    j: { type: 'keyword', multi: lists },
    n: { type: fractions ? 'double' : 'long', multi: true },
  }
  return { ...context(), mapping: { ...context().mapping, field: (name: string) => fields[name] } }
}

const knowns = fc.record({ lists: fc.boolean(), fractions: fc.boolean() })

/** As the generator of the brute-force judge makes them, but for what Splunk never holds: null, and no sequence. */
function splunkStream(drafts: readonly EventRecord[], known: Known, tied: boolean): readonly EventRecord[] {
  return drafts.map(({ time, sequence, fields }, at) => {
    const { kind = null, g = null, j = null, n = null } = fields
    const joined = Array.isArray(j) && !known.lists ? (j[0] as Json) : j
    const number = known.fractions || !JSON.stringify(n).includes('.') ? n : null
    const kept = Object.entries({ kind, g, j: joined, n: number }).filter(([, value]) => value !== null)
    return {
      line: at + 1,
      time: timeOf(1_700_000_000_000 + (time ?? 3)),
      // A tie that is decided by nothing is only compared where the later line has the greater id.
      sequence: tied ? (sequence ?? 0) : at,
      id: at % 5 === 0 && !tied ? null : `line:${String(at + 1).padStart(2, '0')}`,
      fields: Object.fromEntries(kept),
    }
  })
}

/** With fields to show, which are kept beside the starts of chains. */
const shown = programs.map((program): Program => ({
  rules: new Map([...program.rules].map(([id, rule]) => [id, { ...rule, fields: ['j', 'kind'] }])),
}))

/** Compiles one correlation; the function gives the alerts of a run over a span, each with its closing time. */
function searchOf(
  program: Program,
  of: Correlation,
  known: CompileContext,
): ((events: readonly EventRecord[], span: Span) => ReadonlyMap<string, number>) | undefined {
  const compiled = splBackend.compile(program, of.id, known)
  if (compiled.kind === 'refused') return undefined
  const { text } = compiled.query
  return (events, span) => {
    // Those with an id are delivered twice.
    const delivered = [...events, ...events.filter((event) => event.id !== null)]
    const found = runSearch(text, delivered, span).map((row) => {
      const group = Object.fromEntries(of.group.map((key, at) => [key.name, textOf(row[`group_${at + 1}`])]))
      const id = alertId(of.id, group, textOf(row.first_id), textOf(row.last_id))
      return [id, Math.round(Number(row.last_time) * 1000)] as const
    })
    expect(new Set(found.map(([id]) => id)).size).toBe(found.length)
    return new Map(found)
  }
}

/** Up to the last event, as the engine sees a file. */
function wholeOf(events: readonly EventRecord[]): Span {
  return { earliest: 0, latest: Math.max(...events.map((event) => event.time ?? 0)) }
}

/** What was compared, and how many alerts there were. */
class Tally {
  readonly rules = new Map<string, number>()
  alerts = 0

  /** Holds SPL against the definition for each correlation that SPL can say. */
  compare(program: Program, events: readonly EventRecord[], known: CompileContext, nested: boolean): void {
    const verdicts = judge(program, events, -Infinity)
    for (const rule of program.rules.values()) {
      if (rule.kind !== 'correlation' || events.length === 0) continue
      const named = namedRules(rule).some((id) => program.rules.get(id)?.kind === 'correlation')
      if (named && !nested) continue
      const found = searchOf(program, rule, known)?.(events, wholeOf(events))
      if (!found) continue
      const expected = verdicts
        .filter((one) => one.rule === rule.id)
        .map(({ group, first, last }) => alertId(rule.id, group, first, last))
      expect([...found.keys()].sort(), printRule(rule)).toEqual(expected.sort())
      this.alerts += expected.length
      const kind = `${named ? 'nested ' : ''}${rule.body.type === 'value' ? rule.body.measure.of : rule.body.type}`
      this.rules.set(kind, (this.rules.get(kind) ?? 0) + 1)
    }
  }
}

/** `PROPERTY_RUNS=10` takes ten times as long. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1)

test(
  'random rules in SPL give the alerts of their definition',
  () => {
    const tally = new Tally()
    fc.assert(
      fc.property(fc.oneof(programs, shown), streams, knowns, (program, drafts, known) =>
        tally.compare(program, splunkStream(drafts, known, false), compilingWith(known), true),
      ),
      { numRuns: 1200 * runs },
    )
    expect(tally.alerts).toBeGreaterThan(150)
    const kinds = ['average', 'count', 'distinct', 'median', 'ordered', 'percentile', 'sum', 'unordered']
    expect([...tally.rules.keys()]).toEqual(
      expect.arrayContaining([...kinds, 'nested count', 'nested ordered', 'nested unordered']),
    )
  },
  60_000 * runs,
)

test(
  'so they do where ties are decided by nothing',
  () => {
    const tally = new Tally()
    fc.assert(
      // Which of two alerts at one undecided place comes first is left open.
      fc.property(programs, streams, knowns, (program, drafts, known) =>
        tally.compare(program, splunkStream(drafts, known, true), compilingWith(known), false),
      ),
      { numRuns: 600 * runs },
    )
    expect(tally.alerts).toBeGreaterThan(50)
  },
  60_000 * runs,
)

test(
  'a search over a part of the time finds no other alerts, and misses none that it can see whole',
  () => {
    let whole = 0
    let seen = 0
    fc.assert(
      fc.property(programs, streams, fc.nat(10), fc.integer({ min: 8, max: 17 }), (program, drafts, from, to) => {
        const known = { lists: false, fractions: false }
        const events = splunkStream(drafts, known, false)
        const [begin, end] = [1_700_000_000_000 + from, 1_700_000_000_000 + to]
        for (const rule of program.rules.values()) {
          const search = rule.kind === 'correlation' ? searchOf(program, rule, compilingWith(known)) : undefined
          if (!search) continue
          const expected = search(events, { earliest: 0, latest: 1_800_000_000_000 })
          const part = events.filter(({ time }) => time !== null && time >= begin && time < end)
          const found = search(part, { earliest: begin, latest: end })
          const reach = reachOf(rule, program)
          const due = end - latenessOf(rule, program)
          for (const [id, closing] of expected)
            if (closing - reach >= begin && closing < due) expect([...found.keys()], printRule(rule)).toContain(id)
          for (const id of found.keys()) expect([...expected.keys()], printRule(rule)).toContain(id)
          whole += expected.size
          seen += found.size
        }
      }),
      { numRuns: 800 * runs },
    )
    expect(seen).toBeGreaterThan(10)
    expect(whole).toBeGreaterThan(seen)
  },
  60_000 * runs,
)

test('an inner alert that began before the time looked at is not taken for missing', () => {
  const joins = [{ left: { step: 0, field: 'j' }, right: { step: 1, field: 'j' }, span }] as const
  const passedOn = program(
    ...['a', 'b', 'x'].map((name) => eventRule(name, equals('kind', name))),
    correlation('first', ordered(['a', 'b'], { joins }), { timespan: 5 }),
    correlation('second', ordered(['first', 'x']), { timespan: 5 }),
  )
  const lines = [['a', '1'], ['a', '2'], ['b', '2'], ['b', '1'], ['x', '1']] as const // prettier-ignore
  const events = lines.map(([kind, j], at): EventRecord => {
    return { line: at + 1, time: timeOf(1_700_000_000_000 + at), sequence: at, id: `e${at}`, fields: { kind, j } }
  })
  const second = passedOn.rules.get(ruleId('second')) as Correlation
  const search = searchOf(passedOn, second, compilingWith({ lists: false, fractions: false }))
  const whole = search?.(events, { earliest: 0, latest: 1_800_000_000_000 })
  expect(whole?.size).toBe(1)
  const part = search?.(events.slice(1), { earliest: 1_700_000_000_001, latest: 1_800_000_000_000 })
  expect([...(part?.keys() ?? [])]).toEqual([])
  // Where all of its reach was looked at, it is found.
  const reach = search?.(events, { earliest: 1_699_999_999_994, latest: 1_800_000_000_000 })
  expect(reach).toEqual(whole)
})

const lives = fc.array(
  fc.record({
    gap: fc.nat(2),
    action: fc.constantFrom('a', 'a', 'a', 'b', 'b', 'c', 'c', 'x'),
    host: fc.constantFrom('1', '1', '2'),
    boot: fc.constantFrom('p', 'p', 'p', 'q'),
    epoch: fc.constantFrom(0, 0, 0, 1),
  }),
  { minLength: 4, maxLength: 12 },
)
const lifeRules = ['a', 'b', 'c', 'x'].map((name) => eventRule(name, equals('event.action', name)))
const absences: readonly Absence[] = [
  { where: 'between', after: 0, rule: ruleId('x'), span },
  { where: 'before', within: milliseconds(2), rule: ruleId('x'), span },
  { where: 'after', within: milliseconds(2), rule: ruleId('x'), span },
]
const chains = fc
  .record({
    steps: fc.constantFrom(['a', 'b'], ['a', 'b', 'c'], ['a', 'a', 'b']),
    gaps: fc.constantFrom(undefined, [2, 3]),
    unless: fc.subarray([...absences], { maxLength: 1 }),
    until: fc.constantFrom(null, null, { rule: ruleId('x'), span }),
  })
  .map(({ steps, gaps, ...more }) =>
    correlation('first', ordered(steps, { ...more, ...(gaps && { gaps }) }), { timespan: 6, group: ['host.id'] }),
  )

test(
  'no chain in SPL spans two boots or two clock epochs of a host',
  () => {
    const tally = new Tally()
    fc.assert(
      fc.property(chains, lives, (chain, drafts) => {
        let time = 1_700_000_000_000
        const events = drafts.map(({ gap, action, host, boot, epoch }, at): EventRecord => {
          time += gap
          const life = { 'host.id': host, 'host.boot.id': boot, 'detpack.clock.epoch': epoch }
          return {
            line: at + 1,
            time: timeOf(time),
            sequence: at,
            id: `e${at}`,
            fields: { 'event.action': action, ...life },
          }
        })
        tally.compare(program(...lifeRules, chain), events, context(), false)
      }),
      { numRuns: 800 * runs },
    )
    expect(tally.alerts).toBeGreaterThan(10)
  },
  60_000 * runs,
)

const fields = fc.constantFrom('detpack.object.id', 'detpack.description.id')
const joins = fc
  .array(fc.record({ at: fc.nat(2), left: fields, right: fields }), { minLength: 1, maxLength: 3 })
  .map((drawn) =>
    drawn.map(({ at, left, right }) => ({
      left: { step: at, field: left },
      right: { step: at + 1, field: right },
      span,
    })),
  )
const lineages = fc
  .record({
    joins,
    gaps: fc.constantFrom(undefined, undefined, [2], [2, 3, 4]),
    unless: fc.constantFrom([], [], [], ...absences.map((absence) => [absence])),
    until: fc.constantFrom(null, null, null, { rule: ruleId('x'), span }),
  })
  .map(({ gaps, ...more }) =>
    correlation('first', ordered(['a', 'b', 'c', 'a'], { ...more, ...(gaps && { gaps }) }), {
      timespan: 12,
      group: ['host.id'],
    }),
  )
const passed = fc.array(
  fc.record({
    gap: fc.nat(1),
    action: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'c', 'x'),
    object: fc.constantFrom('1', '1', '1', '1', '2', undefined),
    description: fc.constantFrom('1', '2', '2'),
  }),
  { minLength: 6, maxLength: 18 },
)

test(
  'joins of neighbouring steps in SPL lead to the alerts of the definition',
  () => {
    const tally = new Tally()
    fc.assert(
      fc.property(lineages, passed, (chain, drafts) => {
        let time = 1_700_000_000_000
        const events = drafts.map(({ gap, action, object, description }, at): EventRecord => {
          time += gap
          const joined = {
            'detpack.description.id': description,
            ...(object !== undefined && { 'detpack.object.id': object }),
          }
          const fields = { 'event.action': action, 'host.id': 'h', ...joined }
          return { line: at + 1, time: timeOf(time), sequence: at, id: `e${at}`, fields }
        })
        tally.compare(program(...lifeRules, chain), events, context(), false)
      }),
      { numRuns: 800 * runs },
    )
    expect(tally.alerts).toBeGreaterThan(30)
    expect(tally.rules.get('ordered')).toBeGreaterThan(100)
  },
  60_000 * runs,
)
