import { describe, expect, it } from 'vitest'
import type { Compilation, CompileContext } from '../../../src/backend/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { any, one, pattern, text } from '../../../src/ir/pattern.ts'
import { message, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { CorrelationBody, EventRule, Measure } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import type { Mapping } from '../../../src/mapping/mapping.ts'
import { none } from '../../../src/mapping/none.ts'
import { correlation, equals, eventRule, ordered, program, ruleId, span, tested } from '../program.ts'

const store = { elasticIndex: 'logs-detpack.use-*', splunkBase: '' }
const context: CompileContext = { mapping: ecs, store, today: '2026-01-01' }
const decimal: Mapping = {
  ...ecs,
  field: (name) => (name === 'd' ? { type: 'double', multi: false } : ecs.field(name)),
}

function compiled(where: Predicate, mapping: Mapping = ecs): Compilation {
  return esqlBackend.compile(program(eventRule('r', where)), ruleId('r'), { ...context, mapping })
}

function compiledBody(body: CorrelationBody, group: readonly string[] = ['host.id']): Compilation {
  const rules = ['a', 'b', 'c'].map((id) => eventRule(id, equals('process.name', id)))
  const inner = correlation('inner', ordered(['a', 'b']))
  return esqlBackend.compile(program(...rules, inner, correlation('r', body, { group })), ruleId('r'), context)
}

function messages(of: Compilation): readonly string[] {
  return of.kind === 'refused' ? of.diagnostics.map((one) => one.message.replace('ES|QL cannot say ', '')) : []
}

const regex = (source: string): ValueTest => ({
  is: 'regex',
  source,
  flags: { ignoreCase: false, multiline: false, dotAll: false },
})
const order: ValueTest = { is: 'order', operator: 'gt', value: 1 }
const other = (name: string): ValueTest => ({ is: 'field', other: name, relation: 'equals', cased: true })
const isText = (form: ReturnType<typeof pattern>): ValueTest => ({ is: 'text', pattern: form, cased: false })

describe('a condition that ES|QL cannot say', () => {
  it.each<[string, Predicate]>([
    ['a keyword that may stand in any field', message(isText(pattern(any, text('x'), any)), span)],
    ['the text of the time "@timestamp"', equals('@timestamp', 'x')],
    ['a number compared with the time "@timestamp"', tested('@timestamp', { is: 'number', value: 5 })],
    ['the order of times in "@timestamp"', tested('@timestamp', order)],
    ['this test on "process.args", which may hold several values', tested('process.args', order)],
    ['this test on "process.args", which may hold several values', tested('process.args', regex('x'))],
    [
      'a comparison with the field "process.args", which may hold several',
      tested('process.name', other('process.args')),
    ],
    ['a comparison of "process.name" with "@timestamp"', tested('process.name', other('@timestamp'))],
    ['a network test on "process.name"', tested('process.name', { is: 'cidr', network: '10.0.0.0/8' })],
    ['a network of IPv4 addresses', tested('source.ip', { is: 'cidr', network: '::ffff:10.0.0.0/104' })],
    ['the hour of "process.name"', tested('process.name', { is: 'time-part', part: 'hour', value: 1 })],
    ['a word boundary', tested('process.name', regex('\\bx'))],
    ['a regular expression over "@timestamp"', tested('@timestamp', regex('x'))],
    ['so long a text without regard to case', equals('file.path', 'abcdefghij'.repeat(30))],
    [
      'more than 8 "?" behind a "*"',
      tested('file.path', isText(pattern(any, text('a'), ...Array<typeof one>(9).fill(one)))),
    ],
  ])('is refused at its place: %s', (what, where) => {
    const result = compiled(where)
    expect(messages(result)[0]).toContain(what)
    expect(result.diagnostics[0]).toMatchObject({ code: 'backend/refused', severity: 'error', span })
  })

  it.each([isText(pattern(text('1'), any)), regex('1')])('is refused on a number with decimals: $is', (test) => {
    expect(messages(compiled(tested('d', test), decimal))).toHaveLength(1)
  })

  it('is told together with every other one', () => {
    const where: Predicate = { op: 'any', of: [tested('@timestamp', order), tested('process.args', order)] }
    expect(messages(compiled(where))).toHaveLength(2)
  })

  it('is a field that no index may have', () => {
    const result = compiled(equals('Image', 'x'), none)
    expect(result.diagnostics.map((one) => one.code)).toContain('backend/unmapped-field')
  })
})

describe('two fields without regard to case', () => {
  const where = tested('process.name', { is: 'field', other: 'file.name', relation: 'equals', cased: false })

  it('are approximate, and so refused', () => {
    expect(compiled(where).diagnostics).toMatchObject([{ code: 'backend/approximate', severity: 'error' }])
  })

  it('are compiled where the rule accepts that', () => {
    const plain = eventRule('r', where)
    const accept = [{ language: 'esql', node: 'field-case', why: 'names are ASCII', until: '2026-02-01', span }]
    const rule: EventRule = { ...plain, governance: { ...plain.governance, accept } }
    const result = esqlBackend.compile(program(rule), rule.id, context)
    expect(result.kind === 'query' && result.query.approximations.map((one) => one.node)).toEqual(['field-case'])
  })
})

describe('a correlation that ES|QL cannot say', () => {
  const use = (id: string) => ({ rule: ruleId(id), span })
  const value = (measure: Measure, field: string, bound: number): CorrelationBody => {
    return { type: 'value', of: [use('a')], measure, fields: [field], bounds: [{ operator: 'gte', value: bound }] }
  }
  const anyOrder = (rules: number): CorrelationBody => ({
    type: 'unordered',
    of: Array.from({ length: rules }, () => use('a')),
    condition: { op: 'rule', rule: ruleId('a') },
  })

  it.each<[string, CorrelationBody]>([
    ['a sequence of three or more steps', ordered(['a', 'b', 'c'])],
    ['a correlation of the alerts of another', ordered(['inner', 'b'])],
    ['the absence of an event after', ordered(['a', 'b'], { unless: [{ ...use('c'), where: 'after', within: null }] })],
    [
      'an absence together with a join',
      ordered(['a', 'b'], {
        until: use('c'),
        joins: [{ left: { step: 0, field: 'user.id' }, right: { step: 1, field: 'user.id' }, span }],
      }),
    ],
    [
      'a join of a step with itself',
      ordered(['a', 'b'], {
        joins: [{ left: { step: 1, field: 'user.id' }, right: { step: 1, field: 'user.id' }, span }],
      }),
    ],
    [
      'a condition over rules other than',
      { type: 'unordered', of: [use('a'), use('b')], condition: { op: 'not', of: { op: 'rule', rule: ruleId('a') } } },
    ],
    ['more than 90 rules in any order', anyOrder(91)],
    ['an exact median', value({ of: 'median' }, 'process.pid', 1)],
    ['an exact percentile', value({ of: 'percentile', rank: 95 }, 'process.pid', 1)],
    ['the exact sum of "process.name"', value({ of: 'sum' }, 'process.name', 1)],
    ['the exact comparison of an average with a number', value({ of: 'average' }, 'process.pid', 0.5)],
  ])('is refused: %s', (what, body) => {
    expect(messages(compiledBody(body)).join()).toContain(what)
  })

  it('is one that groups by a value without an exact text', () => {
    expect(messages(compiledBody(ordered(['a', 'b']), ['@timestamp']))[0]).toContain('the exact text of "@timestamp"')
  })

  it('names where three steps can run', () => {
    const [diagnostic] = compiledBody(ordered(['a', 'b', 'c'])).diagnostics
    expect(diagnostic?.hint).toContain('SPL')
    expect(diagnostic?.hint).toContain('"local"')
  })
})
