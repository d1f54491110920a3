import { expect, test } from 'vitest'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { parseEql } from '../../../src/engine/eql/run.ts'
import { any, one, pattern, text, type PatternPart } from '../../../src/ir/pattern.ts'
import { all, anyOf, not, type Predicate, type ValueTest } from '../../../src/ir/predicate.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import type { CorrelationBody, Program, Rule } from '../../../src/ir/rule.ts'
import { correlation, equals, eventRule, groupKey, ordered, program, ruleId, span, tested } from '../program.ts'
import { context } from '../context.ts'
import { accepting, compiled, knowing } from './run.ts'

const read = eventRule('read', all(equals('event.action', 'file_read'), equals('detpack.object.class', 'credential')))
const pass = eventRule('pass', equals('event.action', 'descriptor_send'))
const send = eventRule('send', equals('event.action', 'network_send'))
const end = eventRule('end', equals('event.action', 'task_end'))

const like = (...parts: readonly PatternPart[]): ValueTest => ({ is: 'text', pattern: pattern(...parts), cased: false })
const single = (where: Predicate): Program => program(eventRule('under-test', where))
const chain = (last: Rule, ...rules: readonly Rule[]): Program => program(...rules, last)

const allOf = (...rules: readonly string[]): CorrelationBody => ({
  type: 'unordered',
  of: rules.map((rule) => ({ rule: ruleId(rule), span })),
  condition: { op: 'all', of: rules.map((rule) => ({ op: 'rule', rule: ruleId(rule) })) },
})

const cases: Readonly<Record<string, Program>> = {
  'text-in-all-its-forms': single(
    all(
      equals('process.name', 'curl'),
      tested('process.name', { is: 'text', pattern: [text('Curl')], cased: true }),
      tested('file.path', like(text('/etc/'), any)),
      tested('file.path', { is: 'text', pattern: [any, text('.Pem')], cased: true }),
      tested('file.path', like(text('/tmp/'), one, any)),
      equals('file.path', 'a*b?'),
      tested('file.path', { is: 'text', pattern: [text('a*b?')], cased: true }),
      tested('file.path', like(any, text('what?'), any)),
      equals('process.name', ''),
      tested('process.name', like(any)),
    ),
  ),
  'values-of-one-field-are-a-list': single(
    all(
      anyOf(
        equals('process.name', 'curl'),
        equals('process.name', 'wget'),
        tested('process.name', like(text('nc'), any)),
      ),
      anyOf(
        tested('process.pid', { is: 'number', value: 1 }),
        tested('process.pid', { is: 'number', value: 2 }),
        all(equals('event.action', 'file_read'), not(equals('event.outcome', 'failure'))),
      ),
    ),
  ),
  'letters-beyond-ascii-are-spelt-out': single(
    all(equals('file.path', '/home/é'), equals('file.path', 'ÀÉÎÕ'), tested('file.path', like(any, text('ñ.txt')))),
  ),
  'quotes-and-backslashes': single(
    all(equals('process.name', 'a"b\\c\n\u0002'), equals('odd-name.where', 'x'), equals('a.`b', 'y')),
  ),
  'types-of-fields': single(
    all(
      equals('process.pid', '12'),
      tested('process.pid', { is: 'order', operator: 'gt', value: 5.5 }),
      tested('process.pid', { is: 'order', operator: 'lt', value: 5.5 }),
    ),
  ),
  'a-number-has-one-text': single(anyOf(equals('process.pid', '012'), equals('process.name', 'x'))),
  'booleans-and-networks': single(
    anyOf(
      tested('detpack.descriptor.raced', { is: 'boolean', value: true }),
      equals('detpack.descriptor.raced', 'TRUE'),
      tested('process.name', { is: 'boolean', value: false }),
      tested('process.name', { is: 'number', value: 5 }),
      tested('destination.ip', { is: 'cidr', network: '10.0.0.0/8' }),
      tested('destination.ip', { is: 'cidr', network: 'fe80::/10' }),
      tested('destination.ip', { is: 'cidr', network: '::/0' }),
      equals('destination.ip', '127.0.0.1'),
      equals('destination.ip', '::1'),
      tested('destination.ip', like(text('192.168.'), any)),
      tested('process.name', { is: 'null' }),
      tested('process.name', { is: 'exists', present: true }),
      tested('process.name', { is: 'exists', present: false }),
    ),
  ),
  'an-unknown-field-is-optional': single(
    all(
      equals('CommandLine', 'x'),
      not(equals('EventID', '4624')),
      anyOf(tested('EventID', { is: 'number', value: 4625 }), tested('EventID', { is: 'number', value: 4.5 })),
      tested('ParentImage', { is: 'null' }),
    ),
  ),
  'regular-expression': single(
    tested('file.path', {
      is: 'regex',
      source: '(^|/)id_\\w+(?i)\\.PUB$',
      flags: { ignoreCase: false, multiline: false, dotAll: false },
    }),
  ),
  'always-and-never': single(anyOf(all(), anyOf())),
  'steps-keys-until': chain(
    correlation('under-test', ordered(['read', 'pass', 'send'], { until: { rule: ruleId('end'), span } }), {
      timespan: 90_000,
      group: ['process.entity_id', 'host.id'],
      guard: equals('detpack.task.name', 'summarize'),
    }),
    read,
    pass,
    send,
    end,
  ),
  'keys-of-different-fields': chain(
    correlation('under-test', ordered(['read', 'send'], { until: { rule: ruleId('end'), span } }), {
      timespan: 1500,
      group: [
        'host.id',
        groupKey('who', { read: 'process.entity_id', send: 'process.parent.entity_id', end: 'process.entity_id' }),
      ],
    }),
    read,
    send,
    end,
  ),
  'a-repeated-step-runs': chain(
    accepting(correlation('under-test', ordered(['read', 'read', 'read', 'send']), { timespan: 10_000 }), [
      'duplicates',
      'boots',
    ]),
    read,
    send,
  ),
  'a-sample-of-events-in-any-order': chain(
    accepting(correlation('under-test', allOf('read', 'send'), { group: ['host.id'] }), ['timespan', 'identity']),
    read,
    send,
  ),
  'a-sample-by-different-fields': chain(
    accepting(
      correlation('under-test', allOf('read', 'send'), {
        group: ['host.id', groupKey('who', { send: 'process.parent.entity_id', read: 'process.entity_id' })],
      }),
      ['timespan', 'identity'],
    ),
    read,
    send,
  ),
  'two-steps-with-a-gap-and-an-absence-between': chain(
    correlation(
      'under-test',
      ordered(['read', 'send'], { gaps: [2000], unless: [{ where: 'between', after: 0, rule: ruleId('end'), span }] }),
      { timespan: 10_000, group: ['process.entity_id'] },
    ),
    read,
    send,
    end,
  ),
  'joins-that-are-one-key': chain(
    correlation(
      'under-test',
      ordered(['read', 'pass', 'send'], {
        joins: [
          {
            left: { step: 0, field: 'detpack.description.id' },
            right: { step: 1, field: 'detpack.description.id' },
            span,
          },
          {
            left: { step: 2, field: 'detpack.source.description.id' },
            right: { step: 1, field: 'detpack.description.id' },
            span,
          },
        ],
      }),
      { timespan: milliseconds(60_000), group: ['host.id'] },
    ),
    read,
    pass,
    send,
  ),
}

for (const [name, rules] of Object.entries(cases))
  test(name.replaceAll('-', ' '), async () => {
    const done = eqlBackend.compile(rules, ruleId('under-test'), context())
    // Patterns that begin with a wildcard are told, and what was accepted.
    expect(done.diagnostics.filter((one) => one.severity === 'error')).toEqual([])
    const text = done.kind === 'query' ? done.query.text : ''
    await expect(`${text}\n`).toMatchFileSnapshot(`golden/${name}.eql`)
    expect(parseEql(new Source(name, text))).toHaveProperty('query')
  })

test('a key that may have no mapping is asked for in each condition', async () => {
  const keyword = { type: 'keyword', multi: false } as const
  const known = knowing({ action: keyword, 'host.id': keyword, run: { ...keyword, optional: true } })
  const [one, two] = [eventRule('one', equals('action', 'a')), eventRule('two', equals('action', 'b'))]
  const rule = correlation('under-test', ordered(['one', 'two']), { group: ['host.id', groupKey('run')] })
  await expect(`${compiled(chain(rule, one, two), rule, known) ?? ''}\n`).toMatchFileSnapshot(
    'golden/a-key-that-may-have-no-mapping.eql',
  )
})
