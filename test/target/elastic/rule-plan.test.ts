import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import { digestOf, planObjects } from '../../../src/target/deployment.ts'
import { readLiveRule } from '../../../src/target/elastic/live-rule.ts'
import { kibanaRulePolicy } from '../../../src/target/elastic/rule-policy.ts'
import type { BlockedObject, DesiredObject, LiveObject } from '../../../src/target/object.ts'
import type { PlanAction } from '../../../src/target/plan.ts'
import { duration } from '../../artifact/rule-fixture.ts'
import { options, PACK, packOf } from '../deploying.ts'
import { wanted } from './desired-fixture.ts'

const here = { policy: () => kibanaRulePolicy }

/** A rule as a deployment would have put it, with the mark. */
function marked(rule: DesiredObject, pack = PACK.name): JsonObject {
  const { version, content } = rule
  const applied = {
    enabled: content['enabled'] ?? null,
    interval: content['interval'] ?? null,
    from: content['from'] ?? null,
    to: content['to'] ?? null,
  }
  return kibanaRulePolicy.sign(content, { pack, version, digest: digestOf(content, kibanaRulePolicy), applied })
}

function tagsOf(rule: DesiredObject): string[] {
  return marked(rule)['tags'] as string[]
}

/** A rule as Kibana would give it back, with changes made by hand. */
function live(rule: DesiredObject, byHand: JsonObject = {}): LiveObject {
  const content = marked(rule)
  const answer: Record<string, Json> = {
    ...content,
    id: 'b9c0c0de-0000-4000-8000-000000000000',
    revision: 4,
    immutable: false,
    updated_at: '2026-01-01T00:00:00.000Z',
    exceptions_list: [],
    actions: [],
    filters: [],
    output_index: '',
    required_fields: (content['required_fields'] as JsonObject[]).map((each) => ({ ...each, ecs: true })),
    ...byHand,
  }
  const read = readLiveRule(answer)
  if (read === undefined) throw new Error('no rule')
  return read
}

function planRules(
  rules: readonly DesiredObject[],
  there: readonly LiveObject[],
  { prune = true, blocked = [] as readonly BlockedObject[] } = {},
): ReturnType<typeof planObjects> {
  return planObjects(packOf(rules, blocked), there, here, options({ prune }))
}

function planned(rule: DesiredObject, ...there: readonly LiveObject[]): PlanAction {
  const { actions } = planRules([rule], there)
  const [only] = actions
  if (only === undefined || actions.length > 1) throw new Error('one action expected')
  return only
}

/** The fields that an update would change. */
function changed(action: PlanAction): readonly string[] {
  return 'changes' in action ? action.changes.map((one) => one.field) : []
}

const rule = wanted('r1')

test('a rule that is not there is created as it is', () => {
  expect(planned(rule)).toMatchObject({
    kind: 'create',
    object: { id: 'r1', title: 'Rule r1', version: 3 },
    content: marked(rule),
  })
})

test('a rule that is there as wanted is unchanged, whatever Kibana filled in', () => {
  expect(planned(rule, live(rule))).toMatchObject({ kind: 'unchanged', kept: [] })
})

test('a new version changes the fields that differ', () => {
  const next = wanted('r1', { description: 'Better words.', level: 'critical' })
  const action = planned(next, live(rule))
  expect(changed(action)).toEqual(['description', 'risk_score', 'severity'])
  expect(action).toMatchObject({ kind: 'update', drifted: false })
})

test('what a hand changed in the query is set right again, and called drift', () => {
  const action = planned(rule, live(rule, { query: 'any where false' }))
  expect(action).toMatchObject({
    kind: 'update',
    drifted: true,
    changes: [
      { field: 'query', live: 'any where false', desired: rule.content['query'], written: rule.content['query'] },
    ],
  })
})

test.each([
  ['filters', [{ term: { 'host.name': 'web-1' } }]],
  ['data_view_id', 'other'],
  ['event_category_override', 'kind'],
])('%s set by hand would narrow the rule without a word, and is taken back', (field, value) => {
  const action = planned(rule, live(rule, { [field]: value }))
  expect(changed(action)).toEqual([field])
  expect('content' in action && Object.hasOwn(action.content, field)).toBe(false)
})

test('a rule switched off by hand stays off, and that is shown', () => {
  expect(planned(rule, live(rule, { enabled: false }))).toMatchObject({
    kind: 'unchanged',
    kept: [{ field: 'enabled', live: false, desired: true }],
  })
})

test('what was tuned survives a new version', () => {
  const tuned = {
    enabled: false,
    interval: '1m',
    from: 'now-1h',
    tags: ['team-blue', ...tagsOf(rule)],
    exceptions_list: [{ id: 'x', list_id: 'l', type: 'detection', namespace_type: 'single' }],
    actions: [{ id: 'mail', uuid: 'u1' }],
    timeline_id: 't1',
    timeline_title: 'Ours',
  }
  const action = planned(wanted('r1', { description: 'Better words.' }), live(rule, tuned))
  if (action.kind !== 'update') throw new Error(action.kind)
  expect(changed(action)).toEqual(['description'])
  expect(action.content).toMatchObject({
    ...tuned,
    tags: expect.arrayContaining(['team-blue']) as string[],
    actions: [{ id: 'mail' }],
  })
  expect(action.kept.map((one) => one.field)).toEqual([
    'enabled',
    'interval',
    'from',
    'tags',
    'exceptions_list',
    'actions',
  ])
})

test('a schedule that the pack changed is taken over where nobody tuned it', () => {
  const longer = wanted('r1', { timespan: duration('1h') })
  expect(changed(planned(longer, live(rule)))).toEqual(['alert_suppression', 'from'])
})

test('a status that the pack changed switches the rule, where nobody tuned it', () => {
  const waiting = wanted('r1', { status: 'experimental' })
  expect(changed(planned(waiting, live(rule)))).toEqual(['enabled'])
  expect(changed(planned(waiting, live(rule, { interval: '1m' })))).toEqual(['enabled'])
})

test('a kept schedule that is too short for the chains is warned of', () => {
  const { actions, diagnostics } = planRules([rule], [live(rule, { interval: '5m', from: 'now-6m' })])
  expect(actions).toMatchObject([{ kind: 'unchanged' }])
  expect(diagnostics).toMatchObject([
    { code: 'target/short-lookback', severity: 'warning', hint: expect.stringContaining('130 s') as string },
  ])
})

test('a lost mark is put back', () => {
  const tags = tagsOf(rule).filter((tag) => !tag.startsWith('detpack:sha256:'))
  expect(planned(rule, live(rule, { tags }))).toMatchObject({ kind: 'update', content: { tags: tagsOf(rule) } })
})

test('a rule changed from EQL to ES|QL keeps none of the fields that only EQL rules have', () => {
  const action = planned(wanted('r1', {}, 'esql'), live(rule))
  if (action.kind !== 'replace') throw new Error(action.kind)
  for (const name of ['index', 'timestamp_field', 'tiebreaker_field', 'filters'])
    expect(action.content).not.toHaveProperty(name)
})

test('a rule of that id without our mark is not touched', () => {
  const theirs = live(rule, { tags: ['detpack'], name: 'Somebody else made this' })
  expect(planned(rule, theirs)).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining('Somebody else made this') as string,
  })
})

test('a rule of another pack is not touched', () => {
  const theirs = live(rule, { tags: ['detpack:pack=others'] })
  expect(planned(rule, theirs)).toMatchObject({ kind: 'blocked', reason: 'it belongs to the pack "others"' })
})

test('a rule that left the pack is deleted only when the whole pack was given', () => {
  const there = [live(rule), live(wanted('r2'))]
  expect(planRules([rule], there).actions.map((one) => [one.kind, one.object.id])).toEqual([
    ['unchanged', 'r1'],
    ['delete', 'r2'],
  ])
  expect(planRules([rule], there, { prune: false }).actions).toHaveLength(1)
})

test('a rule of the pack that cannot be deployed is blocked; a live one stays', () => {
  const blocked = [{ kind: 'rule', id: 'r1', title: 'Rule r1', reason: 'EQL cannot say it' }] as const
  expect(planRules([], [live(rule)], { blocked }).actions).toMatchObject([
    { kind: 'blocked', reason: 'EQL cannot say it; the deployed one stays as it is' },
  ])
})

test('the plan is plain data', () => {
  const { actions } = planRules([rule, wanted('r2')], [live(rule, { query: 'x' })])
  expect(JSON.parse(JSON.stringify(actions))).toEqual(actions)
})
