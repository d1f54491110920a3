import { expect, test } from 'vitest'
import { undeployable, wishFor } from '../../src/artifact/deployable.ts'
import type { RuleId, Status } from '../../src/ir/rule.ts'
import { correlation, ordered, source } from './rule-fixture.ts'

const rule = correlation(ordered())

test('a rule with a name and a live status may be deployed', () => {
  expect(undeployable(rule)).toEqual([])
})

test.each(['deprecated', 'unsupported'] as const)('a rule that is %s is left out, with a warning', (status) => {
  const [only] = undeployable({ ...rule, status })
  expect(only).toMatchObject({ code: 'artifact/retired', severity: 'warning', span: { source } })
})

test('a rule that only serves correlations is not deployed alone', () => {
  expect(undeployable({ ...rule, alone: false })).toMatchObject([{ code: 'artifact/not-alone', severity: 'error' }])
})

test('a rule known by its title alone is refused: a better title would make it another rule', () => {
  const nameless = { ...rule, name: null, id: rule.title as RuleId }
  expect(undeployable(nameless)).toMatchObject([{ code: 'artifact/unstable-id', severity: 'error' }])
})

test.each<[Status | null, string]>([
  ['stable', 'enabled'],
  ['test', 'enabled'],
  ['experimental', 'disabled'],
  [null, 'disabled'],
])('status %s is deployed %s', (status, wish) => {
  expect(wishFor({ ...rule, status })).toBe(wish)
})

test('the level may hold a rule back as well, and a target may say otherwise', () => {
  const quiet = { ...rule, status: 'stable', level: 'informational' } as const
  expect(wishFor(quiet)).toBe('disabled')
  expect(wishFor(quiet, { informational: 'enabled' })).toBe('enabled')
  expect(wishFor(quiet, { informational: 'enabled', stable: 'none' })).toBe('none')
  expect(wishFor({ ...quiet, level: null }, { 'no-level': 'none' })).toBe('none')
})
