import { expect, test } from 'vitest'
import { schemaField } from '../../src/event/schema.ts'
import { cimModels, emitCalculatedFields, emitEventtypes, emitTags } from '../../src/event/splunk-cim.ts'

/** Fields that the CIM manual recommends for each model and that an event of ours can fill. */
const WANTED: Readonly<Record<string, readonly string[]>> = {
  'Endpoint.Processes':
    'action dest user user_id process process_name process_path process_id process_guid process_current_directory parent_process_name parent_process_path parent_process_id parent_process_guid os vendor_product'.split(
      ' ',
    ),
  'Endpoint.Filesystem': 'action dest file_path file_name file_acl process_id process_guid user'.split(' '),
  'Network_Traffic.All_Traffic':
    'action app transport src src_ip src_port dest dest_ip dest_port direction user process_id'.split(' '),
  'Change.All_Changes': 'action change_type command dest object object_category object_id result status src user'.split(
    ' ',
  ),
}

const calculated = new Map(
  emitCalculatedFields()
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, name = '', expression = ''] = /^EVAL-(\w+) = (.+)$/.exec(line) ?? []
      return [name, expression] as const
    }),
)

test.each(Object.entries(WANTED))('%s has the fields that the model asks for', (model, fields) => {
  const own = new Set([...Object.keys(cimModels[model]?.fields ?? {}), 'action', 'dest'])
  for (const field of fields) {
    expect([...own]).toContain(field)
    expect(calculated.get(field)).toBeTruthy()
  }
})

test('reads only fields that events have', () => {
  for (const [name, expression] of calculated)
    for (const [, field = ''] of expression.matchAll(/'([^']+)'/g))
      expect(schemaField(field), `${name}: ${field}`).toBeDefined()
})

test('one expression serves every model that has the field, unless the action tells them apart', () => {
  const seen = new Map<string, string>()
  for (const { fields } of Object.values(cimModels))
    for (const [name, expression] of Object.entries(fields)) {
      if (name !== 'src') expect(seen.get(name) ?? expression).toBe(expression)
      seen.set(name, expression)
    }
})

test('tags every eventtype, and no action belongs to two of them', () => {
  const types = [...emitEventtypes(['s']).matchAll(/^\[(.+)\]$/gm)].map(([, name]) => `eventtype=${name ?? ''}`)
  expect([...emitTags().matchAll(/^\[(.+)\]$/gm)].map(([, name]) => name)).toEqual(types)
  const actions = Object.values(cimModels).flatMap((model) => Object.keys(model.actions))
  expect(new Set(actions).size).toBe(actions.length)
})
