import fc from 'fast-check'
import type { JsonObject } from '../../../src/event/field.ts'

/** Streams of few kinds of events close together, so that ties, edges of windows and shared keys are common. */
export const streams = (hosts: number): fc.Arbitrary<JsonObject[]> =>
  fc.tuple(...Array.from({ length: hosts }, (_, host) => stream(`host-${host}`))).map((all) => all.flat())

const START = Date.UTC(2026, 0, 1)
const STEP = 100

interface Drawn {
  readonly tick: number
  readonly name: string
  readonly run: string | undefined
  readonly objects: readonly string[]
  readonly description: string | undefined
  readonly bytes: number | undefined
  readonly boot: string | undefined
  readonly epoch: number | undefined
  readonly late: boolean
  readonly doubled: boolean
}

const drawn: fc.Arbitrary<Drawn> = fc.record({
  tick: fc.integer({ min: 0, max: 14 }),
  name: fc.constantFrom('a', 'a', 'b', 'b', 'ab', 'u', 'c'),
  run: fc.constantFrom('run-1', 'run-1', 'run-2', undefined),
  objects: fc.constantFrom([], ['x'], ['y'], ['x', 'y'], ['x', 'x']),
  description: fc.constantFrom('d1', 'd2', undefined),
  bytes: fc.constantFrom(0, 1, 2, 3, 10, undefined),
  boot: fc.constantFrom('b1', 'b1', 'b1', 'b1', 'b1', 'b2', undefined),
  epoch: fc.constantFrom(1, 1, 1, 1, 2, undefined),
  late: fc.boolean(),
  doubled: fc.boolean(),
})

/** Numbered in order of time, but that a late event takes a later number. A doubled one is there twice. */
function stream(host: string): fc.Arbitrary<JsonObject[]> {
  return fc.array(drawn, { minLength: 3, maxLength: 16 }).map((events) =>
    [...events]
      .sort((a, b) => a.tick - b.tick)
      .map((event, index) => ({ event, place: event.late && index % 5 === 0 ? index + 3.5 : index }))
      .sort((a, b) => a.place - b.place)
      .flatMap(({ event }, index) => {
        const made = eventOf(host, index + 1, event)
        return event.doubled ? [made, made] : [made]
      }),
  )
}

function eventOf(host: string, sequence: number, of: Drawn): JsonObject {
  return {
    '@timestamp': new Date(START + of.tick * STEP).toISOString().replace('Z', '789Z'),
    event: { id: `${host}-${sequence}`, sequence, dataset: 'detpack.use' },
    host: { id: host, ...(of.boot !== undefined && { boot: { id: of.boot } }) },
    process: { name: of.name },
    detpack: {
      ...(of.run !== undefined && { task: { run: of.run } }),
      flow: { object: { id: of.objects } },
      ...(of.description !== undefined && { description: { id: of.description } }),
      ...(of.epoch !== undefined && { clock: { epoch: of.epoch } }),
      ...(of.bytes !== undefined && { use: { bytes: of.bytes } }),
    },
  }
}
