import { expect, test } from 'vitest'
import { renderConf } from '../../../src/artifact/splunk/conf.ts'
import { macros } from '../../../src/artifact/splunk/macro.ts'
import { savedSearch, type SplunkArtifact, type SplunkOptions } from '../../../src/artifact/splunk/saved-search.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { Source } from '../../../src/diagnostic/source.ts'
import { runSpl } from '../../../src/engine/spl/run-spl.ts'
import { parseMacros } from '../../../src/engine/spl/text/macro.ts'
import type { JsonObject } from '../../../src/event/field.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { Time } from '../../../src/event/record.ts'
import type { Rule } from '../../../src/ir/rule.ts'
import { context } from '../../backend/context.ts'
import { correlation, eql, eventRule, key, ordered, programOf } from '../rule-fixture.ts'

const known = context()
const options: SplunkOptions = {
  pack: 'agents',
  base: known.store.splunkBase,
  field: (name) => known.mapping.field(name),
}

const full = correlation(ordered(), {
  tags: ['attack.exfiltration', 'attack.t1041', 'attack.t1552.004', 'cve.2021-1'],
  falsepositives: ['a backup'],
  fields: ['file.path'],
  group: [key('process.entity_id'), key('object', { file_read: 'detpack.object.id' })],
  governance: {
    version: 3,
    risk: ['R-EXFIL-02'],
    grant: 'summarize-document/credential-read',
    triage: [{ ask: 'Was the host meant\nto be declared?', run: 'detpack explain {alert.id}' }],
    accept: [],
  },
})

function artifact(rule: Rule): SplunkArtifact {
  const program = programOf(rule)
  const compiled = splBackend.compile(program, rule.id, known)
  if (compiled.kind === 'refused') throw new Error(compiled.diagnostics.map((one) => one.message).join('\n'))
  return savedSearch(rule, program, compiled.query, options)
}

function settings(rule: Rule): Readonly<Record<string, string>> {
  const made = artifact(rule)
  if (made.kind === 'refused') throw new Error(made.diagnostics.map((one) => one.message).join('\n'))
  return made.search.settings
}

function refusal(rule: Rule): readonly string[] {
  const made = artifact(rule)
  expect(made.kind).toBe('refused')
  return made.diagnostics.filter((one) => one.severity === 'error').map((one) => one.code)
}

test('a sequence becomes a correlation search', async () => {
  const made = artifact(full)
  expect(made.diagnostics).toEqual([])
  const conf = made.kind === 'search' ? renderConf([made.search]) : ''
  await expect(conf).toMatchFileSnapshot('golden/sequence.conf')
})

test('a single event is known by its id', () => {
  const made = settings(eventRule('file_read'))
  expect(made['alert.suppress.fields']).toBe('first_id')
  expect(made['action.notable.param.drilldown_searches']).toContain('event.id=\\"$first_id$\\"')
})

test('an alert that is found again is suppressed for as long as it can be', () => {
  expect(settings(full)['alert.suppress.fields']).toBe('first_id,last_id,group_1,group_2')
  expect(settings(full)['alert.suppress.period']).toBe('86400s')
})

test('the drilldown asks for keys of one field and one value', () => {
  const [found] = JSON.parse(settings(full)['action.notable.param.drilldown_searches'] ?? '') as { search: string }[]
  expect(found?.search).toBe('`detpack_events` process.entity_id="$group_1$" | sort 0 +_time')
})

test('values that are JSON stand in one line', () => {
  for (const [name, value] of Object.entries(settings(full)))
    if (/^[[{]/.test(value)) expect(`${name} ${value}`).not.toContain('\n')
})

test('the digest changes with the search, and not with the switch', () => {
  const mark = (rule: Rule): string =>
    /sha256=\w+/.exec(settings(rule)['action.correlationsearch.annotations'] ?? '')?.[0] ?? ''
  expect(mark(full)).toMatch(/^sha256=[0-9a-f]{64}$/)
  expect(mark({ ...full, status: 'experimental' })).toBe(mark(full))
  expect(settings({ ...full, status: 'experimental' }).disabled).toBe('1')
  expect(mark({ ...full, group: [key('host.id')] })).not.toBe(mark(full))
})

test('a rule without a level is deployed as low', () => {
  const made = artifact({ ...full, level: null })
  expect(made.diagnostics.map((one) => one.code)).toEqual(['artifact/no-level'])
})

test('a title that Splunk cannot take for a name is refused', () => {
  expect(refusal({ ...full, title: 'Read [then] sent' })).toEqual(['artifact/splunk-name'])
  expect(refusal({ ...full, title: 'x'.repeat(100) })).toEqual(['artifact/splunk-name'])
})

test('a text in which Splunk would put a field is refused', () => {
  expect(refusal({ ...full, description: 'sets $HOME$ anew' })).toEqual(['artifact/splunk-token'])
  expect(settings({ ...full, description: 'costs $ 5 and $6' }).description).toContain('$ 5 and $6')
})

test('Enterprise Security knows the rule, its version and when it was published', () => {
  const metadata = (rule: Rule): unknown => JSON.parse(settings(rule)['action.correlationsearch.metadata'] ?? 'null')
  expect(metadata({ ...full, date: '2026-01-02', modified: '2026-02-03' })).toEqual({
    detection_id: full.id,
    detection_version: '3',
    publish_time: Date.parse('2026-02-03T00:00:00Z') / 1000,
    deprecated: '0',
  })
  expect(metadata(full)).not.toHaveProperty('publish_time')
  expect(metadata({ ...full, id: 'read-then-send' as Rule['id'] })).toBe(null)
})

test('an analyst is told what to do next, and what it is about', () => {
  expect(JSON.parse(settings(full)['action.notable.param.next_steps'] ?? '')).toEqual({
    version: 1,
    data: '1. Was the host meant to be declared? (detpack explain {alert.id})',
  })
  expect(JSON.parse(settings(full)['action.notable.param._entities'] ?? '')).toEqual([
    { risk_object_field: 'dest', risk_object_type: 'system', risk_score: 73 },
    { risk_object_field: 'user', risk_object_type: 'user', risk_score: 73 },
  ])
})

test('the search runs as it is kept, with the macros that are kept beside it', () => {
  const made = artifact(full)
  const search = made.kind === 'search' ? (made.search.settings.search ?? '') : ''
  const conf = renderConf(macros(options.base, [full]))
  const { macros: known } = parseMacros(new Source('macros.conf', conf))
  const event = (at: number, action: string, more: JsonObject) => ({
    '@timestamp': `2026-01-01T00:00:0${at}.000Z`,
    event: { id: `e${at}`, sequence: at, action },
    host: { name: 'web-1' },
    process: { entity_id: 'p', name: 'python3' },
    user: { name: 'agent' },
    ...more,
  })
  const events = [
    event(1, 'file_read', { detpack: { object: { id: 'o' } }, file: { path: '/home/agent/key' } }),
    event(2, 'network_send', { object: ['x', 'o'] }),
  ]
  const found = runSpl(
    new Source('savedsearches.conf', search),
    events.map((fields, at) => toRecord(fields, at + 1)),
    {
      now: Date.parse('2026-01-01T01:00:00Z') as Time,
      lookups: new Map(),
      macros: known,
    },
  )
  expect(found.diagnostics).toEqual([])
  expect(found.kind === 'rows' && found.rows).toMatchObject([
    {
      detpack_rule: full.id,
      first_id: 'e1',
      last_id: 'e2',
      group_1: 'p',
      group_2: 'o',
      dest: 'web-1',
      user: 'agent',
      process_name: 'python3',
      first_file_path: '/home/agent/key',
      drilldown_from: Date.parse('2026-01-01T00:00:01Z') / 1000,
      drilldown_to: Date.parse('2026-01-01T00:00:03Z') / 1000,
    },
  ])
})

test('what may not be deployed is refused', () => {
  expect(artifact({ ...full, status: 'deprecated' }).kind).toBe('refused')
  expect(refusal({ ...full, alone: false })).toEqual(['artifact/not-alone'])
})

test('a query in another language is refused', () => {
  const made = savedSearch(full, programOf(full), { ...eql(full), text: options.base }, options)
  expect(made.diagnostics.map((one) => one.code)).toEqual(['artifact/language'])
})

test('the macros say where the events lie, and give each rule a filter of its own', () => {
  expect(renderConf(macros('index=main', [full, eventRule('file_read'), eventRule('file-read')])))
    .toBe(`[detpack_events]
definition = index=main
description = Where the events of detpack lie.

[detpack_read_then_send_filter]
definition = search *
description = The exceptions of the team to one rule: what is let through.

[detpack_file_read_filter]
definition = search *
description = The exceptions of the team to one rule: what is let through.
`)
})
