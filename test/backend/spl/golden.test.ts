import { expect, test } from 'vitest'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, message, not, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import type { Program, Rule } from '../../../src/ir/rule.ts'
import { context } from '../context.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, span, tested } from '../program.ts'

const read = eventRule('read', all(equals('event.action', 'file_read'), equals('detpack.object.class', 'credential')))
const pass = eventRule('pass', equals('event.action', 'descriptor_send'))
const send = eventRule('send', equals('event.action', 'network_send'))
const end = eventRule('end', equals('event.action', 'task_end'))

const like = (...parts: readonly PatternPart[]): ValueTest => ({ is: 'text', pattern: pattern(...parts), cased: false })
const single = (where: Predicate): Program => program(eventRule('under-test', where))
const chain = (last: Rule, ...rules: readonly Rule[]): Program => program(...rules, last)

const cases: Readonly<Record<string, Program>> = {
  'text-in-all-its-forms': single(
    all(
      equals('process.name', 'cUrl-"$`'),
      tested('process.name', { is: 'text', pattern: [text('a\\b')], cased: true }),
      tested('file.path', like(text('/etc/'), any)),
      tested('file.path', like(any, text('.pem'))),
      tested('file.path', like(any, text('ssh'), any)),
      tested('file.path', like(text('/a'), any, text('b'), one, any, text('c'), any, text('d*'))),
      tested('file.path', like(any, text('é'), any)),
      tested('file.path', like(any)),
    ),
  ),
  'keywords-in-any-value': single(
    message({ is: 'text', pattern: pattern(any, text('C:\\x "1"'), any), cased: false }, span),
  ),
  'lists-and-unknown-fields-are-gathered': single(
    anyOf(equals('detpack.flow.object.class', 'credential'), not(equals('CommandLine', 'x'))),
  ),
  'types-of-fields': single(
    all(
      tested('process.pid', { is: 'number', value: 12 }),
      tested('process.pid', { is: 'order', operator: 'gte', value: 5.5 }),
      tested('detpack.descriptor.raced', { is: 'boolean', value: true }),
      tested('destination.ip', { is: 'cidr', network: '10.1.2.3/8' }),
      not(tested('destination.ip', { is: 'cidr', network: '::1/128' })),
      not(tested('destination.ip', { is: 'cidr', network: 'fe80::/10' })),
      tested('process.name', { is: 'null' }),
      tested('process.name', { is: 'exists', present: true }),
      tested('file.path', { is: 'field', other: 'process.executable', relation: 'equals', cased: true }),
      tested('file.path', {
        is: 'regex',
        source: '^/home/\\w+/\\.ssh(/|$)',
        flags: { ignoreCase: true, multiline: false, dotAll: false },
      }),
    ),
  ),
  'steps-keys-until': chain(
    correlation(
      'under-test',
      ordered(['read', 'pass', 'send'], { gaps: [2000, 10_000], until: { rule: ruleId('end'), span } }),
      {
        timespan: 90_000,
        group: ['host.id', 'detpack.flow.object.id'],
        guard: equals('detpack.task.name', 'summarize'),
      },
    ),
    read,
    pass,
    send,
    end,
  ),
  'absence-before-between-after': chain(
    correlation(
      'under-test',
      ordered(['read', 'send'], {
        unless: [
          { where: 'between', after: 0, rule: ruleId('pass'), span },
          { where: 'before', within: milliseconds(5000), rule: ruleId('end'), span },
          { where: 'after', within: milliseconds(3000), rule: ruleId('end'), span },
        ],
      }),
      {
        timespan: 10_000,
        group: [
          groupKey('who', {
            send: 'process.parent.entity_id',
            read: 'process.entity_id',
            pass: 'process.entity_id',
            end: 'process.entity_id',
          }),
        ],
      },
    ),
    read,
    send,
    pass,
    end,
  ),
  'absence-before-and-after-within-the-timespan': chain(
    correlation(
      'under-test',
      ordered(['read', 'send'], {
        unless: [
          { where: 'before', within: null, rule: ruleId('pass'), span },
          { where: 'after', within: null, rule: ruleId('end'), span },
        ],
      }),
      { timespan: 10_000, group: ['host.id'] },
    ),
    read,
    send,
    pass,
    end,
  ),
  'joins-that-are-one-key': chain(
    correlation(
      'under-test',
      ordered(['read', 'send'], {
        joins: [
          {
            left: { step: 0, field: 'detpack.description.id' },
            right: { step: 1, field: 'detpack.source.description.id' },
            span,
          },
        ],
      }),
      { timespan: 60_000 },
    ),
    read,
    send,
  ),
  'an-event-count': chain(
    correlation(
      'under-test',
      { type: 'count', of: [{ rule: ruleId('read'), span }], bounds: [{ operator: 'gte', value: 20 }] },
      { timespan: 60_000, group: ['host.id'] },
    ),
    read,
  ),
  'distinct-values': chain(
    correlation(
      'under-test',
      {
        type: 'value',
        of: [{ rule: ruleId('read'), span }],
        measure: { of: 'distinct' },
        fields: ['file.path', 'detpack.flow.object.id'],
        bounds: [{ operator: 'gte', value: 5 }],
      },
      { timespan: 60_000, group: ['process.entity_id'] },
    ),
    read,
  ),
  'an-average-between-two-bounds': chain(
    correlation(
      'under-test',
      {
        type: 'value',
        of: [{ rule: ruleId('read'), span }],
        measure: { of: 'average' },
        fields: ['detpack.use.count'],
        bounds: [
          { operator: 'gt', value: 2.5 },
          { operator: 'lt', value: 100 },
        ],
      },
      { timespan: 60_000, group: ['process.entity_id'] },
    ),
    read,
  ),
  'a-median': chain(
    correlation(
      'under-test',
      {
        type: 'value',
        of: [{ rule: ruleId('read'), span }],
        measure: { of: 'median' },
        fields: ['detpack.use.count'],
        bounds: [{ operator: 'gte', value: 2.5 }],
      },
      { timespan: 60_000, group: ['process.entity_id'] },
    ),
    read,
  ),
  'a-correlation-of-a-correlation': chain(
    correlation(
      'under-test',
      {
        type: 'count',
        of: [{ rule: ruleId('inner'), span }],
        bounds: [{ operator: 'gte', value: 3 }],
      },
      { timespan: 3_600_000, group: ['host.id'] },
    ),
    read,
    send,
    correlation('inner', ordered(['read', 'send']), { timespan: 60_000, group: ['process.entity_id', 'host.id'] }),
  ),
  'any-order': chain(
    correlation(
      'under-test',
      {
        type: 'unordered',
        of: [
          { rule: ruleId('read'), span },
          { rule: ruleId('send'), span },
        ],
        condition: {
          op: 'all',
          of: [
            { op: 'rule', rule: ruleId('read') },
            { op: 'rule', rule: ruleId('send') },
          ],
        },
      },
      { timespan: 60_000, group: ['host.id'] },
    ),
    read,
    send,
  ),
}

for (const [name, rules] of Object.entries(cases))
  test(name.replaceAll('-', ' '), async () => {
    const compiled = splBackend.compile(rules, ruleId('under-test'), context())
    expect(compiled.diagnostics).toEqual([])
    const text = compiled.kind === 'query' ? compiled.query.text : ''
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.spl`)
  })
