import { describe, expect, it } from 'vitest'
import type { Compilation, CompileContext } from '../../../src/backend/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
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

function compiledBody(body: CorrelationBody, group: readonly string[] = ['host.id'], timespan = 1000): Compilation {
  const rules = ['a', 'b', 'c'].map((id) => eventRule(id, equals('process.name', id)))
  const word = eventRule('word', keyword(text('xyz')))
  const inner = correlation('inner', ordered(['a', 'b']))
  return esqlBackend.compile(
    program(...rules, word, inner, correlation('r', body, { group, timespan })),
    ruleId('r'),
    context,
  )
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
const keyword = (...parts: readonly PatternPart[]) => message(isText(pattern(any, ...parts, any)), span)
const isText = (form: ReturnType<typeof pattern>): ValueTest => ({ is: 'text', pattern: form, cased: false })

describe('a condition that ES|QL cannot say', () => {
  it.each<[string, Predicate]>([
    ['a keyword that may stand in any field and could be a number', keyword(text('10.'))],
    ['a keyword that may stand in any field and could be a number', message(regex('[a-z]+'), span)],
    ['so long a keyword', keyword(text('wxyz'.repeat(80)))],
    ['more than 8 characters that are left open', keyword(text('x'), ...Array<typeof one>(9).fill(one))],
    ['more than 8 characters that are left open', message(regex('x.{9}y'), span)],
    ['this test on whatever field it may be', message(order, span)],
    ['the text of the time "@timestamp"', equals('@timestamp', 'x')],
    ['a number compared with the time "@timestamp"', tested('@timestamp', { is: 'number', value: 5 })],
    ['the order of times in "@timestamp"', tested('@timestamp', order)],
    ['this test on "process.args", which may hold several values', tested('process.args', order)],
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
    [
      'a pattern of more than 30000 characters',
      tested('file.path', isText(pattern(text('abcdefghij'.repeat(800)), any))),
    ],
    [
      'a pattern that can match in so many ways',
      tested('file.path', isText(pattern(any, text('a'), ...Array<typeof one>(16).fill(one)))),
    ],
    ['a regular expression that can match in so many ways', tested('process.name', regex('a.{16}'))],
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
})

describe('a field of which the mapping says nothing', () => {
  it('is taken for a field of texts, and that is told', () => {
    const result = compiled(equals('Image', 'x'), none)
    expect(result).toMatchObject({ kind: 'query', diagnostics: [{ code: 'backend/assumed-field' }] })
    expect(result.diagnostics[0]?.message).toContain('"Image"')
  })

  it('holds no exact numbers', () => {
    const sum: CorrelationBody = { type: 'value', of: [use('a')], measure: { of: 'sum' }, fields: ['n'], bounds: [] }
    expect(messages(compiledBody(sum)).join()).toContain('of which the mapping does not say that it is a whole number')
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

function use(id: string) {
  return { rule: ruleId(id), span }
}

describe('a correlation that ES|QL cannot say', () => {
  const value = (measure: Measure, field: string, bound: number, of = 'a'): CorrelationBody => {
    return { type: 'value', of: [use(of)], measure, fields: [field], bounds: [{ operator: 'gte', value: bound }] }
  }
  const join = { left: { step: 0, field: 'user.id' }, right: { step: 1, field: 'user.id' }, span }

  it.each<[string, CorrelationBody]>([
    ['a sequence of three or more steps', ordered(['a', 'b', 'c'])],
    ['a join beside the alerts of a correlation', ordered(['inner', 'b'], { joins: [join] })],
    ['a join beside the alerts of a correlation', ordered(['inner', 'b'], { joins: [{ ...join, right: join.left }] })],
    ['a keyword that may stand in any field, where several rules must be told apart', ordered(['a', 'word'])],
    [
      'more than 90 rules in any order',
      {
        type: 'unordered',
        of: Array.from({ length: 91 }, (_, at) => use(`a${at}`)),
        condition: { op: 'rule', rule: ruleId('a0') },
      },
    ],
    ['the exact sum of "process.name"', value({ of: 'sum' }, 'process.name', 1)],
    ['the exact median of "process.pid" over the alerts', value({ of: 'median' }, 'process.pid', 1, 'inner')],
    ['the exact comparison of an average with 0.1', value({ of: 'average' }, 'process.pid', 0.1)],
  ])('is refused: %s', (what, body) => {
    expect(messages(compiledBody(body)).join()).toContain(what)
  })

  it('is one whose task must hold of alerts', () => {
    const inner = correlation('inner', ordered(['a', 'b']))
    const outer = correlation('r', ordered(['inner', 'a']), { guard: equals('user.id', '0') })
    const rules = program(...['a', 'b'].map((id) => eventRule(id, equals('process.name', id))), inner, outer)
    const result = esqlBackend.compile(rules, outer.id, context)
    expect(messages(result)[0]).toContain('a task condition on the alerts of a correlation')
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

describe('what pairs of events cost', () => {
  const body: CorrelationBody = {
    type: 'unordered',
    of: [use('a'), use('b')],
    condition: { op: 'all', of: ['a', 'b'].map((id) => ({ op: 'rule', rule: ruleId(id) })) },
  }

  it('is told where nothing keeps them few', () => {
    expect(compiledBody(body, [])).toMatchObject({ kind: 'query', diagnostics: [{ code: 'backend/cost' }] })
  })

  it('is not told within a group and an hour, nor where events are only sorted', () => {
    expect(compiledBody(body).diagnostics).toEqual([])
    expect(compiledBody(ordered(['a', 'b']), []).diagnostics).toEqual([])
  })

  it('is told of a window of days, which each run reads again', () => {
    const day = 86_400_000
    expect(compiledBody(ordered(['a', 'b']), undefined, day).diagnostics).toEqual([])
    expect(compiledBody(ordered(['a', 'b']), undefined, 2 * day).diagnostics).toMatchObject([
      { code: 'backend/cost', message: expect.stringContaining('2d: at 10 such events a second, 1,728,000') as string },
    ])
  })
})
