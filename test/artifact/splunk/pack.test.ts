import { expect, test } from 'vitest'
import { savedSearch } from '../../../src/artifact/splunk/saved-search.ts'
import { splBackend } from '../../../src/backend/spl/backend.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'

const { configuration } = loadConfiguration('.')
const { program } = ecs.mapProgram(loadRules([], configuration).program)
const rules = [...program.rules.values()].filter((rule) => rule.alone)
const base = configuration.splunk.base

test('rules of the pack have titles of their own, by which Splunk knows them', () => {
  const titles = rules.map((rule) => rule.title)
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([])
})

test('no rule of the pack is refused for Splunk', () => {
  const refused = rules.flatMap((rule) => {
    const store = { elasticIndex: configuration.elastic.index, splunkBase: base }
    const compiled = splBackend.compile(program, rule.id, { mapping: ecs, store, today: '2026-01-01' })
    if (compiled.kind === 'refused') return [rule.title]
    const options = { pack: 'agents', base, field: (name: string) => ecs.field(name) }
    return savedSearch(rule, program, compiled.query, options).kind === 'refused' ? [rule.title] : []
  })
  expect(rules.length).toBeGreaterThan(100)
  expect(refused).toEqual([])
})
