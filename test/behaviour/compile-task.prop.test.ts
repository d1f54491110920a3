import fc from 'fast-check'
import { expect, it } from 'vitest'
import { evaluate } from '../../src/engine/stream/evaluate.ts'
import { recordReader } from '../../src/event/record-reader.ts'
import type { Time } from '../../src/event/record.ts'
import type { Program, RuleId } from '../../src/ir/rule.ts'
import { compiledTask } from './compiled-task.ts'
import { brokenClauses, type Use } from './grant-checker.ts'
import { eventOf, streams, tasks } from './grant-samples.ts'

function alertsOf(program: Program, uses: readonly Use[]): string[] {
  const read = recordReader()
  const { alerts } = evaluate(
    program,
    uses.map((use, at) => read(eventOf(use), at + 1)),
    // Later than any window.
    { now: Date.UTC(2027, 0, 1) as Time },
  )
  return alerts
    .map(({ rule, steps }) => {
      const events = steps.flatMap(({ event }) => event?.id?.slice(1) ?? [])
      const found = program.rules.get(rule as RuleId)
      const counts = found?.kind === 'correlation' && found.body.type === 'value'
      return `${found?.name ?? rule}: ${counts ? '' : (events[0] ?? '')}-${events.at(-1) ?? ''}`
    })
    .sort()
}

const CLAUSES = [
  'when',
  'only-from',
  'only-to',
  'only-to.at-once',
  'only-to.copied',
  'unless',
  'unless.at-once',
  'unless.copied',
  'only-after',
  'only-after.copied',
  'only-after.named',
  'only-before',
  'at-most',
  'at-most.copied',
  'not-granted.read.sent',
  'not-granted.copied.sent',
  'not-granted.emptied',
]

/** `PROPERTY_RUNS=10` takes ten times as long. */
const runs = Number(process.env.PROPERTY_RUNS ?? 1)

it(
  'finds of random grants on random streams what the words say',
  () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(tasks, fc.array(streams, { minLength: 3, maxLength: 3 }), (task, several) => {
        const program = compiledTask(task)
        for (const uses of several) {
          const expected = brokenClauses(task, uses)
          for (const alert of expected) {
            const clause = /^a\.(?:g\d\.)?(.+):/.exec(alert)?.[1] ?? alert
            seen.set(clause, (seen.get(clause) ?? 0) + 1)
          }
          expect(alertsOf(program, uses)).toEqual(expected)
        }
      }),
      { numRuns: 120 * runs },
    )
    // The samples are worth something only where each clause was broken often.
    for (const clause of CLAUSES) expect(seen.get(clause) ?? 0, clause).toBeGreaterThan(0)
  },
  120_000 * runs,
)
