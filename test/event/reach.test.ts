import { describe, expect, test } from 'vitest'
import { ACTIONS } from '../../src/event/action.ts'
import { covers, gives, reasonFor, type Reach } from '../../src/event/reach.ts'
import { SENSOR_REACH } from '../../src/event/sensor-reach.ts'
import { schemaFields } from '../../src/event/schema.ts'
import { IMPORT_FORMATS } from '../../src/event/source-name.ts'
import type { UseEvent } from '../../src/event/use-event.ts'
import { importText, logsOf, REACHES } from './importing.ts'
import { leavesOf, recordedEvents } from './reaching.ts'

const names = schemaFields.map((field) => field.name)

/** What events carry that the table does not give. */
function beyond(reach: Reach, events: readonly UseEvent[]): string[] {
  const found = events.flatMap((event) => {
    const { action } = event.event
    return leavesOf(event).flatMap((leaf) => (gives(reach, action, leaf) ? [] : [`${action}: ${leaf}`]))
  })
  return [...new Set(found)]
}

test('what the sensor writes in the recordings of the pack is within its table', () => {
  expect(beyond(SENSOR_REACH, recordedEvents())).toEqual([])
})

describe.each(IMPORT_FORMATS)('what the importer of %s writes', (format) => {
  const reach = REACHES[format]
  const events = [...logsOf(format).values()].flatMap((text) => importText(format, text, TASK).events)

  test('is within its table', () => expect(beyond(reach, events)).toEqual([]))

  test('has each action of its table', () => {
    const seen = new Set<string>(events.map((event) => event.event.action))
    expect([...reach.actions.keys()].filter((action) => !seen.has(action))).toEqual([])
  })

  test('has each field of its table', () => {
    const seen = new Set(events.flatMap((event) => leavesOf(event)))
    const given = [...reach.fields, ...[...reach.actions.values()].flatMap((one) => one.fields)]
    const unseen = [...new Set(given)].filter((name) => ![...seen].some((leaf) => covers([name], leaf)))
    expect(unseen.filter((name) => !RARE.has(name))).toEqual([])
  })

  test('has no field that the event says is unknown', () => {
    const both = events.flatMap((event) => {
      const { unknown = [] } = event.detpack
      return leavesOf(event).flatMap((leaf) =>
        covers(unknown, leaf) && !PARTLY_KNOWN.has(leaf) ? [`${event.event.action}: ${leaf}`] : [],
      )
    })
    expect([...new Set(both)]).toEqual([])
  })
})

const TASK = { task: { name: 'summarize-document', run: 'run-1' }, agent: { id: 'a-1', name: 'agent' } } as const

/** Fields that come of more than a small log holds; each has its test elsewhere. */
const RARE: ReadonlySet<string> = new Set([
  'detpack.late',
  'detpack.flow.overflow',
  'detpack.object.binding',
  'detpack.source.object.binding',
  'detpack.destination.binding',
])

/** Fields that say the best there is although it is not the whole: stand-ins, and what the source cut. */
const PARTLY_KNOWN: ReadonlySet<string> = new Set([
  '@timestamp',
  'event.action',
  'file.path',
  'host.boot.id',
  'host.id',
  'host.name',
  'process.args',
  'process.command_line',
  'process.executable',
  'process.name',
])

describe.each([SENSOR_REACH, ...Object.values(REACHES)])('the table of $name', (reach) => {
  test('names fields of the schema only', () => {
    const told = [
      ...reach.fields,
      ...reach.never.keys(),
      ...reach.needless.keys(),
      ...[...reach.actions.values()].flatMap((one) => [...one.fields, ...one.lacks.keys()]),
    ]
    expect(told.filter((name) => !names.some((field) => covers([name], field)))).toEqual([])
  })

  test('says why of each action that it has not, and of each field that the sensor gives', () => {
    const silent = ACTIONS.flatMap((action) => {
      if (!reach.actions.has(action)) return reach.without.has(action) ? [] : [action]
      const missing = names.filter(
        (name) =>
          gives(SENSOR_REACH, action, name) &&
          !gives(reach, action, name) &&
          reasonFor(reach, action, name) === undefined,
      )
      return missing.map((name) => `${action}: ${name}`)
    })
    expect(silent).toEqual([])
  })

  test('does not give what it says it lacks', () => {
    const both = [...reach.actions.values()].flatMap(({ fields, lacks }) => {
      const given = [...reach.fields, ...fields]
      return [...lacks.keys(), ...reach.never.keys(), ...reach.needless.keys()].filter(
        (name) => covers(given, name) || given.some((one) => covers([name], one)),
      )
    })
    expect(both).toEqual([])
  })
})
