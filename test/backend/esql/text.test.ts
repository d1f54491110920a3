import { expect, it } from 'vitest'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { any, pattern, text } from '../../../src/ir/pattern.ts'
import { all, anyOf, not, type Predicate } from '../../../src/ir/predicate.ts'
import type { Correlation, EventRule } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { correlation, equals, eventRule, ordered, program, ruleId, span, tested } from '../program.ts'

const context = {
  mapping: ecs,
  store: { elasticIndex: 'logs-detpack.use-*', splunkBase: '' },
  today: '2026-01-01',
}

const read = eventRule('read', all(equals('event.action', 'file_read'), equals('detpack.object.class', 'credential')))
const send = eventRule('send', equals('event.action', 'network_send'))
const confirmed = eventRule('confirmed', equals('process.name', 'polkit'))
const many = correlation(
  'many',
  { type: 'count', of: [{ rule: ruleId('send'), span }], bounds: [{ operator: 'gte', value: 5 }] },
  { group: ['host.id'] },
)
const group = ['host.id', 'detpack.flow.object.id']

const home = tested('file.path', { is: 'text', pattern: pattern(any, text('/.ssh/'), any), cased: false })
const several: Predicate = all(
  anyOf(home, equals('process.args', '--%x')),
  not(equals('event.outcome', 'Failure')),
  not(tested('process.parent.name', { is: 'exists', present: true })),
)

const cases: readonly (readonly [string, EventRule | Correlation])[] = [
  ['event', eventRule('single', several)],
  ['ordered', correlation('chain', ordered(['read', 'send'], { gaps: [10_000] }), { group, timespan: 60_000 })],
  [
    'ordered-with-absence',
    correlation(
      'chain',
      ordered(['read', 'send'], {
        unless: [{ rule: ruleId('confirmed'), span, where: 'between', after: 0 }],
        until: { rule: ruleId('confirmed'), span },
      }),
      { group: ['host.id'] },
    ),
  ],
  [
    'unordered',
    correlation(
      'both',
      {
        type: 'unordered',
        of: ['read', 'send'].map((id) => ({ rule: ruleId(id), span })),
        condition: { op: 'all', of: ['read', 'send'].map((id) => ({ op: 'rule', rule: ruleId(id) })) },
      },
      { group: ['host.id'] },
    ),
  ],
  [
    'count',
    correlation(
      'many',
      { type: 'count', of: [{ rule: ruleId('send'), span }], bounds: [{ operator: 'gte', value: 5 }] },
      { group: ['host.id'], guard: equals('detpack.task.name', 'summarize') },
    ),
  ],
  [
    'count-between',
    correlation(
      'some',
      {
        type: 'count',
        of: [{ rule: ruleId('send'), span }],
        bounds: [
          { operator: 'gte', value: 5 },
          { operator: 'lt', value: 9 },
        ],
      },
      { group: ['host.id'] },
    ),
  ],
  [
    'median',
    correlation(
      'middle',
      {
        type: 'value',
        of: [{ rule: ruleId('send'), span }],
        measure: { of: 'median' },
        fields: ['detpack.use.bytes'],
        bounds: [{ operator: 'gt', value: 1_000_000 }],
      },
      { group: ['host.id'] },
    ),
  ],
  ['chain', correlation('twice', ordered(['many', 'send']), { group: ['host.id'], timespan: 60_000 })],
  [
    'distinct',
    correlation(
      'spread',
      {
        type: 'value',
        of: [{ rule: ruleId('read'), span }],
        measure: { of: 'distinct' },
        fields: ['detpack.object.id'],
        bounds: [{ operator: 'gte', value: 20 }],
      },
      { group: ['process.entity_id'] },
    ),
  ],
]

it.each(cases)('says %s like this', async (name, rule) => {
  const compiled = esqlBackend.compile(program(read, send, confirmed, many, rule), rule.id, context)
  expect(compiled).toMatchObject({ kind: 'query', diagnostics: [] })
  if (compiled.kind === 'query') await expect(`${compiled.query.text}\n`).toMatchFileSnapshot(`golden/${name}.esql`)
})

it('reads identity and group from columns', () => {
  const rule = correlation('chain', ordered(['read', 'send']), { group: ['host.id', 'first_id'] })
  const renamed = { ...rule, group: rule.group.map((key) => ({ ...key, fieldOf: fieldOf(key.name) })) }
  const compiled = esqlBackend.compile(program(read, send, renamed), rule.id, context)
  expect(compiled.kind === 'query' && compiled.query.identity).toEqual({
    of: 'row',
    first: 'first_id',
    last: 'last_id',
    keys: { 'host.id': 'host.id', first_id: 'key_first_id' },
  })
})

function fieldOf(name: string) {
  const field = name === 'first_id' ? 'user.name' : name
  return new Map(['read', 'send'].map((id) => [ruleId(id), field]))
}
