import { describe, expect, it } from 'vitest'
import { backendFor } from '../../src/cli/backends.ts'
import { Source } from '../../src/diagnostic/source.ts'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import type { JsonObject } from '../../src/event/field.ts'
import type { OfflineLanguage } from '../../src/prove/native-run.ts'
import { evaluateNative } from '../../src/prove/native-evaluate.ts'
import { none } from '../../src/mapping/none.ts'
import { readSigma } from '../../src/sigma/index.ts'

const RULES = `title: read
name: read
logsource: {category: test}
detection: {selection: {action: read}, condition: selection}
---
title: send
name: send
logsource: {category: test}
detection: {selection: {action: send, bytes|gte: 10}, condition: selection}
---
title: Chain
name: chain
correlation: {type: temporal_ordered, rules: [read, read, send], group-by: [machine], timespan: 5s, generate: true}
detpack: {steps: [{as: a, rule: read}, {as: b, rule: read}, {as: c, rule: send}]}
`
const { program } = readSigma([new Source('rules.yml', RULES)])
const context = { mapping: none, store: { elasticIndex: 'i', splunkBase: 'index=i' }, today: '2026-01-01' }
const plain: readonly JsonObject[] = [
  { ts: 1, machine: 'a', action: 'read' },
  { ts: 2, machine: 'a', action: 'read' },
  { ts: 2, machine: 'b', action: 'read' },
  { ts: 3, machine: 'a', action: 'send', bytes: 12 },
  { ts: 4, machine: 'a', action: 'send', bytes: 9 },
]

function run(language: OfflineLanguage, events: readonly JsonObject[] = plain): ReturnType<typeof evaluateNative> {
  const records = events.map((fields, at) => toRecord(fields, at + 1, { timeField: 'ts' }))
  return evaluateNative(program, backendFor(language), records, context)
}

function lines({ alerts }: ReturnType<typeof evaluate>): readonly string[] {
  return alerts.map(({ rule, steps }) => `${rule} ${steps.map(({ event }) => event?.line).join(' ')}`)
}

describe('rules evaluated through their compiled texts', () => {
  const records = plain.map((fields, at) => toRecord(fields, at + 1, { timeField: 'ts' }))

  it('give in SPL what the stream engine gives: events without ids, numbered by lines, time where it was named', () => {
    expect(lines(run('spl'))).toEqual(lines(evaluate(program, records)))
    expect(run('spl').alerts).toEqual(evaluate(program, records).alerts)
    expect(lines(run('spl'))).toContain('chain 1 2 4')
  })

  it('give no alerts, and an error with the reason, where the language does not say the rule', () => {
    const { alerts, diagnostics } = run('eql')
    expect(alerts.map(({ rule }) => rule)).not.toContain('chain')
    expect(diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code)).toContain(
      'backend/approximate',
    )
  })

  it('know the type of a field by its values, and that a text is no number where values differ', () => {
    const texts = plain.map((event, at) => (at === 4 ? { ...event, bytes: 'many' } : event))
    const { alerts, diagnostics } = run('spl', texts)
    expect(alerts.map(({ rule }) => rule)).not.toContain('send')
    expect(diagnostics.map(({ message }) => message)).toContain(
      'SPL cannot say a numeric order on bytes, which the mapping does not know as a number',
    )
  })
})
