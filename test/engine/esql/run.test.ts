import { describe, expect, it } from 'vitest'
import { Source } from '../../../src/diagnostic/source.ts'
import { runEsql } from '../../../src/engine/esql/run.ts'
import type { FieldTypes } from '../../../src/engine/field-type.ts'
import type { QueryContext } from '../../../src/engine/query-run.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import { timeOf } from '../brute-force/judge.ts'

const events: readonly JsonObject[] = [
  { '@timestamp': '2026-01-01T00:00:00.123456Z', 'event.id': 'e1', name: 'a', tags: ['y', 'x', 'y'], port: 22 },
  { '@timestamp': '2026-01-01T00:00:01Z', event: { id: 'e2' }, name: 'b', port: 443, ip: '10.0.0.1' },
]

function run(text: string, types?: FieldTypes, more: Partial<QueryContext> = {}) {
  const context = { now: timeOf(Date.UTC(2026, 0, 2)), lookups: new Map(), types, ...more }
  const records = events.map((event, at) => toRecord(event, at + 1, { timeField: more.timeField }))
  return runEsql(new Source('query.esql', text), records, context)
}

function rows(text: string, types?: FieldTypes): readonly JsonObject[] {
  const result = run(text, types)
  if (result.kind === 'refused') throw new Error(result.diagnostics[0]?.message)
  return result.rows
}

describe('a query', () => {
  it('gives each event its fields, as an index would keep them', () => {
    expect(rows('FROM logs-*')).toEqual([
      { '@timestamp': '2026-01-01T00:00:00.123Z', 'event.id': 'e1', ip: null, name: 'a', port: 22, tags: ['x', 'y'] },
      { '@timestamp': '2026-01-01T00:00:01.000Z', 'event.id': 'e2', ip: '10.0.0.1', name: 'b', port: 443, tags: null },
    ])
  })

  it('takes the type of a field from a schema, else from its first value', () => {
    expect(run('FROM e | WHERE CIDR_MATCH(ip, "10.0.0.0/8")')).toMatchObject({ kind: 'refused' })
    const types: FieldTypes = new Map([
      ['ip', 'ip'],
      ['port', 'keyword'],
      ['never', 'long'],
    ])
    expect(rows('FROM e | WHERE CIDR_MATCH(ip, "10.0.0.0/8") | KEEP port, never', types)).toEqual([
      { port: '443', never: null },
    ])
  })

  it('reads the time from another field where that is said', () => {
    const times = run('FROM e | STATS newest = MAX(@timestamp)', undefined, { timeField: 'nowhere' })
    expect(times).toMatchObject({ rows: [{ newest: null }] })
  })

  it('knows the id and the place of an event as metadata, and the time it is told', () => {
    expect(rows('FROM e METADATA _id, _index, _version | LIMIT 1 | KEEP _id, _index, _version')).toEqual([
      { _id: 'e1', _index: 'events', _version: 1 },
    ])
    expect(rows('ROW a = NOW()')).toEqual([{ a: '2026-01-02T00:00:00.000Z' }])
  })

  it('may have as many conditions as a compiler writes', () => {
    expect(rows(`FROM e | WHERE port == 1${' OR port == 22'.repeat(5_000)} | KEEP name`)).toEqual([{ name: 'a' }])
  })

  it('counts distinct values and ranks without estimating', () => {
    const list = Array.from({ length: 5000 }, (_, at) => at).join(', ')
    expect(rows(`ROW a = [${list}] | MV_EXPAND a | STATS c = COUNT_DISTINCT(a), m = MEDIAN(a)`)).toEqual([
      { c: 5000, m: 2499.5 },
    ])
  })
})

describe('a warning', () => {
  it('says where a value became null', () => {
    const result = run('FROM e\n| WHERE tags == "x"')
    expect(result).toMatchObject({
      kind: 'rows',
      rows: [],
      diagnostics: [{ code: 'esql/evaluation', severity: 'warning' }],
    })
    expect(result.diagnostics[0]?.span).toMatchObject({ start: 15, end: 26 })
  })

  it('says that rows were cut which no LIMIT asked for', () => {
    const list = Array.from({ length: 1001 }, (_, at) => at).join(', ')
    const cut = run(`ROW a = [${list}] | MV_EXPAND a`)
    expect(cut).toMatchObject({ diagnostics: [{ code: 'esql/default-limit' }] })
    expect(cut.kind === 'rows' && cut.rows).toHaveLength(1000)
    expect(run(`ROW a = [${list}] | MV_EXPAND a | LIMIT 2000`).diagnostics).toEqual([])
  })
})

describe('a mistake', () => {
  it.each([
    ['FROM e | WHERE nam == "a"', 'esql/unknown-column', '1:16', 'did you mean "name"?'],
    ['FROM e | EVAL a = LENGHT(name)', 'esql/unknown-function', '1:19', 'did you mean "length"?'],
    ['FROM e | STATS a = COUNTS(name)', 'esql/unknown-function', '1:20', 'did you mean "count"?'],
    ['FROM e\n| WERE name == "a"', 'esql/unknown-command', '2:3', 'did you mean "where"?'],
    ['FROM e | WHERE name = "a"', 'esql/syntax', '1:21', 'equality is "=="'],
    ["FROM e | WHERE name == 'a'", 'esql/syntax', '1:24', 'strings stand in double quotes'],
    ['FROM e | WHERE name == "a', 'esql/syntax', '1:24', 'a string ends in its line'],
    ['FROM e | EVAL in = 1', 'esql/syntax', '1:15', 'write `in`'],
    ['WHERE a == 1', 'esql/syntax', '1:1', 'begins with FROM or ROW'],
    ['FROM e | WHERE port == "22"', 'esql/type', '1:16', 'TO_STRING or TO_LONG'],
    ['FROM e | WHERE port LIKE "2*"', 'esql/type', '1:16', 'TO_STRING makes a text of it'],
    ['ROW a = 1 == null', 'esql/type', '1:9', 'write IS NULL'],
    ['FROM e | WHERE name RLIKE "(a"', 'esql/regex', '1:16', undefined],
    ['FROM e | WHERE name : "a"', 'esql/unsupported', '1:16', 'LIKE or RLIKE for a part'],
    ['FROM e | GROK name "%{WORD:x}"', 'esql/unsupported', '1:10', undefined],
    ['FROM e METADATA _score', 'esql/unsupported', '1:17', 'known: _id, _index, _version'],
    ['FROM e | WHERE name == ?name', 'esql/unsupported', '1:24', 'write the values'],
    ['ROW a = 5 fortnights', 'esql/syntax', '1:11', 'units are such as'],
  ])('is refused with its place and a way out: %s', (text, code, place, hint) => {
    const result = run(text)
    expect(result.kind).toBe('refused')
    const [diagnostic] = result.diagnostics
    const at = diagnostic?.span?.source.position(diagnostic.span.start)
    expect([diagnostic?.code, `${at?.line ?? 0}:${at?.column ?? 0}`]).toEqual([code, place])
    if (hint === undefined) expect(diagnostic?.hint).toBeUndefined()
    else expect(diagnostic?.hint).toContain(hint)
  })

  it('is one of nesting that nobody writes', () => {
    expect(run(`ROW a = ${'('.repeat(5000)}1`)).toMatchObject({ diagnostics: [{ code: 'esql/syntax' }] })
    expect(run(`ROW a = ${'NOT '.repeat(5000)}true`)).toMatchObject({ diagnostics: [{ code: 'esql/syntax' }] })
    expect(run(`ROW a = 1${' + 1'.repeat(5000)}`)).toMatchObject({ diagnostics: [{ code: 'esql/syntax' }] })
    expect(run(`ROW a = ${'- '.repeat(5000)}(1)`)).toMatchObject({ diagnostics: [{ code: 'esql/syntax' }] })
  })
})
