import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import type { FieldType } from '../../../src/engine/field-type.ts'
import { run, told } from './query.ts'

const EVENT: JsonObject = {
  event: { category: 'process' },
  process: { name: 'a', pid: 5, args: ['x'], interactive: true },
  source: { ip: '10.0.0.1' },
  load: 0.5,
}
const SCHEMA: Readonly<Record<string, FieldType>> = {
  'source.ip': 'ip',
  '@timestamp': 'date',
  'process.version': 'version',
  'process.executable': 'keyword',
}

function refused(text: string): string {
  const result = run(text, [EVENT], { types: new Map(Object.entries(SCHEMA)) })
  expect({ text, of: result.of }).toEqual({ text, of: 'refused' })
  for (const one of result.diagnostics) expect(one.span).toBeDefined()
  return told(result).join('\n')
}

describe('refused for the text', () => {
  it.each([
    ['', '1:1 eql/syntax expected an event category, "any", "sequence" or "sample", but the query ends'],
    ['process', '1:8 eql/syntax expected "where" after the event category, but the query ends'],
    ['process where', '1:14 eql/syntax expected a field, a value or a function, but the query ends'],
    ['where where true', '1:1 eql/syntax expected an event category'],
    ['any where true true', '1:16 eql/syntax expected the end of the query, but found true'],
    ['any where process.name = "a"', '1:24 eql/syntax expected the end of the query, but found ='],
    ['any where process.pid == 1 == 2', '1:28 eql/syntax comparisons do not chain'],
    ['any where (true', '1:16 eql/syntax expected ")" to close "("'],
    ["any where process.name == 'a'", '1:27 eql/syntax EQL does not know the character "\'"'],
    ['any where process.name == ?"a"', '1:27 eql/syntax raw strings are not written with "?"'],
    ['any where process.name == "a', '1:27 eql/syntax this string does not end on its line'],
    ['any where process.name == """a', '1:27 eql/syntax this raw string does not end on its line'],
    ['any where `process.name', '1:11 eql/syntax this name in backticks does not end'],
    ['any /* where', '1:5 eql/syntax this comment does not end'],
    ['any where process.name == "\\q"', '1:28 eql/escape EQL does not know the escape \\q'],
    ['any where process.name == "\\u{110000}"', '1:28 eql/escape there is no character \\u{110000}'],
    ['any where process.pid == 1e999', '1:26 eql/number the number 1e999 is too large'],
    ['any where event.sequence == 1', '1:17 eql/syntax expected the name of a field, but found sequence'],
    ['any where true AND true', '1:16 eql/syntax expected the end of the query, but found AND'],
    ['any where process.name not like "a"', '1:24 eql/syntax "not" does not stand before "like"'],
    ['any where process.name like process.pid', '1:29 eql/syntax expected a text in double quotes'],
    ['any where process.name in "a"', '1:27 eql/syntax expected "(" after "in"'],
    ['any where process.args[0] == "x"', '1:23 eql/unsupported Elasticsearch keeps no positions in lists'],
    ['any where child of [any where true]', '1:11 eql/unsupported Elasticsearch does not know "child of"'],
    ['join by a [any where true] [any where true]', '1:1 eql/unsupported Elasticsearch does not know "join"'],
    ['any where true | count', '1:18 eql/unsupported Elasticsearch does not know the pipe "count"'],
    ['any where true | haed 5', '1:18 eql/unknown-pipe there is no pipe "haed"'],
    ['any where true | head', '1:22 eql/syntax expected how many results to keep'],
    ['any where true | head -1', '1:23 eql/syntax expected how many results to keep'],
    [`any where ${'('.repeat(300)}true${')'.repeat(300)}`, '1:211 eql/too-deep'],
    [`any where ${'not '.repeat(300)}true`, 'eql/too-deep'],
    [`any where 1${'+1'.repeat(300)} == 1`, 'eql/too-deep'],
  ])('%s', (text, expected) => expect(refused(text)).toContain(expected))
})

describe('refused for the form of a sequence or sample', () => {
  it.each([
    ['sequence [any where true]', '1:1 eql/sequence a sequence needs at least two events'],
    [
      'sequence with maxspan=1s ![any where true] ![any where true]',
      'eql/sequence a sequence needs an event that is there',
    ],
    ['sequence [any where true] ![any where true]', '1:27 eql/sequence a missing event needs a maxspan'],
    [
      'sequence [any where true] with runs=100 [any where true] with runs=100 [any where true] with runs=57',
      'eql/sequence a sequence has at most 256 events',
    ],
    ['sequence [any where true] ! [any where true]', '1:27 eql/syntax EQL does not know the character "!"'],
    [
      'sequence with maxspan=1s by process.pid [any where true] [any where true]',
      '1:26 eql/syntax "by" stands before "with maxspan"',
    ],
    ['sequence with maxspan=1.5s [any where true] [any where true]', '1:23 eql/syntax expected a whole number above 0'],
    ['sequence with maxspan=0s [any where true] [any where true]', '1:23 eql/syntax expected a whole number above 0'],
    ['sequence with maxspan=10 [any where true] [any where true]', '1:26 eql/syntax expected the unit of the time'],
    ['sequence with maxspan=1w [any where true] [any where true]', '1:24 eql/syntax expected the unit of the time'],
    ['sequence [any where true] with runs=0 [any where true]', '1:37 eql/syntax expected a whole number from 1 to 100'],
    ['sequence [any where true] with runs=101', '1:37 eql/syntax expected a whole number from 1 to 100'],
    [
      'sequence [any where true] [any where true] until ![any where true]',
      '1:50 eql/syntax expected "[" after "until"',
    ],
    [
      'sequence [any where true] [any where true] until [any where true] with runs=2',
      'eql/unsupported an "until" event ends a sequence the first time',
    ],
    [
      'sequence [any where true] by process.pid [any where true]',
      '1:42 eql/join-keys this event is joined by 0 fields, the first one by 1',
    ],
    [
      'sequence [any where true] by process.pid [any where true] by process.name',
      'eql/join-keys "process.name" is a text, and "process.pid"',
    ],
    ['sequence by load + 1 [any where true] [any where true]', '1:18 eql/syntax'],
    ['sample [any where true] [any where true]', '1:1 eql/sample a sample needs a field to join by'],
    ['sample by process.pid [any where true]', '1:1 eql/sample a sample needs at least two events'],
    [`sample by process.pid ${'[any where true] '.repeat(6)}`, 'eql/sample a sample has at most 5 events'],
    [
      'sample by process.pid with maxspan=1s [any where true] [any where true]',
      '1:23 eql/unsupported a sample has no maxspan',
    ],
    [
      'sample by process.pid [any where true] [any where true] until [any where true]',
      'eql/unsupported a sample has no "until"',
    ],
    ['sample by process.pid [any where true] ![any where true]', 'eql/unsupported a sample has no missing events'],
    ['sample by process.pid [any where true] with runs=2', 'eql/sample'],
    [
      'sample by process.pid [any where true] with runs=2 [any where true]',
      'eql/unsupported a sample has no "with runs"',
    ],
    ['sample by process.pid [any where true] [any where true] | head 1', 'eql/unsupported a sample has no pipes'],
  ])('%s', (text, expected) => expect(refused(text)).toContain(expected))
})

describe('refused for the fields and their types', () => {
  it.each([
    ['any where proces.name == "a"', '1:11 eql/unknown-field no event has the field "proces.name"'],
    ['sequence by hots.id [any where true] [any where true]', '1:13 eql/unknown-field'],
    ['any where process.name', '1:11 eql/not-boolean a condition is true or false, and this is a text'],
    ['any where true and 5', '1:20 eql/not-boolean'],
    ['any where not length(process.name)', '1:15 eql/not-boolean'],
    ['any where process.name == process.executable', '1:11 eql/field-comparison'],
    ['any where length(process.name) > process.pid', '1:11 eql/field-comparison'],
    ['any where process.name in (process.executable)', '1:28 eql/field-comparison'],
    ['any where process.pid == "x"', '1:26 eql/type-mismatch process.pid is a whole number, and "x" is none'],
    ['any where process.pid == true', '1:26 eql/type-mismatch'],
    [
      'any where process.interactive == "yes"',
      '1:34 eql/type-mismatch process.interactive is true or false, and "yes" is none',
    ],
    ['any where source.ip == "10.0.0"', '1:24 eql/type-mismatch source.ip is an address'],
    ['any where source.ip > "10.0.0.0/8"', '1:23 eql/type-mismatch'],
    ['any where @timestamp > "now-1d"', '1:24 eql/type-mismatch @timestamp is a time'],
    ['any where @timestamp > "2026-02-30"', '1:24 eql/type-mismatch'],
    ['any where length(process.name) == "1"', '1:35 eql/type-mismatch this is a whole number'],
    ['any where process.pid : "5"', '1:11 eql/type-mismatch ":" takes a text, and this is a whole number'],
    ['any where source.ip like "10.*"', '1:11 eql/type-mismatch "like" takes a text, and this is an address'],
    ['any where process.name : 5', '1:26 eql/type-mismatch ":" compares with a text'],
    ['any where process.name in (1)', '1:28 eql/type-mismatch'],
    ['any where process.pid in~ ("1")', '1:11 eql/type-mismatch "in~" takes a text'],
    ['any where process.name + 1 == 2', '1:11 eql/type-mismatch "+" takes numbers, and this is a text'],
    ['any where -process.name == 2', '1:12 eql/type-mismatch "-" takes a number, and this is a text'],
    ['any where process.name regex "a\\\\q"', '1:30 eql/regex Lucene does not know the class \\q, at character 2'],
    ['any where process.name regex "(a"', 'eql/regex "(" without ")", at character 1'],
    [
      `any where process.name regex "${'a'.repeat(1001)}"`,
      'eql/regex a regular expression has at most 1000 characters',
    ],
  ])('%s', (text, expected) => expect(refused(text)).toContain(expected))

  it('with the field of the category, where it has none', () =>
    expect(told(run('process where true', [{ a: 1 }]))).toEqual([
      '1:1 eql/unknown-field no event has the field "event.category" of the event category',
    ]))
})

describe('refused for functions', () => {
  it.each([
    ['any where lenght(process.name) == 1', '1:11 eql/unknown-function there is no function "lenght"'],
    ['any where wildcard(process.name, "a*")', '1:11 eql/unsupported Elasticsearch has no function "wildcard"'],
    ['any where length~(process.name) == 1', '1:11 eql/no-tilde length has no variant with "~"'],
    ['any where add~(1, 2) == 3', '1:11 eql/unknown-function'],
    ['any where length() == 1', '1:11 eql/arguments length takes 1 argument, not 0: length(source)'],
    [
      'any where substring(process.name) == "a"',
      'eql/arguments substring takes 2 to 3 arguments, not 1: substring(source, start, [end])',
    ],
    ['any where cidrMatch(source.ip)', 'eql/arguments cidrMatch takes at least 2 arguments, not 1'],
    ['any where add(1) == 1', 'eql/arguments add takes two numbers, not 1 arguments'],
    [
      'any where length(process.pid) == 1',
      '1:18 eql/type-mismatch the source of length is a text, and this is a whole number',
    ],
    ['any where indexOf(process.name, "a", 1.5) == 1', 'eql/type-mismatch the start of indexOf is a whole number'],
    ['any where between(process.name, "a", "b", 1) == "x"', 'eql/type-mismatch the greedy of between is true or false'],
    [
      'any where cidrMatch(process.executable, "10.0.0.0/8")',
      'eql/type-mismatch the address of cidrMatch is an address',
    ],
    [
      'any where cidrMatch(source.ip, process.name)',
      '1:32 eql/not-constant the network of cidrMatch may not depend on the event',
    ],
    ['any where cidrMatch(source.ip, "10/8")', '1:32 eql/network "10/8" is no network'],
    ['any where cidrMatch(source.ip, "::ffff:10.0.0.0/104")', 'eql/network'],
    ['any where number("x") == 1', '1:11 eql/number "x" is no number of base 10'],
    ['any where 1 / 0 == 1', '1:11 eql/division-by-zero'],
  ])('%s', (text, expected) => expect(refused(text)).toContain(expected))
})

it('stops where the server would stop, and names the event', () => {
  const events = [{ n: '1' }, { n: 'x' }]
  expect(told(run('any where number(n) == 1', events))).toEqual([
    '1:11 eql/number "x" is no number of base 10, and Elasticsearch stops the search there (event on line 2)',
  ])
  expect(told(run('sequence [any where 1 / length(n) == 1] [any where true]', [{ n: '' }]))).toEqual([
    '1:21 eql/division-by-zero division by zero, at which Elasticsearch stops the search (event on line 1)',
  ])
  // Which of the last 50 letters were an "a" is a state of its own; in a text without a period there is no end of them.
  let [text, state] = ['', 1]
  for (let at = 0; at < 20_000; at++) text += (state = (state * 48_271) % 0x7fffffff) % 2 === 0 ? 'a' : 'b'
  const states = 'any where n regex "(a|b)*a(a|b){50}"'
  expect(told(run(states, [{ n: text }])).join()).toContain('eql/regex this expression takes too many states')
})

it('tells all mistakes of the fields and types at once', () =>
  expect(refused('any where process.pid == "x" and nowhere == 1 and length() == 1').split('\n')).toHaveLength(3))

it('warns of a wildcard that is none', () => {
  const result = run('any where process.name == "a*"', [EVENT])
  expect(result.of).toBe('events')
  expect(told(result)).toEqual(['1:27 eql/literal-wildcard "==" takes "*" and "?" as they are'])
})

it('has a case for every code', () => {
  const folder = new URL('../../../src/engine/eql/', import.meta.url)
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  const codes = new Set(
    files.flatMap((file) => readFileSync(new URL(file, folder), 'utf8').match(/'eql\/[a-z-]+'/g) ?? []),
  )
  const cases = readFileSync(new URL(import.meta.url), 'utf8')
  expect(codes.size).toBeGreaterThan(15)
  expect([...codes].filter((code) => !cases.includes(code.slice(1, -1)))).toEqual([])
})
