import { expect, test } from 'vitest'
import { fieldReader, type JsonObject } from '../../src/event/field.ts'
import { emitIndexTemplate } from '../../src/event/index-template.ts'
import { schemaField, schemaFields } from '../../src/event/schema.ts'
import { usedFields } from '../../src/ir/used-field.ts'
import { ecs } from '../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../src/pack/configuration.ts'
import { loadRules } from '../../src/pack/rules.ts'

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

test('keeps an index of every text and address that a rule of the pack reads, and of what people look events up by', () => {
  const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)
  const read = [...program.rules.values()].flatMap((rule) => usedFields(rule, program))
  const texts = read.filter((name) => ['keyword', 'ip'].includes(schemaField(name)?.type ?? ''))
  const pivots = ['@timestamp', 'event.id', 'event.ingested', 'process.pid', 'process.entity_id', 'destination.port']
  expect(texts.length).toBeGreaterThan(10)
  expect([...texts, ...pivots].filter((name) => mapped(name, 'index') === false)).toEqual([])
})

test('keeps columns alone of what only compares or shows events that were found by something else', () => {
  const columns = ['event.sequence', 'process.start', 'detpack.flow.age', 'detpack.use.bytes', 'detpack.unknown']
  expect(columns.map((name) => mapped(name, 'index'))).toEqual(columns.map(() => false))
})
