import { describe, expect, test } from 'vitest'
import { ACTIONS } from '../../src/event/action.ts'
import { covers, gives, reasonFor } from '../../src/event/reach.ts'
import { SENSOR_REACH } from '../../src/event/sensor-reach.ts'
import { schemaFields } from '../../src/event/schema.ts'
import { STRACE_REACH } from '../../src/event/strace/reach.ts'
import { leavesOf, recordedEvents } from './reaching.ts'

const names = schemaFields.map((field) => field.name)

describe('what the sensor writes is within its table', () => {
  test('in the recordings of the pack', () => {
    const beyond = new Set(
      recordedEvents().flatMap((event) => {
        const action = event.event.action
        return leavesOf(event).flatMap((leaf) => (gives(SENSOR_REACH, action, leaf) ? [] : [`${action}: ${leaf}`]))
      }),
    )
    expect([...beyond]).toEqual([])
  })
})

describe.each([SENSOR_REACH, STRACE_REACH])('the table of $name', (reach) => {
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
    const both = [...reach.actions].flatMap(([action, { lacks }]) =>
      [...lacks.keys(), ...reach.never.keys(), ...reach.needless.keys()].filter((name) => gives(reach, action, name)),
    )
    expect(both).toEqual([])
  })
})
