import { expect, test } from 'vitest'
import { kibanaRule } from '../../../src/artifact/kibana/kibana-rule.ts'
import { eqlBackend } from '../../../src/backend/eql/backend.ts'
import { esqlBackend } from '../../../src/backend/esql/backend.ts'
import type { Rule } from '../../../src/ir/rule.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'
import { violations } from '../../target/elastic/interface-description.ts'

const { configuration } = loadConfiguration('.')
const { program } = ecs.mapProgram(loadRules([], configuration).program)
const store = { elasticIndex: configuration.elastic.index, splunkBase: configuration.splunk.base }

const made = [...program.rules.values()]
  .filter((rule) => rule.alone)
  .flatMap((rule) =>
    [eqlBackend, esqlBackend].flatMap((backend) => {
      const compiled = backend.compile(program, rule.id, { mapping: ecs, store, today: '2026-01-01' })
      if (compiled.kind === 'refused') return []
      const options = { index: store.elasticIndex, field: (name: string) => ecs.field(name) }
      return [{ rule, artifact: kibanaRule(rule, program, compiled.query, options) }]
    }),
  )

test('every query of the pack that is made for Kibana keeps to its interface description', () => {
  const rules = made.flatMap(({ artifact }) => (artifact.kind === 'rule' ? [artifact.rule] : []))
  expect(rules.length).toBeGreaterThan(10)
  expect(new Set(rules.map((rule) => rule.type))).toEqual(new Set(['eql', 'esql']))
  expect(rules.map((rule) => violations('RuleCreateProps', rule)).filter((each) => each.length > 0)).toEqual([])
})

/** Whether it asks that something has not matched before: what lies before its window, a scheduled rule cannot see. */
function looksBack(rule: Rule): boolean {
  return (
    rule.kind === 'correlation' && rule.body.type === 'unordered' && JSON.stringify(rule.body).includes('"op":"not"')
  )
}

test('of the rules of the pack whose query could be compiled, those are refused for Kibana that look back', () => {
  const refused = made.flatMap(({ rule, artifact }) =>
    artifact.kind === 'refused' ? artifact.diagnostics.map(({ code }) => ({ rule, code })) : [],
  )
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['artifact/window-edge']))
  expect(refused.map(({ rule }) => rule)).toEqual(made.map(({ rule }) => rule).filter(looksBack))
  const sums = made.flatMap(({ rule, artifact }) =>
    artifact.kind === 'rule' && /\.name-asked\.at-most(?:-[2-6])?$/.test(rule.name ?? '') ? [artifact.rule.type] : [],
  )
  expect(sums).toEqual(Array.from({ length: 30 }, () => 'esql'))
})
