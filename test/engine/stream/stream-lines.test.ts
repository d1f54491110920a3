import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Correlator } from '../../../src/engine/stream/correlator.ts'
import { StreamLines, type Onlooker } from '../../../src/engine/stream/stream-lines.ts'
import { NdjsonReader } from '../../../src/event/ndjson.ts'
import { recordReader } from '../../../src/event/record-reader.ts'
import { lostBefore, runOf, watermarkOf } from '../../../src/event/stream-line.ts'
import { ecs } from '../../../src/mapping/ecs.ts'
import { loadConfiguration } from '../../../src/pack/configuration.ts'
import { loadRules } from '../../../src/pack/rules.ts'

interface Said {
  readonly '@timestamp': string
  readonly event: { readonly action: string }
  readonly process: { readonly pid: number; readonly name?: string }
}

const { program } = ecs.mapProgram(loadRules([], loadConfiguration('.').configuration).program)

const RECORDINGS = 'test/recordings'
const recordings = readdirSync(RECORDINGS).filter((name) => name.endsWith('.ndjson'))

/** As a rule set is compiled for each stream, several recordings are one: each a run of a sensor of its own. */
const TOGETHER = 8
const streams = Array.from({ length: Math.ceil(recordings.length / TOGETHER) }, (_, at) =>
  recordings.slice(at * TOGETHER, (at + 1) * TOGETHER),
)

/** Their lines in the order of time, as sensors that run at once tell them. Some recordings name their runs alike. */
function streamOf(names: readonly string[]): string {
  const lines = names.flatMap((name, at) => {
    const text = readFileSync(`${RECORDINGS}/${name}`, 'utf8')
    const run = /"sensor":\{"run":"([0-9a-f]{32})"/.exec(text)?.[1] ?? expect.fail(`${name} names no run`)
    return text.replaceAll(run, `${at}`.repeat(32)).trimEnd().split('\n')
  })
  return `${lines.toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))).join('\n')}\n`
}

function timeOf(line: string): string {
  return (JSON.parse(line) as Said)['@timestamp']
}

/** What a correlator made of a stream. */
function outcome(correlator: Correlator, lost: number) {
  const alerts = correlator
    .drain()
    .map((alert) => ({ ...alert, steps: JSON.parse(JSON.stringify(alert.steps)) as unknown }))
  return { alerts, lost, stats: correlator.stats, diagnostics: correlator.diagnostics }
}

/** The bytes in pieces that end anywhere. */
function fed(bytes: Uint8Array, size: number) {
  const correlator = new Correlator(program)
  const lines = new StreamLines(correlator)
  const reader = new NdjsonReader({ name: 'events' })
  for (let at = 0; at < bytes.length; at += size) reader.feed(bytes.slice(at, at + size), lines)
  for (const line of reader.end()) lines.take(line)
  correlator.end()
  return outcome(correlator, lines.lost)
}

/** The judge: each line as the object it holds. */
function judged(text: string) {
  const correlator = new Correlator(program)
  const toRecord = recordReader()
  const reader = new NdjsonReader({ name: 'events' })
  let lost = 0
  for (const { object, line } of [...reader.push(text), ...reader.end()]) {
    const mark = watermarkOf(object)
    if (mark !== undefined) correlator.watermark(mark.time, mark.run)
    else {
      lost += lostBefore(object)
      correlator.push(toRecord(object, line), runOf(object))
    }
  }
  correlator.end()
  return outcome(correlator, lost)
}

const MARK = '{"detpack":{"watermark":"2199-01-01T00:00:00Z","sensor":{"run":"other"}}}'
/** An event of another run whose watermark is far ahead: it is late, as its own run says. */
const LATE = '{"@timestamp":"2020-01-01T00:00:00Z","event":{"id":"late"},"detpack":{"sensor":{"run":"other"}}}'
const LOSS =
  '{"@timestamp":"2199-01-01T00:00:01Z","event":{"id":"after"},"detpack":{"lost":7,"sensor":{"run":"other"}}}'

describe('the lines of a stream', () => {
  it.each(streams.map((names) => ({ names })))('of $names give what their objects give, cut anywhere', ({ names }) => {
    const text = streamOf(names)
    const { stats, ...found } = fed(new TextEncoder().encode(text), 4096)
    expect({ stats, ...found }).toEqual(judged(text))
    expect([stats.late, stats.events]).toEqual([0, text.trimEnd().split('\n').length])
  })

  it('may be of several runs, with watermarks, losses and doubles among them', () => {
    const name = 'key-sent-at-once.ndjson'
    const events = readFileSync(`${RECORDINGS}/${name}`, 'utf8').trimEnd().split('\n')
    const extra = fc.constantFrom(MARK, LATE, LOSS, '', 'no event', events[0] ?? '')
    const inserted = fc.array(fc.tuple(fc.nat({ max: events.length }), extra), { maxLength: 6 })
    fc.assert(
      fc.property(inserted, fc.integer({ min: 1, max: 5000 }), (more, size) => {
        const lines = [...events]
        for (const [at, line] of more) lines.splice(at, 0, line)
        const text = `${lines.join('\n')}\n`
        expect(fed(new TextEncoder().encode(text), size)).toEqual(judged(text))
      }),
      { numRuns: 40 },
    )
  })

  it('show each onlooker its own fields, in its order, and the whole event where it asks for it', () => {
    const text = readFileSync(`${RECORDINGS}/key-passed.ndjson`, 'utf8')
    const seen: string[][] = [[], []]
    const watching = (fields: readonly string[], all: string[]): Onlooker => ({
      fields,
      see: (values, places, _time, line, whole) => {
        const texts = places.map((place) => (values.firstOf(place) === -1 ? '' : values.textOf(values.firstOf(place))))
        all.push(`${whole.record(line).line} ${texts.join(' ')}`)
      },
      seeRecord: () => undefined,
    })
    const [actions, names] = [
      watching(['event.action'], seen[0] ?? []),
      watching(['process.pid', 'process.name'], seen[1] ?? []),
    ]
    const lines = new StreamLines(new Correlator(program), {}, [actions, names])
    new NdjsonReader({ name: 'events' }).feed(new TextEncoder().encode(text), lines)
    const events = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Said)
    expect(seen[0]).toEqual(events.map(({ event }, at) => `${at + 1} ${event.action}`))
    expect(seen[1]).toEqual(events.map(({ process }, at) => `${at + 1} ${process.pid} ${process.name ?? ''}`))
  })

  it('count what was lost and what came late', () => {
    const text = [MARK, LATE, LOSS, ''].join('\n')
    const { lost, stats } = fed(new TextEncoder().encode(text), 100)
    expect([lost, stats.late, stats.events]).toEqual([7, 1, 1])
  })
})
