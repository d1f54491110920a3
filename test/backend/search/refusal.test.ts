import { describe, expect, test } from 'vitest'
import type { Backend } from '../../../src/backend/backend.ts'
import { kqlBackend } from '../../../src/backend/kql/backend.ts'
import { luceneBackend } from '../../../src/backend/lucene/backend.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, message, not, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { Rule } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import type { FieldInfo, Mapping } from '../../../src/mapping/mapping.ts'
import { correlation, equals, eventRule, ordered, program, span, tested } from '../program.ts'

const like = (...parts: readonly PatternPart[]): ValueTest => ({ is: 'text', pattern: pattern(...parts), cased: false })
const cased = (...parts: readonly PatternPart[]): ValueTest => ({ is: 'text', pattern: pattern(...parts), cased: true })
const flags = { ignoreCase: false, multiline: false, dotAll: false }
const regex = (source: string): ValueTest => ({ is: 'regex', source, flags })
const keyword = (of: string): Predicate => message({ is: 'text', pattern: [any, text(of), any], cased: false }, span)

const analysing: Mapping = {
  ...ecs,
  field: (name): FieldInfo | undefined =>
    name === 'message' ? { type: 'keyword', multi: false, analyzed: true } : ecs.field(name),
}
const open: Mapping = { ...ecs, closed: false }

function said(backend: Backend, rule: Rule, others: readonly Rule[] = [], mapping: Mapping = analysing): string {
  const context = { mapping, store: { elasticIndex: '', splunkBase: '' }, today: '2026-11-23' }
  const compiled = backend.compile(program(...others, rule), rule.id, context)
  expect(compiled.kind).toBe('refused')
  for (const one of compiled.diagnostics) {
    expect(one.code).toBe('backend/refused')
    expect(one.span).toBe(span)
    expect(one.hint).toBeTruthy()
  }
  return compiled.diagnostics.map((one) => one.message).join('\n')
}

const refusedByBoth: readonly [string, Predicate, string][] = [
  [
    'a field against a field',
    tested('file.path', { is: 'field', other: 'process.name', relation: 'equals', cased: true }),
    'a comparison of',
  ],
  ['a part of a time', tested('@timestamp', { is: 'time-part', part: 'hour', value: 3 }), 'the hour of a time'],
  ['the text of a time', equals('@timestamp', '2026'), 'the text of a time'],
  ['a number on a time', tested('@timestamp', { is: 'number', value: 1 }), 'a number on @timestamp'],
  ['a part of an address', tested('destination.ip', like(any, text('.1'))), 'a part of the text of the address'],
  ['an address in another spelling', equals('destination.ip', '::0:1'), 'a part of the text of the address'],
  ['wildcards on a number', tested('process.pid', like(text('1'), any)), 'wildcards on process.pid'],
  ['a number beyond exactness', tested('process.pid', { is: 'number', value: 2 ** 60 }), 'the number'],
  ['order on a text', tested('process.name', { is: 'order', operator: 'gt', value: 1 }), 'a numeric order on'],
  ['order on an unknown field', tested('Port', { is: 'order', operator: 'gt', value: 1 }), 'a numeric order on Port'],
  ['a boolean on an unknown field', tested('Signed', { is: 'boolean', value: true }), 'a boolean on Signed'],
  ['a network on a text', tested('process.name', { is: 'cidr', network: '10.0.0.0/8' }), 'a network on process.name'],
  ['a network on an unknown field', tested('Ip', { is: 'cidr', network: '10.0.0.0/8' }), 'a network on Ip'],
  [
    'a network of mapped addresses',
    tested('destination.ip', { is: 'cidr', network: '::ffff:0:0/96' }),
    'the IPv6 network',
  ],
  ['a network in short', tested('destination.ip', { is: 'cidr', network: '10/8' }), 'the network 10/8'],
  ['a word boundary', tested('file.path', regex('\\bx')), 'a word boundary'],
  ['a regular expression on a number', tested('process.pid', regex('1')), 'a regular expression on process.pid'],
  ['a part of an analysed text', tested('message', like(any, text('x'), any)), 'the text of message'],
  ['a number as an analysed text', tested('message', { is: 'number', value: 5 }), 'the text of message'],
  ['an expression over an analysed text', tested('message', regex('x')), 'the text of message'],
  ['a name that means many fields', equals('process.*', 'x'), 'the field name "process.*"'],
]

describe.each([
  ['Lucene', luceneBackend],
  ['KQL', kqlBackend],
] as const)('%s refuses', (title, backend) => {
  for (const [name, where, wanted] of refusedByBoth)
    test(name, () => expect(said(backend, eventRule('r', where))).toContain(`${title} cannot say ${wanted}`))

  test('correlations', () => {
    const a = eventRule('a', equals('process.pid', '1'))
    expect(said(backend, correlation('c', ordered(['a', 'a'])), [a])).toContain('events that belong together')
  })

  test('keywords where not all fields are known', () => {
    expect(said(backend, eventRule('r', keyword('rm -rf')), [], open)).toContain('keywords over the whole message')
  })

  test('a condition nested too deep, or with too many values', () => {
    let deep: Predicate = equals('process.pid', '1')
    for (let level = 0; level < 15; level++) deep = not(all(deep, equals('process.pid', String(level))))
    expect(said(backend, eventRule('r', deep))).toContain('more than 20 levels deep')
    for (let level = 0; level < 5000; level++) deep = { op: 'not', of: deep }
    expect(said(backend, eventRule('r', deep))).toContain('more than 20 levels deep')
    const many = anyOf(...Array.from({ length: 1001 }, (_, place) => equals('process.pid', String(place))))
    expect(said(backend, eventRule('r', many))).toMatch(/more than \d+ values/)
  })
})

describe('only Lucene', () => {
  test('is told of keywords that other fields than texts may hold', () => {
    for (const keywordText of ['12', '10.0.0.1', 'true', 'fe80::1'])
      expect(said(luceneBackend, eventRule('r', keyword(keywordText)))).toContain('a keyword that a number')
    expect(said(luceneBackend, eventRule('r', message(regex('x'), span)))).toContain('a keyword that is no text')
  })

  test('refuses what Elasticsearch cannot make an automaton of', () => {
    const singles = tested('file.path', cased(any, text('a'), ...Array.from({ length: 16 }, () => one)))
    expect(said(luceneBackend, eventRule('r', singles))).toContain('in so many ways')
    expect(said(luceneBackend, eventRule('r', equals('file.path', 'x'.repeat(300))))).toContain('so long a text')
  })
})

describe('only KQL refuses', () => {
  const cases: readonly [string, Predicate, string][] = [
    ['texts without regard to case', equals('process.name', 'curl'), 'a text without regard to case'],
    ['regular expressions', tested('file.path', regex('x')), 'a regular expression'],
    ['the wildcard for one character', tested('file.path', cased(text('a'), one)), 'the wildcard "?"'],
    ['a wildcard beside a space', tested('file.path', cased(text('a b'), any)), 'a wildcard beside a space'],
    ['a wildcard beside a backslash', tested('file.path', cased(any, text('\\x'))), 'a wildcard beside "\\"'],
    ['keywords', keyword('rm -rf'), 'keywords over the whole message'],
  ]
  for (const [name, where, wanted] of cases)
    test(name, () => expect(said(kqlBackend, eventRule('r', where))).toContain(`KQL cannot say ${wanted}`))
})
