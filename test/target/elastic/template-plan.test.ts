import { expect, test } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { planTemplate } from '../../../src/target/elastic/template-plan.ts'

const body = {
  index_patterns: ['logs-x-*'],
  data_stream: {},
  priority: 250,
  template: {
    settings: { number_of_replicas: 1, 'index.mapping.total_fields.limit': 2000 },
    mappings: { dynamic: false, properties: { '@timestamp': { type: 'date' } } },
  },
}
const desired = { kind: 'index-template', name: 'logs-x', body } as const

/** The template as Elasticsearch gives it back: settings as texts under `index`, defaults filled in. */
function live(changes: JsonObject = {}): JsonObject {
  const planned = planTemplate(desired, undefined, 'agents')
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
  expect(planTemplate(desired, undefined, 'agents')).toMatchObject({
    kind: 'create',
    content: {
      ...body,
      _meta: { detpack: { pack: 'agents', digest: expect.stringMatching(/^[0-9a-f]{64}$/) as string } },
    },
  })
})

test('a template in the form that Elasticsearch gives back is unchanged', () => {
  expect(planTemplate(desired, live(), 'agents').kind).toBe('unchanged')
})

test('a hand that changed a setting is drift, and named', () => {
  const changed = live({
    template: {
      settings: { index: { number_of_replicas: '0', mapping: { total_fields: { limit: '2000' } } } },
      mappings: body.template.mappings,
    },
  })
  expect(planTemplate(desired, changed, 'agents')).toMatchObject({
    kind: 'update',
    drifted: true,
    changes: [{ field: 'settings.index.number_of_replicas', live: '0', desired: '1' }],
  })
})

test('a template that is no longer one of a data stream is set right', () => {
  const plain = Object.fromEntries(Object.entries(live()).filter(([name]) => name !== 'data_stream'))
  const action = planTemplate(desired, plain, 'agents')
  expect(action.kind === 'update' && action.changes.map((one) => one.field)).toContain('data_stream.present')
})

test('a new body is an update without drift, field by field', () => {
  const next = { ...desired, body: { ...body, priority: 251 } }
  const action = planTemplate(next, live(), 'agents')
  expect(action).toMatchObject({ kind: 'update', drifted: false })
  expect(action.kind === 'update' && action.changes.map((one) => one.field)).toEqual([
    '_meta.detpack.digest',
    'priority',
  ])
})

test.each([
  ['no mark', { _meta: { owner: 'somebody' } }, 'that detpack did not make'],
  ['the mark of another pack', { _meta: { detpack: { pack: 'others' } } }, 'belongs to the pack "others"'],
])('a template with %s is not touched', (_, changes, reason) => {
  expect(planTemplate(desired, live(changes), 'agents')).toMatchObject({
    kind: 'blocked',
    reason: expect.stringContaining(reason) as string,
  })
})

test('what the body says of itself stays beside the mark', () => {
  const described = { ...desired, body: { ...body, _meta: { description: 'events' } } }
  expect(planTemplate(described, undefined, 'agents')).toMatchObject({
    content: { _meta: { description: 'events', detpack: { pack: 'agents' } } },
  })
})
