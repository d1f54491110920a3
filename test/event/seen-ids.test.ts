import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventScan } from '../../src/event/scan/event-scan.ts'
import { SeenIds } from '../../src/event/seen-ids.ts'

/** The line that says so, as the sensor writes it. */
function lineOf(id: string): string {
  return `${JSON.stringify({ event: { id } })}\n`
}

/** Adds as the lines of a stream are added. */
function added(seen: SeenIds, ids: readonly string[]): boolean[] {
  const scan = new EventScan({ fields: [], every: false }, [])
  return ids.map((id) => {
    const bytes = new TextEncoder().encode(lineOf(id))
    scan.turn(bytes)
    expect(scan.read(0, bytes.length)).toBe(bytes.length - 1)
    return scan.addId(seen, 0)
  })
}

const runs = fc.constantFrom('r', 'r-1', '-', '', 'é', 'a"b')
const numbered = fc.tuple(runs, fc.nat(12)).map(([run, number]) => `${run}-${number}`)
const other = fc.constantFrom('x', 'r-', 'r-01', 'r-1e3', 'r-+1', 'r-１', '7', '-', 'r-9999999999999999', 'r-0x1')

describe('ids that were seen', () => {
  it('are told from new ones, in whatever order, as texts and in lines alike', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 4, arbitrary: numbered }, other), { maxLength: 60 }), (ids) => {
        const known = new Set<string>()
        const expected = ids.map((id) => !known.has(id) && known.add(id).size > 0)
        const seen = new SeenIds()
        expect(ids.map((id) => seen.add(id, 0))).toEqual(expected)
        expect(added(new SeenIds(), ids)).toEqual(expected)
        // What one of them has seen the other knows.
        expect(added(seen, ids)).toEqual(ids.map(() => false))
      }),
      { numRuns: 300 },
    )
  })

  it('an event without an id, or with an empty one, was never seen', () => {
    const seen = new SeenIds()
    expect(added(seen, ['', ''])).toEqual([true, true])
  })

  it('are forgotten when their time is over, of a run when all of its events are', () => {
    const seen = new SeenIds()
    for (const [id, time] of [
      ['old-1', 10],
      ['run-1', 10],
      ['run-2', 30],
      ['alone', 10],
      ['later', 30],
    ] as const)
      seen.add(id, time)
    seen.forget(20)
    expect(['old-1', 'run-1', 'run-2', 'alone', 'later'].map((id) => seen.add(id, 40))).toEqual([
      true,
      false,
      false,
      true,
      false,
    ])
  })

  it('a copy goes its own way', () => {
    const seen = new SeenIds()
    seen.add('run-1', 0)
    seen.add('alone', 0)
    const copy = seen.copy()
    expect([copy.add('run-1', 0), copy.add('alone', 0), copy.add('run-2', 0), copy.add('other', 0)]).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect([seen.add('run-2', 0), seen.add('other', 0)]).toEqual([true, true])
  })
})
