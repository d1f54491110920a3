import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { planObjects } from '../../../src/target/deployment.ts'
import { textOf, type DesiredObject, type LiveObject } from '../../../src/target/object.ts'
import type { PlanAction } from '../../../src/target/plan.ts'
import { SAVED_SEARCHES } from '../../../src/target/splunk/entity-kind.ts'
import { searchPolicy } from '../../../src/target/splunk/search-policy.ts'
import { options, packOf } from '../deploying.ts'
import { wanted } from './desired-fixture.ts'

const versions = [
  wanted('r1'),
  wanted('r1', { description: 'Other words.' }),
  wanted('r1', { status: 'experimental' }),
  wanted('r1', { title: 'Another title' }),
]
const version = fc.constantFrom(...versions)

/** What a person, or Splunk itself, may have done to a search. */
const byHand: fc.Arbitrary<Record<string, string | number | boolean>> = fc.record(
  {
    disabled: fc.constantFrom<(string | boolean)[]>('0', '1', true, false),
    cron_schedule: fc.constantFrom('*/5 * * * *', '0 * * * *'),
    'dispatch.earliest_time': fc.constantFrom('-8m@m', '-1d'),
    'alert.suppress.period': fc.constantFrom('86400s', '2d', ''),
    search: fc.constantFrom('index=main', ''),
    actions: fc.constantFrom('email, notable, risk', 'notable,risk', ''),
    'action.email.to': fc.constant('soc@example.org'),
    'alert.severity': fc.constantFrom<(string | number)[]>(4, '4', 1),
    'alert.suppress': fc.constantFrom<(string | boolean)[]>(true, 'true', '1', '0'),
    'alert.suppress.group_name': fc.constantFrom('', 'mine'),
    schedule_window: fc.constantFrom<(string | number)[]>('0', 5),
    'action.notable.param.next_steps': fc.constantFrom('', 'by hand'),
    some_new_setting: fc.string(),
  },
  { requiredKeys: [] },
)

function deployed(search: DesiredObject): JsonObject {
  const [only] = planObjects(packOf([search]), [], { policy: () => searchPolicy }, options()).actions
  if (only?.kind !== 'create') throw new Error('no create')
  return only.content
}

/** As Splunk gives it. */
function stored(content: JsonObject, changes: Record<string, string | number | boolean> = {}): LiveObject {
  const access = { 'acl.sharing': 'global', 'acl.read': '*', 'acl.write': 'admin,sc_admin' }
  const entity = {
    ...{ name: textOf(content['name']), app: 'detpack', removable: true, access },
    content: { ...content, ...changes },
  }
  const [live] = SAVED_SEARCHES.live([entity], [])
  if (live === undefined) throw new Error('no search of ours')
  return live
}

function planned(desired: DesiredObject, live: LiveObject): PlanAction {
  const [only] = planObjects(packOf([desired]), [live], { policy: () => searchPolicy }, options()).actions
  if (only === undefined) throw new Error('no action')
  return only
}

test('whatever was there, one deployment is enough: the next plan changes nothing', () => {
  fc.assert(
    fc.property(version, version, byHand, (before, after, changes) => {
      const action = planned(after, stored(deployed(before), changes))
      if (action.kind === 'unchanged') return
      if (!('content' in action)) throw new Error(action.kind)
      expect(planned(after, stored(action.content)).kind).toBe('unchanged')
    }),
    { numRuns: 300 },
  )
})

test('what others turned on stays', () => {
  fc.assert(
    fc.property(version, version, byHand, (before, after, changes) => {
      const live = stored(deployed(before), {
        ...changes,
        actions: 'email,notable',
        'action.email.to': 'a@example.org',
      })
      const action = planned(after, live)
      if (!('content' in action)) return
      expect(action.content).toMatchObject({ actions: 'email,notable,risk', 'action.email.to': 'a@example.org' })
      expect(action.content['schedule_window']).toBe(live.content['schedule_window'])
    }),
    { numRuns: 200 },
  )
})
