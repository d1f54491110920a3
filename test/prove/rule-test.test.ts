import { describe, expect, it } from 'vitest'
import { Source } from '../../src/diagnostic/source.ts'
import { toRecord } from '../../src/event/record-reader.ts'
import type { RuleId } from '../../src/ir/rule.ts'
import { programOf, runRuleTest } from '../../src/prove/rule-test.ts'
import { readSigma } from '../../src/sigma/index.ts'

const RULES = ['read', 'send', 'other'].map(
  (name) => `title: ${name}
name: ${name}
logsource: {category: test}
detection: {selection: {action: ${name}}, condition: selection}
`,
)
const PAIR = `title: Pair
name: pair
correlation: {type: temporal_ordered, rules: [read, send], group-by: [host], timespan: 5s}
`
const { program } = readSigma([new Source('rules.yml', [...RULES, PAIR].join('---\n'))])
const pair = 'pair' as RuleId
const events = [
  { '@timestamp': '2026-01-01T00:00:00Z', host: 'a', action: 'read' },
  { '@timestamp': '2026-01-01T00:00:01Z', host: 'a', action: 'send' },
].map((fields, i) => toRecord(fields, i + 1))

describe('a rule tried on a recording', () => {
  it('passes with exactly as many alerts as were expected', () => {
    expect(runRuleTest(program, pair, events, 1)).toMatchObject({ passed: true, alerts: [{ rule: 'pair' }] })
    expect(runRuleTest(program, pair, events, 0).passed).toBe(false)
    expect(runRuleTest(program, pair, events, 2).passed).toBe(false)
  })

  it('counts its own alerts only', () => {
    expect(runRuleTest(program, 'read' as RuleId, events, 1).passed).toBe(true)
    expect(runRuleTest(program, 'other' as RuleId, events, 0).passed).toBe(true)
  })

  it('takes along what it names, and nothing else', () => {
    expect([...programOf(program, pair).rules.keys()].sort()).toEqual(['pair', 'read', 'send'])
    expect([...programOf(program, pair).rules.values()].filter((rule) => rule.alone).map((rule) => rule.id)).toEqual([
      pair,
    ])
  })
})
