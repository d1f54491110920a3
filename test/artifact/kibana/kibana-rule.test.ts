import { expect, test } from 'vitest'
import { kibanaRule, type KibanaOptions } from '../../../src/artifact/kibana/kibana-rule.ts'
import type { KibanaRule } from '../../../src/artifact/kibana/rule.ts'
import type { NativeQuery } from '../../../src/backend/backend.ts'
import type { Level, Rule } from '../../../src/ir/rule.ts'
import { violations } from '../../target/elastic/interface-description.ts'
import {
  correlation,
  duration,
  eql,
  esql,
  eventQuery,
  eventRule,
  key,
  ordered,
  programOf,
  use,
} from '../rule-fixture.ts'

const options: KibanaOptions = {
  index: 'logs-detpack.use-*',
  field: (name) => ({ type: 'keyword', multi: name.startsWith('detpack.flow') }),
}

const full = correlation(ordered(), {
  tags: ['attack.exfiltration', 'attack.t1041', 'cve.2021-1'],
  references: ['https://example.org/'],
  falsepositives: ['a backup'],
  fields: ['file.path', 'process.entity_id'],
  group: [key('process.entity_id')],
})

function made(rule: Rule, query: NativeQuery, more: Partial<KibanaOptions> = {}): KibanaRule {
  const artifact = kibanaRule(rule, programOf(rule), query, { ...options, ...more })
  if (artifact.kind === 'refused') throw new Error(artifact.diagnostics.map((one) => one.message).join('\n'))
  return artifact.rule
}

test('an EQL query becomes an event correlation rule', () => {
  const rule = made(full, eql(full))
  expect(rule).toEqual({
    rule_id: '6e9ce123-1fcb-4b2e-9d3a-3cf4b0b3a001',
    name: 'Read, then sent',
    description: 'A credential was read and then something was sent.',
    type: 'eql',
    language: 'eql',
    query: 'sequence by process.entity_id with maxspan=10s [any where true] [any where true]',
    index: ['logs-detpack.use-*'],
    timestamp_field: '@timestamp',
    tiebreaker_field: 'event.sequence',
    severity: 'high',
    risk_score: 73,
    enabled: true,
    interval: '5m',
    from: 'now-430s',
    to: 'now',
    max_signals: 1000,
    version: 3,
    tags: ['cve.2021-1'],
    author: ['A. Author', 'B. Author'],
    license: '',
    references: ['https://example.org/'],
    false_positives: ['a backup'],
    threat: [
      {
        framework: 'MITRE ATT&CK',
        tactic: { id: 'TA0010', name: 'Exfiltration', reference: 'https://attack.mitre.org/tactics/TA0010/' },
        technique: [
          {
            id: 'T1041',
            name: 'Exfiltration Over C2 Channel',
            reference: 'https://attack.mitre.org/techniques/T1041/',
          },
        ],
      },
    ],
    note: '',
    setup: expect.stringContaining('logs-detpack.use-*') as string,
    required_fields: [
      { name: 'event.action', type: 'keyword' },
      { name: 'process.entity_id', type: 'keyword' },
    ],
    investigation_fields: { field_names: ['file.path', 'process.entity_id'] },
    alert_suppression: {
      group_by: ['process.entity_id'],
      duration: { value: 10, unit: 's' },
      missing_fields_strategy: 'doNotSuppress',
    },
  })
})

test('an ES|QL rule has neither index nor ordering fields: its query names them', () => {
  const rule = made(full, esql(full))
  expect(rule).toMatchObject({ type: 'esql', language: 'esql' })
  for (const name of ['index', 'timestamp_field', 'tiebreaker_field', 'filters']) expect(rule).not.toHaveProperty(name)
})

test('nothing decides equal times where the index has no sequence of events', () => {
  const field: KibanaOptions['field'] = (name) =>
    name === 'event.sequence' ? undefined : { type: 'keyword', multi: false }
  expect(made(full, eql(full), { field })).not.toHaveProperty('tiebreaker_field')
})

test('a sample is an event correlation rule that tells what it does not say', () => {
  const approximations = [{ node: 'timespan', why: 'a sample has no timespan' }]
  const query = { ...eql(full, 'sample by process.entity_id [any where true] [any where true]'), approximations }
  expect(made(full, query)).toMatchObject({
    type: 'eql',
    query: query.text,
    setup: expect.stringContaining('Accepted approximation, timespan: a sample has no timespan') as string,
  })
})

const event = eventRule('file_read')
const bare = correlation(ordered(), { group: [], fields: [], description: null, author: null, level: null })

test.each<[string, KibanaRule]>([
  ['a sequence', made(full, eql(full))],
  ['rows', made(full, esql(full))],
  ['single events', made(event, eventQuery(event))],
  ['a bare rule', made(bare, eql(bare))],
])("%s keep to Kibana's interface description", (_, rule) => {
  expect(violations('RuleCreateProps', rule)).toEqual([])
})

test('the interface description would refuse a misspelt field', () => {
  expect(violations('EqlRuleCreateProps', { ...made(full, eql(full)), time_stamp_field: 'x' })).not.toEqual([])
})

test.each<[Level, string, number]>([
  ['informational', 'low', 1],
  ['low', 'low', 21],
  ['medium', 'medium', 47],
  ['high', 'high', 73],
  ['critical', 'critical', 99],
])('level %s is severity %s with risk %i', (level, severity, risk) => {
  expect(made({ ...full, level }, eql(full))).toMatchObject({ severity, risk_score: risk })
})

test('without a level a rule counts as low, and that is said', () => {
  const artifact = kibanaRule(bare, programOf(bare), eql(bare), options)
  expect(artifact).toMatchObject({
    kind: 'rule',
    rule: { severity: 'low', description: 'Read, then sent', author: [] },
  })
  expect(artifact.diagnostics.map((one) => one.code)).toEqual(['artifact/no-level'])
})

test('an experimental rule waits switched off', () => {
  const rule = made({ ...full, status: 'experimental' }, eql(full))
  expect(rule.enabled).toBe(false)
})

test("schedule, delay, alerts per run and licence are the pack's to say", () => {
  const more = { interval: duration('90500ms'), ingestDelay: duration('10s'), maxSignals: 50, license: 'Apache-2.0' }
  const rule = made(full, eql(full), more)
  expect(rule).toMatchObject({ interval: '91s', from: 'now-111s', max_signals: 50, license: 'Apache-2.0' })
  expect(violations('RuleCreateProps', rule)).toEqual([])
})

test('everything that stands in the way is said at once', () => {
  const hopeless = {
    ...full,
    status: 'deprecated',
    body: ordered({ unless: [{ ...use('file_read'), where: 'after', within: null }] }),
  } as const
  const artifact = kibanaRule(hopeless, programOf(hopeless), { ...eql(full), language: 'spl' }, options)
  expect(artifact.kind).toBe('refused')
  expect(artifact.diagnostics.map((one) => one.code)).toEqual([
    'artifact/retired',
    'artifact/window-edge',
    'artifact/language',
  ])
})
