import { describe, expect, it } from 'vitest'
import { Correlator, type CorrelatorOptions } from '../../../src/engine/stream/correlator.ts'
import { evaluate } from '../../../src/engine/stream/evaluate.ts'
import { foldRepeats } from '../../../src/engine/stream/repeats.ts'
import type { EventRecord } from '../../../src/event/record.ts'
import { milliseconds } from '../../../src/ir/duration.ts'
import type { Program } from '../../../src/ir/rule.ts'
import { timeOf } from '../brute-force/judge.ts'
import { correlation, groupKey, kindRule, ordered, programOf, use } from '../brute-force/program.ts'

/** `a@5` is an event of kind a at 5 ms; lines count from 1. */
function stream(written: string, fields: (index: number) => Record<string, string> = () => ({})): EventRecord[] {
  return written.split(' ').map((each, i) => {
    const [kind = '', time = ''] = each.split('@')
    return { line: i + 1, time: timeOf(Number(time)), sequence: null, id: null, fields: { kind, ...fields(i) } }
  })
}

/** The lines of each alert of the correlation. */
function chains(program: Program, events: readonly EventRecord[], now?: number): (number | null)[][] {
  const { alerts } = evaluate(program, events, now === undefined ? {} : { now: timeOf(now) })
  return alerts
    .filter((alert) => alert.rule === 'rule')
    .map((alert) => alert.steps.map((step) => step.event?.line ?? null))
}

const kinds = ['a', 'b', 'c', 'x'].map(kindRule)
const aThenB = programOf(
  ...kinds,
  correlation(
    'rule',
    10,
    ordered([
      ['a', null],
      ['b', null],
    ]),
  ),
)

describe('ordered', () => {
  it('holds up to the timespan and not a millisecond longer', () => {
    expect(chains(aThenB, stream('a@0 b@9'))).toEqual([[1, 2]])
    expect(chains(aThenB, stream('a@0 b@10'))).toEqual([[1, 2]])
    expect(chains(aThenB, stream('a@0 b@11'))).toEqual([])
  })

  it('takes the newest start, and of its closings the earliest', () => {
    expect(chains(aThenB, stream('a@0 a@1 b@2 b@3'))).toEqual([[2, 3]])
  })

  it('goes back to an older start when only that one still keeps the gap', () => {
    const steps = ordered([
      ['a', null],
      ['b', null],
      ['c', 2],
    ])
    const program = programOf(...kinds, correlation('rule', 10, steps))
    expect(chains(program, stream('a@0 b@1 c@2 a@3 c@4 b@5 c@6'))).toEqual([
      [1, 2, 3],
      [4, 6, 7],
    ])
  })

  it('leaves a slot for what was absent, and waits for the window to pass', () => {
    const body = ordered(
      [
        ['a', null],
        ['b', null],
      ],
      {
        unless: [{ ...use('x'), where: 'after', within: milliseconds(5) }],
      },
    )
    const program = programOf(...kinds, correlation('rule', 10, body))
    expect(chains(program, stream('a@0 b@1'))).toEqual([])
    expect(evaluate(program, stream('a@0 b@1')).open).toBe(1)
    expect(chains(program, stream('a@0 b@1'), 6)).toEqual([])
    expect(chains(program, stream('a@0 b@1'), 7)).toEqual([[1, 2, null]])
    expect(chains(program, stream('a@0 b@1 x@6'), 100)).toEqual([])
    expect(chains(program, stream('a@0 b@1 x@7'))).toEqual([[1, 2, null]])
  })

  it('never spans two boots of a host', () => {
    const boots = (second: string) => (i: number) => ({ 'host.id': 'h', 'host.boot.id': i === 0 ? '1' : second })
    expect(chains(aThenB, stream('a@0 b@1', boots('1')))).toEqual([[1, 2]])
    expect(chains(aThenB, stream('a@0 b@1', boots('2')))).toEqual([])
  })
})

it('an alert that waits for an empty window of no length still comes to the correlation that counts it', () => {
  const inner = ordered([['a', null]], { unless: [{ ...use('x'), where: 'after', within: null }] })
  const count = {
    type: 'count' as const,
    of: [use('a'), use('inner')],
    bounds: [{ operator: 'gte' as const, value: 2 }],
  }
  const program = programOf(...kinds, correlation('inner', 0, inner), correlation('rule', 0, count))
  expect(chains(program, stream('a@0'), 1)).toEqual([
    [1, 1],
    [1, 1],
  ])
})

describe('watermarks', () => {
  const arrived = (options: CorrelatorOptions, written: string): Correlator => {
    const correlator = new Correlator(aThenB, options)
    for (const event of stream(written)) correlator.push(event)
    return correlator
  }
  const found = (correlator: Correlator): number => correlator.drain().filter((alert) => alert.rule === 'rule').length

  it('release what lies before them, at once', () => {
    const correlator = new Correlator(aThenB)
    for (const event of stream('b@5 a@4')) correlator.push(event, 'sensor')
    correlator.watermark(timeOf(5), 'sensor')
    expect(found(correlator)).toBe(0)
    correlator.watermark(timeOf(6), 'sensor')
    expect(found(correlator)).toBe(1)
  })

  it('of the slowest source decide', () => {
    const correlator = new Correlator(aThenB)
    correlator.watermark(timeOf(0), 'slow')
    for (const event of stream('a@4 b@5')) correlator.push(event, 'fast')
    correlator.watermark(timeOf(100), 'fast')
    expect(found(correlator)).toBe(0)
    correlator.watermark(timeOf(6), 'slow')
    expect(found(correlator)).toBe(1)
  })

  it('of a source that has ended are not waited for once others have gone on for ten seconds', () => {
    const correlator = new Correlator(aThenB)
    correlator.watermark(timeOf(0), 'ended')
    for (const event of stream('a@4 b@5')) correlator.push(event, 'goes on')
    correlator.watermark(timeOf(10_000), 'goes on')
    expect(found(correlator)).toBe(0)
    correlator.watermark(timeOf(10_001), 'goes on')
    expect(found(correlator)).toBe(1)
  })

  it('are waited for again when the source speaks again, however far its clock is behind', () => {
    const correlator = new Correlator(aThenB)
    correlator.watermark(timeOf(0), 'behind')
    correlator.watermark(timeOf(20_000), 'ahead')
    correlator.watermark(timeOf(1000), 'behind')
    for (const event of stream('a@20004 b@20005')) correlator.push(event, 'ahead')
    correlator.watermark(timeOf(29_000), 'ahead')
    expect(found(correlator)).toBe(0)
    correlator.watermark(timeOf(20_006), 'behind')
    expect(found(correlator)).toBe(1)
  })

  it('are replaced by a time of waiting, after which a late event is told and not correlated', () => {
    const correlator = arrived({ heldBack: milliseconds(3) }, 'b@5 x@9 a@4')
    correlator.end()
    expect(found(correlator)).toBe(0)
    expect(correlator.stats).toMatchObject({ events: 2, late: 1 })
    expect(correlator.diagnostics.map((one) => one.code)).toEqual(['engine/late'])
    const patient = arrived({ heldBack: milliseconds(6) }, 'b@5 x@9 a@4')
    patient.end()
    expect(found(patient)).toBe(1)
  })
})

describe('bounds', () => {
  const grouped = programOf(
    ...kinds,
    correlation(
      'rule',
      10,
      ordered([
        ['a', null],
        ['b', null],
      ]),
      { group: [groupKey('g')] },
    ),
  )

  it('forget the group that was unseen for longest', () => {
    const events = stream('a@0 a@1 b@2 b@3', (i) => ({ g: i % 2 === 0 ? 'p' : 'q' }))
    const { alerts, diagnostics } = evaluate(grouped, events, { keyCap: 1 })
    expect(alerts.filter((alert) => alert.rule === 'rule')).toEqual([])
    expect(diagnostics.map((one) => one.code)).toEqual(['engine/key-cap'])
  })

  it('forget the oldest event of a window', () => {
    const count = { type: 'count' as const, of: [use('a')], bounds: [{ operator: 'gte' as const, value: 3 }] }
    const program = programOf(...kinds, correlation('rule', 10, count))
    const { diagnostics } = evaluate(program, stream('a@0 a@1 a@2'), { windowCap: 2 })
    expect(diagnostics.map((one) => one.code)).toEqual(['engine/window-cap'])
  })

  it('tell of an event in too many groups', () => {
    const [event] = stream('a@0')
    const g = Array.from({ length: 1001 }, (_, i) => `${i}`)
    const events = event ? [{ ...event, fields: { kind: 'a', g } }] : []
    const { diagnostics, stats } = evaluate(grouped, events)
    expect(diagnostics.map((one) => one.code)).toEqual(['engine/group-cap'])
    expect(stats.keys).toBe(1000)
  })

  it('tell of a chain that takes too long to find', () => {
    const left = { step: 0, field: 'j' }
    const body = ordered(
      [
        ['a', null],
        ['b', null],
        ['c', null],
        ['x', null],
      ],
      {
        joins: [{ left, right: { step: 2, field: 'j' }, span: use('a').span }],
      },
    )
    const program = programOf(...kinds, correlation('rule', 10_000, body))
    const written = [...Array(400).keys()].map((i) => `a@${i} b@${i}`).join(' ')
    const events = stream(`${written} c@500 x@501`, (i) => ({ j: i === 800 ? 'other' : 'same' }))
    expect(evaluate(program, events).diagnostics.map((one) => one.code)).toEqual(['engine/search-cap'])
  })

  it('do not hide the one start among many that agrees with the closing event', () => {
    const left = { step: 0, field: 'j' }
    const body = ordered(
      [
        ['a', null],
        ['b', null],
        ['c', null],
      ],
      {
        joins: [{ left, right: { step: 2, field: 'j' }, span: use('a').span }],
      },
    )
    const program = programOf(...kinds, correlation('rule', 10_000, body))
    const written = [...Array(400).keys()].map((i) => `a@${i} b@${i}`).join(' ')
    const events = stream(`${written} c@500`, (i) => ({ j: i === 0 || i === 800 ? 'same' : 'other' }))
    expect(evaluate(program, events).diagnostics).toEqual([])
    expect(chains(program, events)).toEqual([[1, 2, 801]])
  })

  it('let groups go with their window', () => {
    const correlator = new Correlator(grouped, { heldBack: milliseconds(1) })
    for (let i = 0; i < 5000; i++) {
      const fields = { kind: 'a', g: `${i}` }
      correlator.push({ line: i + 1, time: timeOf(i), sequence: null, id: null, fields })
    }
    expect(correlator.stats.keys).toBeLessThan(20)
  })
})

it('repeats are alerts that begin within a timespan of the one before', () => {
  const { alerts } = evaluate(aThenB, stream('a@0 b@1 a@11 b@12 a@23 b@24'))
  const own = alerts.filter((alert) => alert.rule === 'rule')
  expect(foldRepeats(own, aThenB).map(({ alert, repeats }) => [alert.first, repeats])).toEqual([
    [0, 2],
    [23, 1],
  ])
})
