import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect, test } from 'vitest'
import { ACTIONS, actionInfo } from '../../src/event/action.ts'
import { emitJsonSchema } from '../../src/event/json-schema.ts'
import type { UseEvent } from '../../src/event/use-event.ts'

/** Prints events of made-up records; built by `make -C sensor test`. */
const PROGRAM = new URL('../../sensor/build/unit/event_fuzz', import.meta.url).pathname
const REPORTS: ReadonlySet<string> = new Set(['service_drift', 'tool_call', 'task_start', 'task_end'])

const built = existsSync(PROGRAM)
if (!built) process.stderr.write(`SKIP test/sensor/event-lines: there is no ${PROGRAM}; run make -C sensor test\n`)

function lines(count: number): readonly string[] {
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 } as const
  return execFileSync(PROGRAM, ['--lines', String(count)], options)
    .trimEnd()
    .split('\n')
}

test.skipIf(!built)('what the sensor writes of records, also of nonsensical ones, keeps the schema', () => {
  const ajv = new Ajv2020()
  formats.default(ajv)
  const isEvent = ajv.compile(emitJsonSchema())
  const all = lines(3000)
  expect(all.length).toBeGreaterThan(2000)
  for (const line of all) expect([isEvent(JSON.parse(line)), isEvent.errors, line]).toEqual([true, null, line])
})

test.skipIf(!built)('the sensor names each action, and its category and type, as the toolchain does', () => {
  const events = lines(0).map((line) => (JSON.parse(line) as UseEvent).event)
  const own = ACTIONS.filter((action) => !action.startsWith('sensor_') && !REPORTS.has(action))
  expect(events.map(({ action }) => action)).toEqual(own)
  for (const { action, category, type } of events)
    expect([category, type]).toEqual([[actionInfo(action).category], [actionInfo(action).type]])
})
