import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unfitScope, type PackException } from '../../src/artifact/exception.ts'
import { kibanaExceptions, type KibanaException } from '../../src/artifact/kibana/exception.ts'
import { localRule } from '../../src/artifact/local/local-rule.ts'
import { storedProgram } from '../../src/artifact/local/stored-rule.ts'
import { renderConf } from '../../src/artifact/splunk/conf.ts'
import { exceptionMacro, exceptionMacroName } from '../../src/artifact/splunk/exception-macro.ts'
import { macros } from '../../src/artifact/splunk/macro.ts'
import { savedSearch } from '../../src/artifact/splunk/saved-search.ts'
import { valueCollection, valueTable, type ValueLookup } from '../../src/artifact/splunk/value-lookup.ts'
import { eqlBackend } from '../../src/backend/eql/backend.ts'
import { splBackend } from '../../src/backend/spl/backend.ts'
import { rulesOfStore } from '../../src/cli/watched-rules.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { decodeCsv } from '../../src/engine/csv.ts'
import { runSpl } from '../../src/engine/spl/run-spl.ts'
import { parseMacros } from '../../src/engine/spl/text/macro.ts'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { Succession } from '../../src/engine/stream/succession.ts'
import type { Alert } from '../../src/event/alert.ts'
import { exactText, fieldReader, type JsonObject } from '../../src/event/field.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import type { EventRecord, Time } from '../../src/event/record.ts'
import { scopeTest } from '../../src/govern/exception/scope.ts'
import { milliseconds } from '../../src/ir/duration.ts'
import { anyOf } from '../../src/ir/predicate.ts'
import type { Program, Rule, RuleId } from '../../src/ir/rule.ts'
import { alertsOfRows, finderIn } from '../../src/prove/native-alert.ts'
import { runNative } from '../../src/prove/native-run.ts'
import { programOf as only } from '../../src/prove/rule-test.ts'
import { store, storedTypes } from '../../src/prove/store.ts'
import type { LocalStore } from '../../src/target/local/store.ts'
import { context } from '../backend/context.ts'
import { correlation, eventRule, ordered, programOf, span, use } from './rule-fixture.ts'

// One rule with one exception on the same events, in the form that each target is given: the correlator with what the local
// store keeps, EQL without the events that the items of Kibana leave out, SPL with the macro.

const UNTIL = Date.UTC(2027, 4, 31, 23, 59, 59, 999)
const known = context()
const action = (name: string): ReturnType<typeof eventRule> => eventRule(name, { alone: false })

const event = eventRule('file_read', { id: 'single' as RuleId, where: anyOf(action('file_read').where) })
const chain = correlation(ordered(), { id: 'chain' as RuleId })
const gap = correlation(
  ordered({ unless: [{ where: 'between', rule: 'file_write' as RuleId, after: 0, span }] as never }),
  { id: 'gap' as RuleId },
)
const count = correlation(
  { type: 'count', of: [use('file_read')], bounds: [{ operator: 'gte', value: 2 }] },
  { id: 'count' as RuleId },
)
const program = programOf(event, action('file_write'), chain, gap, count)

type Scope = readonly (readonly [field: string, test: 'is' | 'like', ...values: readonly string[]])[]

function exceptionOf(scope: Scope): PackException {
  const who = { reason: 'It has to.', owner: 'Head of IT', author: 'anna', approver: 'bert', ticket: 'OPS-1' }
  const parts = scope.map(([field, test, ...values]) => ({ field, test, values, span }))
  return { id: 'X-2027.1', title: 'The backup', ...who, scope: parts, until: UNTIL, span }
}

/** What the rule finds in each form, by target: identities of alerts. */
type Found = Readonly<Record<string, readonly string[]>>

function found(rule: Rule, exception: PackException, events: readonly EventRecord[], now: number): Found {
  const kibana = kibanaExceptions(exception, 'mine', rule.id, (name) => known.mapping.field(name))
  const { diagnostics } = kibana
  expect(diagnostics).toEqual([])
  const kept = localRule(rule, program, 'ecs', true, [exception])
  if (kept.kind === 'refused') throw new Error('refused')
  const content = JSON.parse(JSON.stringify(kept.rule)) as JsonObject
  const stored = storedProgram([{ rule: rule.id, enabled: true, content }], 'local.db', now)
  expect(stored.diagnostics).toEqual([])
  const own = evaluate(stored.program, events).alerts.filter((alert) => alert.rule === rule.id)
  const eql = inEql(rule, program, withoutItems(events, kibana, now))
  return {
    local: own.map(({ id }) => id).sort(),
    ...(eql !== undefined && { elastic: eql }),
    splunk: inSpl(rule, exception, events, now),
  }
}

/** As Kibana filters the events of a rule: an item covers what all its entries match, until it expires. */
function withoutItems(
  events: readonly EventRecord[],
  { items, lists }: Pick<ReturnType<typeof kibanaExceptions>, 'items' | 'lists'>,
  now: number,
): readonly EventRecord[] {
  const listed = new Map(lists.map(({ id, values }) => [id, new Set(values)]))
  const covers = ({ expire_time, entries }: KibanaException, { fields }: EventRecord): boolean =>
    now <= Date.parse(expire_time) &&
    entries.every(({ field, ...entry }) => {
      const matches = (text: string): boolean =>
        entry.type === 'list'
          ? listed.get(entry.list.id)?.has(text) === true
          : entry.type === 'match_any'
            ? entry.value.includes(text)
            : entry.type === 'match'
              ? text === entry.value
              : wildcard(entry.value).test(text)
      return fieldReader(field)(fields).map(exactText).some(matches)
    })
  return events.filter((each) => !items.some((item) => covers(item, each)))
}

/** The `wildcard` query of Elasticsearch: `*` and `?`, and a backslash before what is plain. */
function wildcard(value: string): RegExp {
  const parts = value.match(/\\.|[^]/gsu) ?? []
  const plain = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`)
  const source = parts.map((part) => (part === '*' ? '.*' : part === '?' ? '.' : plain(part.replace(/^\\(.)/su, '$1'))))
  return new RegExp(`^${source.join('')}$`, 'su')
}

function inEql(rule: Rule, of: Program, events: readonly EventRecord[]): readonly string[] | undefined {
  const compiled = eqlBackend.compile(of, rule.id, known)
  if (compiled.kind === 'refused') return undefined
  const seen = store(events)
  const types = storedTypes(of, rule, known.mapping)
  const run = runNative({ ...compiled.query, language: 'eql' }, rule, seen, { program: of, types, now: seen.latest })
  expect(run.diagnostics).toEqual([])
  return run.alerts.map(({ id }) => id).sort()
}

function inSpl(rule: Rule, exception: PackException, events: readonly EventRecord[], now: number): readonly string[] {
  const compiled = splBackend.compile(program, rule.id, known)
  const macro = exceptionMacro(exception, known.mapping)
  if (compiled.kind === 'refused' || macro.stanza === undefined) throw new Error('refused')
  const { splunkBase: base } = known.store
  const made = savedSearch(rule, program, compiled.query, {
    ...{ pack: 'mine', base, exceptions: [macro.stanza.name] },
    field: (name) => known.mapping.field(name),
  })
  if (made.kind === 'refused') throw new Error('refused')
  const conf = renderConf([...macros(base, [rule]), macro.stanza])
  const text = renderConf([made.search]).split('\n')
  expect(text.join('\n')).toContain(`\`${macro.stanza.name}\``)
  const run = runSpl(new Source('search', made.search.settings.search ?? ''), events, {
    ...{
      now: now as Time,
      lookups: new Map(macro.lists.map((each) => [each.name, tableOf(each)])),
      macros: parseMacros(new Source('macros.conf', conf)).macros,
    },
    ...{ types: storedTypes(program, rule, known.mapping), timeField: '@timestamp' },
  })
  expect(run.diagnostics).toEqual([])
  const rows = run.kind === 'rows' ? run.rows : []
  const find = finderIn(store(events), rule, program)
  return alertsOfRows(rule, compiled.query.identity, rows, find)
    .map(({ id }) => id)
    .sort()
}

/** As the app brings it along, and as the KV store holds it. */
function tableOf(list: ValueLookup): readonly JsonObject[] {
  const { rows, diagnostics } = decodeCsv(new Source(list.name, valueTable(list)))
  expect(diagnostics).toEqual([])
  const kept = valueCollection(list)['rows'] as JsonObject
  expect(Object.values(kept)).toEqual(rows)
  return rows
}

/** What a watch with the rules of the local store finds when the exception ends before the event at a place. */
function watchedAcross(
  rule: Rule,
  exception: PackException,
  events: readonly EventRecord[],
  place: number,
): readonly Alert[] {
  const made = localRule(rule, program, 'ecs', true, [exception])
  if (made.kind === 'refused') throw new Error('refused')
  const kept = { rule: rule.id, enabled: true, content: JSON.parse(JSON.stringify(made.rule)) as JsonObject }
  const store = { rules: () => [kept], hasChanged: () => false } as unknown as LocalStore
  let now = UNTIL
  const watched = rulesOfStore(
    store,
    'local.db',
    (told) => expect(told).toEqual([]),
    () => now,
  )
  const succession = new Succession(watched.now, { heldBack: milliseconds(0) })
  const alerts: Alert[] = []
  for (const [at, each] of events.entries()) {
    if (at === place) now = UNTIL + 1
    const changed = watched.changed()
    if (changed !== undefined) succession.change(changed)
    succession.push(each)
    alerts.push(...succession.drain())
  }
  succession.end()
  return [...alerts, ...succession.drain()].filter((alert) => alert.rule === rule.id)
}

/** What it means: the rule on the events that are not in the scope. */
function meant(rule: Rule, exception: PackException, events: readonly EventRecord[]): readonly Alert[] {
  const inScope = scopeTest(exception.scope)
  const seen = events.filter(({ fields }) => !inScope(fields))
  return evaluate(only(program, rule.id), seen).alerts
}

function idsOf(alerts: readonly Alert[]): readonly string[] {
  return alerts.map(({ id }) => id).sort()
}

const RESTIC = '/usr/bin/restic'
const SCOPES: readonly Scope[] = [
  [['process.executable', 'is', RESTIC]],
  [
    ['process.executable', 'is', RESTIC, '/bin/cp'],
    ['file.path', 'like', '/home/*/.ssh/*', '/etc/?ey'],
  ],
  [['file.path', 'like', String.raw`/tmp/\**`]],
  [['destination.port', 'is', '443']],
  [['detpack.flow.object.class', 'is', 'credential']],
  [['process.executable', 'is', ...others('/opt/"%"'), RESTIC]],
  [
    ['detpack.flow.object.class', 'is', ...others('%'), 'credential', 'a`b'],
    ['file.path', 'is', '/etc/key', ...others('/srv/%')],
    ['process.executable', 'is', RESTIC, '/bin/cp'],
  ],
  [['destination.port', 'is', '443', ...others('%')]],
]

/** So many that they are kept as a list. */
function others(pattern: string): readonly string[] {
  return Array.from({ length: 501 }, (_, at) => pattern.replace('%', String(at + 1000)))
}

const PATHS = ['/home/a/.ssh/id', '/etc/key', '/etc/Key', '/etc/😀ey', '/tmp/*x', '/tmp/x', '/home/a/notes']

const streams = fc
  .array(
    fc.record({
      gap: fc.integer({ min: 1, max: 6 }),
      action: fc.constantFrom('file_read', 'network_send', 'file_write'),
      process: fc.constantFrom('p', 'q'),
      executable: fc.constantFrom(RESTIC, '/usr/bin/Restic', '/bin/cp', undefined),
      path: fc.constantFrom(...PATHS, undefined),
      port: fc.constantFrom(443, 80, undefined),
      classes: fc.constantFrom(['credential', 'personal'], ['personal'], 'credential', undefined),
    }),
    { minLength: 2, maxLength: 12 },
  )
  .map((rows) => {
    let at = Date.UTC(2026, 0, 1)
    return rows.map(({ gap: seconds, ...row }, index) => {
      at += seconds * 1000
      return toRecord(fieldsOf(row, index + 1, at), index + 1)
    })
  })

interface Row {
  readonly action: string
  readonly process: string
  readonly executable?: string | undefined
  readonly path?: string | undefined
  readonly port?: number | undefined
  readonly classes?: string | readonly string[] | undefined
}

function fieldsOf(
  { action: name, process, executable, path, port, classes }: Row,
  number: number,
  at: number,
): JsonObject {
  return {
    '@timestamp': new Date(at).toISOString(),
    event: { id: `e${number}`, sequence: number, action: name, dataset: 'detpack.use' },
    process: { entity_id: process, ...(executable !== undefined && { executable }) },
    ...(path !== undefined && { file: { path } }),
    ...(port !== undefined && { destination: { port } }),
    ...(classes !== undefined && { detpack: { flow: { object: { class: classes } } } }),
  }
}

const RULES = [event, chain, gap, count]

describe('an exception', () => {
  it('means the same in every target, on any events', () => {
    fc.assert(
      fc.property(streams, fc.constantFrom(...SCOPES), fc.constantFrom(...RULES), (events, scope, rule) => {
        const exception = exceptionOf(scope)
        const expected = idsOf(meant(rule, exception, events))
        const all = found(rule, exception, events, UNTIL)
        expect(all).toEqual(Object.fromEntries(Object.keys(all).map((target) => [target, expected])))
      }),
      { numRuns: 50 },
    )
  })

  it('that ends while chains are under way covers nothing of what closes after it, in any target', () => {
    fc.assert(
      fc.property(
        streams,
        fc.constantFrom(...SCOPES),
        fc.constantFrom(...RULES),
        fc.nat(11),
        (events, scope, rule, some) => {
          const exception = exceptionOf(scope)
          const split = Math.min(some, events.length)
          const end = events[split - 1]?.time ?? -Infinity
          const after = ({ last }: Alert): boolean => last !== null && last > end
          const whole = evaluate(only(program, rule.id), events).alerts.filter(after)
          const watched = watchedAcross(rule, exception, events, split)
          expect(idsOf(watched.filter(after))).toEqual(idsOf(whole))
          const before = meant(rule, exception, events).filter((alert) => !after(alert))
          expect(idsOf(watched.filter((alert) => !after(alert)))).toEqual(idsOf(before))
          const closing = new Set<string>(idsOf(whole))
          for (const ids of Object.values(found(rule, exception, events, UNTIL + 1)))
            expect(ids.filter((id) => closing.has(id))).toEqual(idsOf(whole))
        },
      ),
      { numRuns: 50 },
    )
  })

  const benign: Row = { action: 'file_read', process: 'p', executable: RESTIC, path: '/etc/key' }
  const rows: readonly Row[] = [benign, { ...benign, action: 'network_send' }, { ...benign, executable: '/bin/cp' }]
  const events = rows.map((row, at) => toRecord(fieldsOf(row, at + 1, Date.UTC(2026, 0, 1, 0, 0, at)), at + 1))
  const nightly = exceptionOf([['process.executable', 'is', RESTIC]])

  it.each([
    ['until its last moment', UNTIL, 1],
    ['and covers nothing after it', UNTIL + 1, 2],
  ])('holds in every target %s', (_, now, alerts) => {
    const all = found(event, nightly, events, now)
    expect(Object.entries(all).map(([target, ids]) => [target, ids.length])).toEqual([
      ['local', alerts],
      ['elastic', alerts],
      ['splunk', alerts],
    ])
  })

  it('is told with the events that it leaves out, where the rule runs here', () => {
    const made = localRule(chain, program, 'ecs', true, [nightly])
    if (made.kind === 'refused') throw new Error('refused')
    const kept = { rule: chain.id, enabled: true, content: made.rule }
    const stored = storedProgram([kept], 'local.db', UNTIL)
    const [[id, held] = []] = stored.exceptions
    expect(held).toMatchObject({ id: 'X-2027.1', until: UNTIL, rule: chain.title })
    const told = evaluate(stored.program, events).alerts.filter((alert) => alert.rule === id)
    expect(told.map(({ steps }) => steps[0]?.event?.id)).toEqual(['e1', 'e2'])
    const ended = storedProgram([kept], 'local.db', UNTIL + 1)
    expect(ended.exceptions.size).toBe(0)
    // What is under way when it ends is not another rule.
    expect(ended.versions).toEqual(stored.versions)
  })

  it.each([
    ['a network, which a store would take for all its addresses', 'destination.ip', '10.0.0.0/8'],
    ['an address in another form than events have', 'destination.ip', 'FE80::1'],
    ['a number that is written in another way', 'destination.port', '0443'],
  ])('of %s is refused', (_, field, value) => {
    const scope = [{ field, test: 'is' as const, values: [value], span }]
    expect(unfitScope({ scope }, (name) => known.mapping.field(name))).toMatchObject([
      { code: 'artifact/exception-field' },
    ])
  })

  it('has a macro of its own in Splunk, whose names hold no dots', () => {
    const names = ['X.1', 'X_1', 'X-1', 'X_-1', 'X__1'].map(exceptionMacroName)
    expect(new Set(names).size).toBe(5)
    for (const name of names) expect(name).toMatch(/^detpack_[\w-]+_exception$/)
  })

  it('with a backtick, by which Splunk calls macros, is refused there', () => {
    const { stanza, diagnostics } = exceptionMacro(exceptionOf([['file.path', 'is', 'a`b']]), known.mapping)
    expect([stanza, diagnostics.map(({ code }) => code)]).toEqual([undefined, ['artifact/exception-field']])
  })
})
