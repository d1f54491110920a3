import fc from 'fast-check'
import { expect, it } from 'vitest'
import { judge } from '../../engine/brute-force/judge.ts'
import { programs } from '../../engine/brute-force/program.ts'
import { isUndecided } from '../../engine/brute-force/undecided.ts'
import { identityText, offline, queryOf, storedStreams } from './offline.ts'

/** `PROPERTY_RUNS=10` takes ten times as long. */
const scale = Number(process.env.PROPERTY_RUNS ?? 1)
/** Of them about 440 are compared and 115 alert, so that what is asked of them does not hang on luck. */
const numRuns = 800 * scale
const timeout = 120_000 * scale
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
          if (query === undefined || isUndecided(verdicts, program, rule, events)) continue
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
    expect(compared).toBeGreaterThan(250 * scale)
    expect(alerts).toBeGreaterThan(62.5 * scale)
  },
  timeout,
)
