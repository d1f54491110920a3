import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Json, JsonObject } from '../../../src/event/field.ts'
import { planObjects } from '../../../src/target/deployment.ts'
import { readLiveRule } from '../../../src/target/elastic/live-rule.ts'
import { kibanaRulePolicy } from '../../../src/target/elastic/rule-policy.ts'
import type { LiveObject } from '../../../src/target/object.ts'
import type { PlanAction } from '../../../src/target/plan.ts'
import { options, packOf } from '../deploying.ts'
import { wanted } from './desired-fixture.ts'

const versions = [
  wanted('r1'),
  wanted('r1', { description: 'Other words.' }),
  wanted('r1', { status: 'experimental' }),
  wanted('r1', {}, 'esql'),
]
const version = fc.constantFrom(...versions)

/** As a deployment puts it. */
function deployed(rule: (typeof versions)[number]): JsonObject {
  const [only] = planObjects(packOf([rule]), [], { policy: () => kibanaRulePolicy }, options()).actions
  if (only?.kind !== 'create') throw new Error('no create')
  return only.content
}

/** What a person, or a newer Kibana, may have done to a rule. */
const byHand: fc.Arbitrary<Record<string, Json>> = fc.record(
  {
    enabled: fc.boolean(),
    interval: fc.constantFrom('5m', '1m', '1h'),
    from: fc.constantFrom('now-430s', 'now-6m', 'now-2h'),
    query: fc.constantFrom('any where true', 'any where false'),
    filters: fc.constantFrom<Json[]>([], [{ term: { a: 1 } }]),
    note: fc.constantFrom('', 'my note'),
    exceptions_list: fc.constantFrom<Json[]>([], [{ list_id: 'l' }]),
    some_new_field: fc.string(),
  },
  { requiredKeys: [] },
)
const moreTags = fc.uniqueArray(fc.constantFrom('mine', 'team-blue', 'detpack:odd', 'detpack:sha256:0'), {
  maxLength: 3,
})

function stored(content: JsonObject): LiveObject {
  const read = readLiveRule({ ...content, id: 'x', revision: 1 })
  if (read === undefined) throw new Error('no rule')
  return read
}

function planned(desired: (typeof versions)[number], live: LiveObject): PlanAction {
  const [only] = planObjects(packOf([desired]), [live], { policy: () => kibanaRulePolicy }, options()).actions
  if (only === undefined) throw new Error('no action')
  return only
}

test('whatever was there, one deployment is enough: the next plan changes nothing', () => {
  fc.assert(
    fc.property(version, version, byHand, moreTags, (before, after, changes, tags) => {
      const live = stored({ ...deployed(before), ...changes, tags: [...tags, ...(deployed(before)['tags'] as Json[])] })
      const action = planned(after, live)
      if (action.kind === 'unchanged') return
      if (!('content' in action)) throw new Error(action.kind)
      expect(planned(after, stored(action.content)).kind).toBe('unchanged')
    }),
    { numRuns: 500 },
  )
})

test('nothing that detpack does not own is lost', () => {
  fc.assert(
    fc.property(version, version, byHand, (before, after, changes) => {
      const live = stored({ ...deployed(before), ...changes, tags: ['mine', ...(deployed(before)['tags'] as Json[])] })
      const action = planned(after, live)
      if (!('content' in action)) return
      for (const name of ['exceptions_list', 'some_new_field']) expect(action.content[name]).toEqual(live.content[name])
      expect(action.content.tags).toContain('mine')
    }),
    { numRuns: 200 },
  )
})
