import { expect, test } from 'vitest'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'

// Splunk knows a search by its name, which is the rule's title.
test('rules of the pack that alert have titles of their own', () => {
  const { program } = loadRules([], loadConfiguration('.').configuration)
  const titles = [...program.rules.values()].filter((rule) => rule.alone).map((rule) => rule.title)
  expect(titles.length).toBeGreaterThan(100)
  expect(titles.filter((title, at) => titles.indexOf(title) !== at)).toEqual([])
})
