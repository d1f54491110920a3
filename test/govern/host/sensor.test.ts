import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/event/field.ts'
import { formatTime, parseTime, type Time } from '../../../src/event/record.ts'
import { finding, type HostFinding } from '../../../src/govern/host/item.ts'
import { SensorWatcher, withEither } from '../../../src/govern/host/sensor.ts'

const NOW = Date.parse('2026-01-01T12:00:00Z') as Time

function said(action: string, ago: number, detpack: JsonObject = {}, run = 'r1', host = 'h1'): JsonObject {
  const time = formatTime((NOW - ago) as Time)
  return { '@timestamp': time, host: { id: host }, event: { action }, detpack: { sensor: { run }, ...detpack } }
}

function covered(rows: readonly string[], run = 'r1'): JsonObject {
  return { ...said('sensor_coverage', 90_000), detpack: { sensor: { run, coverage: [...rows] } } }
}

const START = [said('sensor_start', 90_000), covered([])]
const ALIVE = [...START, said('sensor_health', 30_000, { health: { lost: 0 } })]

function judge(events: readonly JsonObject[], whole: boolean | null = true): HostFinding {
  const watcher = new SensorWatcher('h1')
  for (const fields of events) watcher.add({ fields, time: parseTime(fields['@timestamp']) ?? null })
  return watcher.judge(NOW, whole)
}

it('passes a sensor that is alive, sees all and lost nothing', () => {
  expect(judge(ALIVE).result).toBe('pass')
})

it.each<[string, readonly JsonObject[], boolean | null, string, string]>([
  ['no sensor', [], true, 'fail', 'no event of a sensor'],
  ['one of another host', [said('sensor_health', 1, {}, 'r', 'h2')], true, 'fail', 'no event of a sensor'],
  ['one that is silent', [...START, said('sensor_health', 200_000)].slice(2), true, 'fail', 'last said that it works'],
  ['one that was stopped', [...ALIVE, said('sensor_stop', 10_000)], true, 'fail', 'it was stopped'],
  ['a loss', [...ALIVE, said('sensor_loss', 10_000, { loss: { count: 4 } })], true, 'fail', 'it lost 4 events'],
  ['a loss by its own count', [...START, said('sensor_health', 9, { health: { lost: 7 } })], true, 'fail', 'it lost 7'],
  ['a hole in what it sees', [...ALIVE, covered(['io_uring: no BTF'])], true, 'fail', 'not seen: io_uring: no BTF'],
  ['a part of the host', ALIVE, false, 'fail', 'it does watch a part'],
  ['a scope that nobody knows', ALIVE, null, 'unknown', 'it may watch a part'],
  ['a file without its start', ALIVE.slice(2), true, 'unknown', 'what it cannot see is not in these events'],
])('does not pass %s', (_what, events, whole, result, evidence) => {
  const found = judge(events, whole)
  expect(found.result).toBe(result)
  expect(found.evidence.join('\n')).toContain(evidence)
})

it('counts the last run only: what an earlier one lost is over', () => {
  const before = [said('sensor_health', 900_000, { health: { lost: 9 } }, 'r0'), said('sensor_stop', 800_000, {}, 'r0')]
  expect(judge([...before, ...ALIVE]).result).toBe('pass')
})

it('takes the health of a shipper for none of the sensor', () => {
  const shipper = { ...said('sensor_health', 10, {}, 's1'), event: { action: 'sensor_health', provider: 'shipper' } }
  expect(judge([shipper]).result).toBe('fail')
})

describe('of sensor and audit system', () => {
  const sensor = (result: 'pass' | 'fail'): HostFinding => finding('DP-6.1', result, 'seen')
  const audit = (result: 'pass' | 'fail'): readonly HostFinding[] => [finding('DP-6.2', result, 'seen')]
  const results = (all: readonly HostFinding[]): readonly string[] => all.map(({ result }) => result)

  it('asks for one', () => {
    expect(results(withEither(sensor('pass'), audit('fail')))).toEqual(['pass', 'not-applicable'])
    expect(results(withEither(sensor('fail'), audit('pass')))).toEqual(['not-applicable', 'pass'])
    expect(results(withEither(sensor('pass'), audit('pass')))).toEqual(['pass', 'pass'])
  })

  it('fails both where neither is whole', () => {
    expect(results(withEither(sensor('fail'), audit('fail')))).toEqual(['fail', 'fail'])
  })
})
