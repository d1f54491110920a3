import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judge } from '../../engine/brute-force/judge.ts'
import { programs } from '../../engine/brute-force/program.ts'
import { identityText, offline, queryOf, storedStreams } from './offline.ts'

/** `PROPERTY_RUNS=10` takes ten times as long. */
const numRuns = 500 * Number(process.env.PROPERTY_RUNS ?? 1)
const timeout = 120_000 * Number(process.env.PROPERTY_RUNS ?? 1)
const ends = fc.option(fc.integer({ min: 0, max: 40 }), { freq: 3 })

it(
  'compiled rules find offline what the brute-force judge finds',
  () => {
    let compared = 0
    let alerts = 0
    fc.assert(
      fc.property(programs, storedStreams, ends, (program, events, end) => {
        const now = Math.max(end ?? 0, ...events.map((event) => event.time ?? 0))
        const verdicts = judge(program, events, now)
        for (const rule of program.rules.values()) {
          const query = queryOf(program, rule)
          if (query === undefined) continue
          const expected = verdicts
            .filter((one) => one.rule === rule.id)
            .map((one) => identityText(one.rule, one.group, one.first, one.last))
          const found = [...new Set(offline(query, rule, events, now))]
          expect(found.sort(), query.text).toEqual(expected.sort())
          if (rule.kind === 'event') continue
          compared++
          if (expected.length > 0) alerts++
        }
      }),
      { numRuns },
    )
    // Mostly 275 of 500 are compared and 70 of them alert; by luck it may be fewer, but never half of that.
    expect(compared).toBeGreaterThan(numRuns / 4)
    expect(alerts).toBeGreaterThan(numRuns / 16)
  },
  timeout,
)
