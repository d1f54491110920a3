import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { contentDigest } from '../../../src/event/canonical.ts'
import { planObjects } from '../../../src/target/deployment.ts'
import { templatePolicy } from '../../../src/target/elastic/template-policy.ts'
import type { DesiredObject } from '../../../src/target/object.ts'
import type { PlanAction } from '../../../src/target/plan.ts'
import { options, packOf } from '../deploying.ts'
import { template } from './desired-fixture.ts'

const body = {
  index_patterns: ['logs-x-*'],
  data_stream: {},
  priority: 250,
  template: {
    settings: { number_of_replicas: 1, 'index.mapping.total_fields.limit': 2000 },
    mappings: { dynamic: false, properties: { '@timestamp': { type: 'date' } } },
  },
}
const desired = template('index-template', 'logs-x', body)

function planTemplate(wanted: DesiredObject, there: JsonObject | undefined): PlanAction {
  const { kind, id, title } = wanted
  const mark = there === undefined ? null : templatePolicy.markOf(there)
  const live = there === undefined ? [] : [{ kind, id, title, content: there, mark, fingerprint: contentDigest(there) }]
  const [only] = planObjects(packOf([wanted]), live, { policy: () => templatePolicy }, options()).actions
  if (only === undefined) throw new Error('no action')
  return only
}

/** The template as Elasticsearch gives it back: settings as texts under `index`, defaults filled in. */
function live(changes: JsonObject = {}): JsonObject {
  const planned = planTemplate(desired, undefined)
  if (planned.kind !== 'create') throw new Error(planned.kind)
  return {
    ...planned.content,
    composed_of: [],
    data_stream: { hidden: false, allow_custom_routing: false },
    template: {
      settings: { index: { number_of_replicas: '1', mapping: { total_fields: { limit: '2000' } } } },
      mappings: body.template.mappings,
    },
    ...changes,
  }
}

test('a template that is not there is created with the mark of the pack', () => {
  expect(planTemplate(desired, undefined)).toMatchObject({
    kind: 'create',
    content: {
      ...body,
      _meta: { detpack: { pack: 'agents', digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    },
  })
})

test('a template in the form that Elasticsearch gives back is unchanged', () => {
  expect(planTemplate(desired, live()).kind).toBe('unchanged')
})

test('a hand that changed a setting is drift, and named', () => {
  const changed = live({
    template: {
      settings: { index: { number_of_replicas: '0', mapping: { total_fields: { limit: '2000' } } } },
      mappings: body.template.mappings,
    },
  })
  expect(planTemplate(desired, changed)).toMatchObject({
    kind: 'update',
    drifted: true,
    changes: [{ field: 'settings.index.number_of_replicas', live: '0', desired: '1' }],
  })
})

test('a template that is no longer one of a data stream is set right', () => {
  const plain = Object.fromEntries(Object.entries(live()).filter(([name]) => name !== 'data_stream'))
  const action = planTemplate(desired, plain)
  expect(action.kind === 'update' && action.changes.map((one) => one.field)).toContain('data_stream.present')
})

test('a new body is an update without drift, field by field', () => {
  const next = { ...desired, content: { ...body, priority: 251 } }
  const action = planTemplate(next, live())
  expect(action).toMatchObject({ kind: 'update', drifted: false })
  expect(action.kind === 'update' && action.changes.map((one) => one.field)).toEqual(['priority'])
})

test.each([
  ['no mark', { _meta: { owner: 'somebody' } }, 'that detpack did not make'],
  ['the mark of another pack', { _meta: { detpack: { pack: 'others' } } }, 'belongs to the pack "others"'],
])('a template with %s is not touched', (_, changes, reason) => {
  expect(planTemplate(desired, live(changes))).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining(reason) as string,
  })
})

test('what the body says of itself stays beside the mark', () => {
  const described = { ...desired, content: { ...body, _meta: { description: 'events' } } }
  expect(planTemplate(described, undefined)).toMatchObject({
    content: { _meta: { description: 'events', detpack: { pack: 'agents' } } },
  })
})
