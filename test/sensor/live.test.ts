import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { beforeAll, describe, expect, test } from 'vitest'
import { Binding, compareAct, compareRun } from './compare.ts'
import { actNames, cannotRun, eventSchema, leftBpf, loadedBpf, runLive, type LiveRun } from './live-run.ts'
import { parsePerformance, type Performance } from './statement.ts'

/**
 * Every act of sensor/test/live is done once under the sensor, and each event of its processes compared with what the
 * act knows of it. One sensor watches them all. `DETPACK_ACTS=open,read` does these alone.
 */
const reason = cannotRun()
if (reason !== undefined) process.stderr.write(`\nSKIP: the sensor is not tested live: ${reason}\n\n`)

const wanted = process.env['DETPACK_ACTS']?.split(',')
const names = reason === undefined ? (wanted ?? actNames()) : []

describe.skipIf(reason !== undefined)('under the sensor', () => {
  let run: LiveRun
  let performance: Performance
  let binding: Binding
  let before: ReadonlySet<string>
  let left: readonly string[]

  beforeAll(async () => {
    before = loadedBpf()
    run = await runLive('acts', names)
    left = await leftBpf(before)
    performance = parsePerformance(run.said)
    binding = new Binding(run.events)
  }, 600_000)

  test.each(names)('act %s', (name) => {
    const act = performance.acts.get(name)
    if (act === undefined) throw new Error('the act was not done')
    expect(act.failed).toBeUndefined()
    if (act.skipped !== undefined) {
      process.stderr.write(`SKIP: act ${name}: ${act.skipped}\n`)
      return
    }
    expect(compareAct(act, run.events, binding, performance.program)).toEqual([])
  })

  test('a run: numbers, order, no loss, nobody but the tree that was started', () => {
    expect(compareRun(run.events, performance.root)).toEqual([])
  })

  test('every event keeps the schema', () => {
    const ajv = new Ajv2020({ allErrors: true })
    formats.default(ajv)
    const isEvent = ajv.compile(eventSchema())
    const broken = run.events.filter((event) => !isEvent(event))
    expect(broken.slice(0, 3).map((event) => [event, (isEvent(event), isEvent.errors)])).toEqual([])
  })

  test('no event is of an earlier time than a watermark before it, unless it says that it is late', () => {
    let mark = ''
    let next = 0
    const early: string[] = []
    for (const { time, events } of run.watermarks) {
      for (; next < events; next++) {
        const event = run.events[next] as { readonly '@timestamp': string; readonly detpack?: { late?: boolean } }
        if (event['@timestamp'] < mark && event.detpack?.late !== true) early.push(JSON.stringify(event))
      }
      if (time < mark) early.push(`watermark ${time} after ${mark}`)
      mark = time
    }
    expect(run.watermarks.length).toBeGreaterThan(2)
    expect(early).toEqual([])
  })

  test('no BPF program or map stays loaded', () => {
    expect(left).toEqual([])
  })
})
