import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CompileContext } from '../../../src/backend/backend.ts'
import { alertId } from '../../../src/event/alert.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { printRule } from '../../../src/ir/print.ts'
import { namedRules, type Correlation, type CorrelationBody, type Ordered, type Program } from '../../../src/ir/rule.ts'
import { schemaFields } from '../../../src/event/schema.ts'
import { judge, timeOf } from '../../engine/brute-force/judge.ts'
import { kindRule, programOf, programs, streams } from '../../engine/brute-force/program.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, groupKey, ordered, ruleId, span } from '../program.ts'
import { accepting, compiled, knowing, runText, type Fields } from './run.ts'

/** `PROPERTY_RUNS=10` takes ten times as long. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1)
const timeout = 60_000 * runs

/** What a stream of the judge holds; `kind` has one value or several. */
const FIELDS = (several: boolean): Fields => ({
  kind: { type: 'keyword', multi: several },
  g: { type: 'keyword', multi: true },
  j: { type: 'keyword', multi: true, optional: true },
  n: { type: 'long', multi: true },
})

const SCHEMA: Fields = Object.fromEntries(schemaFields.map(({ name, type, multi }) => [name, { type, multi }]))

/** Identities of alerts, and for chains the lines of their steps, which EQL returns all. */
class Tally {
  alerts = 0
  readonly bodies = new Map<string, number>()

  /** Holds each correlation that EQL can say against the judge. @param twice every event is there twice */
  compare(
    program: Program,
    events: readonly EventRecord[],
    known: CompileContext,
    fields: Fields,
    twice: boolean,
  ): void {
    for (const rule of correlationsOf(program)) {
      const text = compiled(program, rule, known)
      if (text === undefined) continue
      const steps = rule.body.type === 'ordered'
      const expected = judge(program, events, -Infinity)
        .filter((one) => one.rule === rule.id)
        .map((one) => told(alertId(rule.id, one.group, one.first, one.last), steps && !twice ? one.lines : []))
      const found = alertsOf(rule, text, twice ? doubled(events) : events, fields, steps && !twice)
      expect({ text, alerts: found }, printRule(rule)).toEqual({ text, alerts: [...new Set(expected)].sort() })
      this.alerts += expected.length
      this.bodies.set(rule.body.type, (this.bodies.get(rule.body.type) ?? 0) + expected.length)
    }
  }
}

/** Those of events: EQL has no correlations of correlations. */
function* correlationsOf(program: Program): Iterable<Correlation> {
  for (const rule of program.rules.values())
    if (rule.kind === 'correlation' && namedRules(rule).every((id) => program.rules.get(id)?.kind === 'event'))
      yield rule
}

function doubled(events: readonly EventRecord[]): readonly EventRecord[] {
  return [...events.slice(0, 3), ...events, ...events.slice(3)]
}

function alertsOf(
  rule: Correlation,
  text: string,
  events: readonly EventRecord[],
  fields: Fields,
  steps: boolean,
): string[] {
  const result = runText(text, events, fields)
  if (result.of === 'events') throw new Error(text)
  const alerts = result.sequences.map(({ keys, events: slots }) => {
    const chain = slots.filter((slot) => slot !== null)
    const group = Object.fromEntries(rule.group.map(({ name }, at) => [name, keys[at] ?? '']))
    const id = alertId(rule.id, group, nameOf(chain.at(0)), nameOf(chain.at(-1)))
    return told(id, steps ? slots.map((slot) => slot?.line ?? null) : [])
  })
  return [...new Set(alerts)].sort()
}

function nameOf(event: EventRecord | undefined): string {
  return event?.id ?? 'none'
}

function told(id: string, lines: readonly (number | null)[]): string {
  return `${lines.join(' ')} ${id}`
}

/**
 * As the generator of the judge makes them, but with times, identities and an order that each event has alone, and
 * without null members, which no store can tell from absent ones.
 */
function stream(drafts: readonly EventRecord[], several: boolean): readonly EventRecord[] {
  return drafts.map(({ time, fields: { kind = null, g = null, j = null, n = null } }, at) => ({
    line: at + 1,
    time: timeOf(time ?? 3),
    sequence: at,
    id: `e${at}`,
    fields: {
      kind: several ? kind : ([kind].flat()[0] ?? null),
      ...(g !== null && { g }),
      ...(j !== null && { j }),
      ...(n !== null && { n }),
      'event.sequence': at,
    },
  }))
}

const KINDS = ['a', 'b', 'c', 'x'] as const
const kinds = KINDS.map(kindRule)
const steps = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 4 })
const chain: fc.Arbitrary<CorrelationBody> = fc
  .record({
    steps,
    gap: fc.nat(5),
    gapped: fc.boolean(),
    spoilt: fc.boolean(),
    until: fc.constantFrom(null, null, 'a', 'x'),
  })
  .map(({ steps: names, gap, gapped, spoilt, until: end }) =>
    ordered(names, {
      ...(gapped && names.length === 2 && { gaps: [gap + 1] }),
      ...(spoilt && names.length === 2 && { unless: [{ where: 'between', after: 0, rule: ruleId('x'), span }] }),
      until: end === null ? null : { rule: ruleId(end), span },
    }),
  )
const count: fc.Arbitrary<CorrelationBody> = fc
  .record({ of: fc.subarray([...KINDS], { minLength: 1 }), value: fc.integer({ min: 2, max: 4 }) })
  .map(({ of, value }) => ({
    type: 'count',
    of: of.map((name) => ({ rule: ruleId(name), span })),
    bounds: [{ operator: 'gte', value }],
  }))
const sayable = fc.record({
  body: fc.oneof({ weight: 3, arbitrary: chain }, { weight: 1, arbitrary: count }),
  timespan: fc.integer({ min: 2, max: 9 }),
  group: fc.constantFrom([], [groupKey('g')], [groupKey('g', { b: 'j' })]),
})
const dense: fc.Arbitrary<readonly EventRecord[]> = fc.array(
  fc.record({
    line: fc.constant(0),
    time: fc.nat(12).map(timeOf),
    sequence: fc.constant(null),
    id: fc.constant(null),
    fields: fc.record({
      kind: fc.constantFrom('a', 'a', 'b', 'b', 'c', 'x', ['a', 'b'], ['c', 'x']),
      g: fc.constantFrom('p', 'p', 'p', 'q', ['p', 'q'], null),
      j: fc.constantFrom('p', 'p', 'q', null),
    }),
  }),
  { minLength: 4, maxLength: 12 },
)

function acceptingAll(program: Program, nodes: readonly string[]): Program {
  return programOf(
    ...[...program.rules.values()].map((rule) => (rule.kind === 'event' ? rule : accepting(rule, nodes))),
  )
}

describe('random rules in EQL give the alerts of the judge', () => {
  it(
    'of every kind, as far as EQL can say them',
    () => {
      const tally = new Tally()
      const [several, single] = [FIELDS(true), FIELDS(false)]
      const saying = programs
        .map((program) => acceptingAll(program, ['duplicates', 'event-count']))
        .filter((program) => [...correlationsOf(program)].some((rule) => compiled(program, rule, knowing(several))))
      fc.assert(
        fc.property(saying, fc.array(streams, { minLength: 1, maxLength: 8, size: 'max' }), (program, many) => {
          for (const drafts of many) {
            tally.compare(program, stream(drafts, true), knowing(several), several, false)
            tally.compare(acceptingAll(program, []), stream(drafts, false), knowing(single), single, true)
          }
        }),
        { numRuns: 200 * runs },
      )
      expect(tally.alerts).toBeGreaterThan(30 * runs)
    },
    timeout,
  )

  it(
    'of chains and counts with all that EQL knows',
    () => {
      const tally = new Tally()
      fc.assert(
        fc.property(sayable, dense, fc.boolean(), (body, drawn, twice) => {
          const known = knowing(FIELDS(!twice))
          const rule = correlation('r', body.body, { timespan: body.timespan, group: body.group })
          const one = twice ? rule : accepting(rule, ['duplicates', 'event-count'])
          tally.compare(programOf(...kinds, one), stream(drawn, !twice), known, FIELDS(!twice), twice)
        }),
        { numRuns: 800 * runs },
      )
      expect(tally.bodies.get('ordered')).toBeGreaterThan(80 * runs)
      expect(tally.bodies.get('count')).toBeGreaterThan(20 * runs)
    },
    timeout,
  )
})

const rules = ['a', 'b', 'c', 'd', 'u', 'x'].map((name) => eventRule(name, equals('event.action', name)))
const until = { rule: ruleId('u'), span }
const between = { where: 'between', after: 0, rule: ruleId('x'), span } as const
const joins = [0, 1].map((step) => ({
  left: { step, field: 'detpack.object.id' },
  right: { step: step + 1, field: 'detpack.object.id' },
  span,
}))

const bodies: Readonly<Record<string, Ordered>> = {
  'two steps': ordered(['a', 'b']),
  'three steps': ordered(['a', 'b', 'c']),
  'four steps': ordered(['a', 'b', 'c', 'd']),
  'a step that comes again': ordered(['a', 'b', 'a']),
  until: ordered(['a', 'b', 'c'], { until }),
  'until, of one step': ordered(['a', 'b'], { until: { rule: ruleId('b'), span } }),
  'a gap on the second of two steps': ordered(['a', 'b'], { gaps: [3] }),
  'absence between two steps': ordered(['a', 'b'], { unless: [between] }),
  'absence between, and until': ordered(['a', 'b'], { unless: [between], until }),
  'joins that are one key': ordered(['a', 'b', 'c'], { joins }),
}

/** Events of what the chain asks for. */
const draftsOf = (body: Ordered) => {
  const asked = [...body.steps, ...body.unless, ...(body.until ? [body.until] : [])].map(({ rule }) => rule)
  return fc.array(
    fc.record({
      gap: fc.constantFrom(0, 0, 1, 1, 2),
      action: fc.constantFrom(...body.steps.map(({ rule }) => rule), ...asked),
      host: fc.constantFrom('1', '1', '1', '1', '1', '2'),
      object: fc.constantFrom('o', 'o', 'o', 'o', 'p', undefined),
      boot: fc.constantFrom('p', 'p', 'p', 'q'),
      epoch: fc.constantFrom(undefined, undefined, undefined, 1),
    }),
    { minLength: 10, maxLength: 18, size: 'max' },
  )
}

type Drafts = ReturnType<typeof draftsOf> extends fc.Arbitrary<infer Drawn> ? Drawn : never

function eventsOf(drawn: Drafts, lives: boolean): readonly EventRecord[] {
  let time = 0
  return drawn.map(({ gap, action, host, object, boot, epoch }, at) => ({
    line: at + 1,
    time: timeOf((time += gap)),
    sequence: at,
    id: `e${at}`,
    fields: {
      'event.action': action,
      'event.sequence': at,
      'host.id': host,
      ...(object !== undefined && { 'detpack.object.id': object }),
      ...(lives && { 'host.boot.id': boot, 'detpack.clock.epoch': epoch ?? 0 }),
    },
  }))
}

describe('an EQL sequence finds the alerts of a rule, events once and twice,', () => {
  it.each(Object.entries(bodies))('with %s', (_name, body) => {
    const rule = correlation('r', body, { timespan: 3 * body.steps.length, group: ['host.id'] })
    const program = programOf(...rules, rule)
    // What is said is exact, and nothing had to be accepted.
    expect(compiled(program, rule, context())).toBeDefined()
    const tally = new Tally()
    fc.assert(
      fc.property(draftsOf(body), fc.boolean(), (drawn, twice) => {
        tally.compare(program, eventsOf(drawn, false), context(), SCHEMA, twice)
      }),
      { numRuns: 100 * runs },
    )
    expect(tally.alerts).toBeGreaterThan(2 * runs)
  })

  it('within one boot and clock epoch of a host', () => {
    const tally = new Tally()
    const drawnFor = (body: Ordered) => draftsOf(body).map((drawn) => ({ body, drawn }))
    const chains = [ordered(['a', 'b']), ordered(['a', 'b', 'c']), ordered(['a', 'b', 'a'])]
    fc.assert(
      fc.property(fc.constantFrom(...chains).chain(drawnFor), fc.boolean(), ({ body, drawn }, twice) => {
        const rule = correlation('r', body, { timespan: 8, group: ['host.id'] })
        tally.compare(programOf(...rules, rule), eventsOf(drawn, true), context(), SCHEMA, twice)
      }),
      { numRuns: 200 * runs },
    )
    expect(tally.alerts).toBeGreaterThan(2 * runs)
  })
})

it('an EQL sequence of a step that is repeated finds false chains in doubled events, and says so unless that is accepted', () => {
  const rule = correlation('r', ordered(['a', 'a']), { timespan: 5, group: ['host.id'] })
  expect(compiled(programOf(...rules, rule), rule, context())).toBeUndefined()
  const accepted = accepting(rule, ['duplicates'])
  const text = compiled(programOf(...rules, accepted), accepted, context()) ?? ''
  const events = eventsOf([{ gap: 0, action: ruleId('a'), host: '1', object: 'o', boot: 'p', epoch: undefined }], true)
  expect(alertsOf(rule, text, events, SCHEMA, false)).toEqual([])
  expect(alertsOf(rule, text, doubled(events), SCHEMA, false)).toHaveLength(1)
})
