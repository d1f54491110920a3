import { describe, expect, expectTypeOf, test } from 'vitest'
import { schemaFields, schemaField } from '../../src/event/schema.ts'
import type { UseEvent, UsePart } from '../../src/event/use-event.ts'

describe('schema', () => {
  test('names each field once', () => {
    const names = schemaFields.map((field) => field.name)
    expect(new Set(names).size).toBe(names.length)
  })

  test('no field lies below another field, which neither nested JSON nor Elasticsearch could hold', () => {
    const names = new Set(schemaFields.map((field) => field.name))
    const below = [...names].filter((name) =>
      name.split('.').some((_, at, parts) => at > 0 && names.has(parts.slice(0, at).join('.'))),
    )
    expect(below).toEqual([])
  })

  test('own fields stand below detpack., and only they', () => {
    const misplaced = schemaFields.filter((field) => (field.origin === 'own') !== field.name.startsWith('detpack.'))
    expect(misplaced).toEqual([])
  })

  test('a meaning is one sentence without a full stop', () => {
    expect(schemaFields.filter((field) => !/^\S.*[^.\s]$/.test(field.meaning))).toEqual([])
  })

  test('finds a field by its dotted name, and nothing that only looks like one', () => {
    expect(schemaField('process.pid')).toMatchObject({ type: 'long', multi: false, origin: 'ecs' })
    expect(schemaField('detpack.flow.object.id')).toMatchObject({ type: 'keyword', multi: true, origin: 'own' })
    expect(schemaField('process')).toBeUndefined()
    expect(schemaField('toString')).toBeUndefined()
  })

  test.each([
    ['what every event carries', '@timestamp event.id event.sequence event.action event.outcome host.id host.boot.id'],
    ['who', 'process.entity_id process.pid process.parent.entity_id process.entry_leader.start user.name'],
    ['where', 'service.name container.id detpack.cgroup.path detpack.mount.source'],
    ['why', 'detpack.task.id detpack.task.run gen_ai.agent.name gen_ai.tool.call.id'],
    ['what', 'detpack.object.id detpack.object.class detpack.description.id detpack.source.object.id file.path'],
    ['how', 'detpack.descriptor.origin detpack.descriptor.from detpack.route detpack.syscall detpack.granted'],
    ['how much', 'detpack.use.count detpack.use.bytes event.start detpack.lost detpack.late'],
    ['what flows', 'detpack.flow.object.id detpack.flow.object.class detpack.flow.age detpack.flow.overflow'],
    ['how sure', 'detpack.unknown detpack.object.identity detpack.descriptor.raced detpack.clock.epoch'],
  ])('knows the fields that rules ask about: %s', (_, names) => {
    expect(names.split(' ').filter((name) => schemaField(name) === undefined)).toEqual([])
  })
})

test('the type of an event is the schema, nested', () => {
  expectTypeOf<UseEvent['@timestamp']>().toEqualTypeOf<string>()
  expectTypeOf<UseEvent['event']['outcome']>().toEqualTypeOf<'success' | 'failure' | 'unknown'>()
  expectTypeOf<UseEvent['event']['start']>().toEqualTypeOf<string | undefined>()
  expectTypeOf<UseEvent['process']['entity_id']>().toEqualTypeOf<string>()
  expectTypeOf<NonNullable<UseEvent['process']['parent']>['pid']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<NonNullable<UsePart<'detpack'>['flow']>['age']>().toEqualTypeOf<number | undefined>()
  expectTypeOf<UsePart<'detpack'>['unknown']>().toEqualTypeOf<readonly string[] | undefined>()
})
