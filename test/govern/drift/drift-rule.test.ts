import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { kibanaRule } from '../../../src/artifact/kibana/kibana-rule.ts'
import { savedSearch } from '../../../src/artifact/splunk/saved-search.ts'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { NdjsonReader } from '../../../src/event/ndjson.ts'
import { toRecord } from '../../../src/event/record-reader.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import type { Rule } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'
import { proveRule } from '../../../src/prove/agreement.ts'
import { runNative } from '../../../src/prove/native-run.ts'
import { store as storeOf, storedTypes } from '../../../src/prove/store.ts'
import { violations } from '../../target/elastic/interface-description.ts'

// Drift is an event, and a rule that both SIEMs run.

const { configuration } = loadConfiguration('.')
const { program } = ecs.mapProgram(loadRules([], configuration).program)
const rule = [...program.rules.values()].find(({ name }) => name === 'service-drift') as Rule
const store = { elasticIndex: configuration.elastic.index, splunkBase: configuration.splunk.base }
const context = { mapping: ecs, store, today: '2026-01-01' }
const field = (name: string): ReturnType<typeof ecs.field> => ecs.field(name)

function recorded(name: string): readonly EventRecord[] {
  const reader = new NdjsonReader({ name })
  const bytes = readFileSync(path.join(import.meta.dirname, 'recordings', `${name}.ndjson`))
  return [...reader.push(bytes), ...reader.end()].map(({ object, line }) => toRecord(object, line))
}

describe.each([
  ['drifted', 1],
  ['unit-changed', 1],
  ['kept', 0],
])('the recording %s', (name, alerts) => {
  const events = recorded(name)

  it('is told by the correlator as often as it should be', () => {
    const found = evaluate(program, events).alerts.filter((each) => each.rule === rule.id)
    expect(found).toHaveLength(alerts)
  })

  it.each([
    ['eql', eqlBackend],
    ['esql', esqlBackend],
    ['spl', splBackend],
  ] as const)('is told by the compiled %s as often, its events once or twice', (language, backend) => {
    const compiled = backend.compile(program, rule.id, context)
    if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.diagnostics))
    const stored = storeOf(events)
    const types = storedTypes(program, rule, ecs)
    const run = runNative({ ...compiled.query, language }, rule, stored, { program, types, now: stored.latest })
    expect(run.diagnostics).toEqual([])
    expect(run.alerts).toHaveLength(alerts)
    expect(proveRule(program, rule, [backend], events, context)).toMatchObject([{ language, kind: 'agrees' }])
  })
})

it.each([
  ['eql', eqlBackend],
  ['esql', esqlBackend],
] as const)('is a rule of Kibana, by its interface description: %s', (type, backend) => {
  const compiled = backend.compile(program, rule.id, context)
  if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.diagnostics))
  const made = kibanaRule(rule, program, compiled.query, { index: store.elasticIndex, field })
  if (made.kind === 'refused') throw new Error(JSON.stringify(made.diagnostics))
  expect(violations('RuleCreateProps', made.rule)).toEqual([])
  expect(made.rule).toMatchObject({ type, rule_id: rule.id, query: compiled.query.text, severity: 'medium' })
})

it('is a correlation search of Splunk', () => {
  const compiled = splBackend.compile(program, rule.id, context)
  if (compiled.kind === 'refused') throw new Error(JSON.stringify(compiled.diagnostics))
  const made = savedSearch(rule, program, compiled.query, { pack: 'agents', base: store.splunkBase, field })
  if (made.kind === 'refused') throw new Error(JSON.stringify(made.diagnostics))
  expect(made.search.settings).toMatchObject({
    search: expect.stringContaining('service_drift') as string,
    'action.correlationsearch.enabled': '1',
  })
})
