import { expect, test } from 'vitest'
import { fieldReader, type JsonObject } from '../../src/event/field.ts'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { schemaFields } from '../../src/event/schema.ts'

const template = emitIndexTemplate() as { template: { mappings: JsonObject } }

/** What the mappings say of a field. */
function mapped(name: string, setting: string): unknown {
  const path = name.split('.').join('.properties.')
  return fieldReader(`template.mappings.properties.${path}.${setting}`)(template)[0]
}

test('maps each field of the schema with its type', () => {
  expect(schemaFields.filter(({ name, type }) => mapped(name, 'type') !== type)).toEqual([])
})

test('maps texts so that EQL compares them exactly and a long one does not lose the event', () => {
  expect([mapped('file.path', 'type'), mapped('file.path', 'ignore_above')]).toEqual(['keyword', 8191])
})

test('neither guesses types nor loses an event with a field it does not know', () => {
  expect(template.template.mappings).toMatchObject({ dynamic: false, date_detection: false, numeric_detection: false })
})

test('is for the data stream of events, above the template that Elasticsearch brings', () => {
  expect(template).toMatchObject({ index_patterns: ['logs-detpack.use-*'], data_stream: {}, priority: 250 })
})
